"""A post that earlier code published at an address which the site now needs for a page of its own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from colophon.page.paths import page_key
from colophon.problem import Misconfigured
from colophon.upload import site_page_names
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest, encode_message
from colophon_emulator.lock import patch
from colophon_ops.verify.live import LiveSite
from tests.earlier_code import earlier_code
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import SITE
from tests.protocol.harness.invariants import entries
from tests.protocol.harness.scheduler import upload_and_settle
from tests.protocol.harness.world import Message, World
from tests.protocol.listing_scenarios import LAST_YEAR, MARCH, first
from tests.protocol.scenarios import SITE_AND_CLINIC, delete, put

TAGS, YEAR = (PostRef(contents.CLINIC, name) for name in ("tags", "2026"))


@contextmanager
def code_without_these_names() -> Iterator[None]:
    free, never = patch(site_page_names, "SITE_PAGE_NAMES", frozenset()), re.compile("(?!)")
    with earlier_code(), free, patch(site_page_names, "_YEAR", never):
        yield


def publish_with_earlier_code(world: World, post: PostRef, posted: str = MARCH) -> None:
    with code_without_these_names():
        upload_and_settle(world, *SITE_AND_CLINIC, put(page_of(post).key, contents.edition("en", 1, posted=posted)))


def page_of(post: PostRef) -> PageRef:
    return PageRef(post, "en")


def republish(world: World, post: PostRef) -> None:
    world.queued.append(Message("intake", encode_message(RefreshRequest(post.folder, is_folder=True, force=True))))
    world.run_until_quiet()


def test_it_stays_and_alarms_until_the_operator_republishes_and_then_it_is_taken_down_and_listed_no_more(
    world: World,
) -> None:
    publish_with_earlier_code(world, TAGS)
    key = page_key(page_of(TAGS))
    assert not world.cloud.site()[key].status
    assert [found.what for found in LiveSite(world.cloud.s3, SITE).find_extra(key)] == ["extra"]
    message = world.put(page_of(TAGS).key, contents.edition("en", 2))
    with pytest.raises(Misconfigured, match="“tags” is reserved"):
        world.handler_for(message)()
    assert not world.cloud.site()[key].status
    republish(world, TAGS)
    assert world.cloud.site()[key].status == "404"
    assert not [row for row in entries(world.cloud) if row.entry]


@pytest.mark.parametrize(("kind", "status"), [("legal", "451"), ("gone", "410")])
@pytest.mark.parametrize("by_earlier_code", [True, False])
def test_the_tombstone_of_a_withdrawal_stays_there(kind: str, status: str, by_earlier_code: bool, world: World) -> None:
    publish_with_earlier_code(world, TAGS)
    withdrawal = put(f"{TAGS.folder}withdrawal.yaml", contents.withdrawal(kind))
    with code_without_these_names() if by_earlier_code else nullcontext():
        upload_and_settle(world, withdrawal)
    key = page_key(page_of(TAGS))
    assert world.cloud.site()[key].status == status
    republish(world, TAGS)
    assert world.cloud.site()[key].status == status
    assert list(LiveSite(world.cloud.s3, SITE).find_extra(key)) == []
    assert not [row for row in entries(world.cloud) if row.entry]
    upload_and_settle(world, delete(f"{TAGS.folder}withdrawal.yaml"))
    republish(world, TAGS)
    assert world.cloud.site()[key].status == "404"


def test_a_listing_takes_the_address_of_a_withdrawn_post(world: World) -> None:
    publish_with_earlier_code(world, YEAR, posted=LAST_YEAR)
    upload_and_settle(world, put(f"{YEAR.folder}withdrawal.yaml", contents.withdrawal()))
    key = page_key(page_of(YEAR))
    assert world.cloud.site()[key].status == "410"
    upload_and_settle(world, first(1))
    year = world.cloud.site()[key]
    assert not year.status
    republish(world, YEAR)
    assert world.cloud.site()[key] == year


def test_a_page_of_the_sites_own_that_has_taken_the_address_stays(world: World) -> None:
    publish_with_earlier_code(world, YEAR)
    upload_and_settle(world, first(1))
    republish(world, YEAR)
    year = world.cloud.site()[page_key(page_of(YEAR))]
    assert not year.status
    assert b"/2026/03/" in year.content
    assert [row.post for row in entries(world.cloud) if row.entry] == ["a-quiet-room"]
    upload_and_settle(world, put(f"{YEAR.folder}withdrawal.yaml", contents.withdrawal()))
    assert world.cloud.site()[page_key(page_of(YEAR))] == year
