"""What ``colophon upload`` says of its versions when someone else uploads the same key at the same time."""

from collections.abc import Sequence

import pytest

from colophon.decision.rows import Outcome
from colophon_ops import answers
from colophon_ops.answers import await_answers
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import EN, PICTURE, SITE_AND_CLINIC, delete, put

FIRST = put(EN, contents.edition("en", 1))
WAITS = put(EN, contents.edition("en", 2, figure=PICTURE.rpartition("/")[2]))


@pytest.fixture
def world(account: Cloud, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(answers, "_FIRST_PAUSE", 0.0)
    monkeypatch.setattr(answers, "_LONGEST_PAUSE", 0.0)
    account.empty()
    return World(account, transport, REAL, listing=True, reporting=True)


def upload(world: World, *uploads: Upload) -> list[str]:
    """Take ``uploads``, each processed before the next, and return the version ids of the key EN."""
    versions = []
    for one in uploads:
        world.queued.append(one(world))
        world.run_until_quiet()
        newest = world.inbox.newest_version(EN)
        versions.append(newest.id if newest else "")
    return versions


def await_version(world: World, version: str, on_answer: Sequence[Upload] = ()) -> Outcome | None:
    """The outcome of ``version``; ``on_answer`` are uploaded after the first look."""
    left = list(on_answer)

    def take_next(_: int) -> None:
        if left:
            upload(world, left.pop(0))

    return await_answers({EN: version}, world.index, 0.0, 5.0, take_next, world.inbox).get(EN)


def test_the_same_bytes_of_another_uploader_have_one_outcome(world: World) -> None:
    restore_or_settle(world, SITE_AND_CLINIC)
    first, second = upload(world, FIRST, FIRST)
    assert first != second
    found = [await_version(world, version) for version in (first, second)]
    assert [(outcome.state, outcome.version) for outcome in found if outcome] == [("live", first)] * 2


@pytest.mark.parametrize("newer", [put(EN, contents.edition("en", 2)), put(EN, contents.refused(2)), delete(EN)])
def test_a_version_that_someone_else_replaced_is_superseded_and_says_so(world: World, newer: Upload) -> None:
    restore_or_settle(world, SITE_AND_CLINIC)
    first, _ = upload(world, FIRST, newer)
    found = await_version(world, first)
    assert found is not None
    (problem,) = found.problems
    assert (found.state, found.version, problem.severity) == ("superseded", first, "warning")
    assert "colophon status" in problem.fix


def test_a_version_that_is_not_processed_yet_is_not_superseded(world: World) -> None:
    restore_or_settle(world, SITE_AND_CLINIC)
    upload(world, FIRST)
    message = put(EN, contents.edition("en", 2))(world)
    newest = world.inbox.newest_version(EN)
    assert newest
    assert await_version(world, newest.id) is None
    world.queued.append(message)
    world.run_until_quiet()
    found = await_version(world, newest.id)
    assert found
    assert found.state == "live"


def test_the_same_bytes_that_wait_are_asked_for_until_their_image_comes(world: World) -> None:
    restore_or_settle(world, SITE_AND_CLINIC)
    _, second = upload(world, WAITS, WAITS)
    found = await_version(world, second, [put(PICTURE, contents.drawing(1))])
    assert found
    assert found.state == "live"
