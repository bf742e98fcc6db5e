"""A clinic's cards: in no order of handlers does a page link to a missing one, or a withdrawn clinic show one."""

from collections.abc import Callable, Mapping
from typing import cast

import pytest
from msgspec.structs import replace

from colophon.decision.clinic import ClinicSnapshot, decide_clinic
from colophon.decision.rows import ClinicRow
from colophon.decision.sweep import DueChanges
from colophon.page.objects import SiteObject
from colophon.stores.index import Index
from colophon.stores.site import Site
from colophon.upload.messages import RefreshRequest, encode_message
from colophon.verbs import clinic_and_site
from colophon.verbs.clients import PublishClients
from colophon_emulator.lock import patch
from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.explore import every_order, single_faults
from tests.protocol.harness.functions import REAL, real_publish_clients, site_of
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.scheduler import Scheduler, Upload, upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import CLINIC, LIVE, SITE, Scenario, delete, en, put

WITHDRAWAL = f"clinics/{contents.CLINIC}/withdrawal.yaml"
RENAMED = put(CLINIC, contents.clinic(2))
WITHDRAWN = put(WITHDRAWAL, contents.withdrawal())

NAME_AND_CORRECTION = Scenario(LIVE, (RENAMED, en(2)))
STORIES: Mapping[str, tuple[Upload, ...]] = {
    "it is renamed, goes, and comes back twice": (
        *(*LIVE, RENAMED, WITHDRAWN, delete(WITHDRAWAL), put(CLINIC, contents.clinic(3))),
        *(WITHDRAWN, delete(WITHDRAWAL), put(SITE, contents.site(2, "en, ko, ja"))),
    ),
    "it is suspended, and withdrawn meanwhile": (
        *(*LIVE, put(CLINIC, contents.clinic(2, status="suspended")), WITHDRAWN),
        *(put(CLINIC, contents.clinic(3)), delete(WITHDRAWAL)),
    ),
}


def shown_cards(world: World) -> set[str]:
    return {key for key, stored in world.cloud.site().items() if key.startswith("cards/") and not stored.status}


def test_every_fault_ends_in_the_site_of_a_clean_build(account: Cloud, transport: Transport) -> None:
    scheduler = Scheduler(account, transport, NAME_AND_CORRECTION.before, NAME_AND_CORRECTION.participants)
    assert single_faults(scheduler, [("first", "second")], thorough=False) > 10


@pytest.mark.parametrize("story", STORIES)
def test_at_rest_a_withdrawn_clinic_shows_no_card_and_replays_write_nothing(
    story: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    world, checker = World(account, transport, REAL), InvariantChecker(account)
    seen: set[str] = set()
    for upload in STORIES[story]:
        world.queued.append(upload(world))
        world.run_until_quiet()
        checker.check()
        row = world.index.read_clinic(contents.CLINIC)[0]
        shown = shown_cards(world)
        assert {path.removeprefix("/") for path in row.card_paths.values()} <= shown
        assert not (row.withdrawal and shown)
        seen |= shown
        check_at_rest(world, clean := clean_build(world))
    assert len(seen) > 2
    check_replay(world)
    check_at_rest(world, clean)


def test_cards_of_a_clinic_that_older_code_withdrew_end_with_the_next_message(world: World) -> None:
    """Code that knows no cards keeps them in the row, as fields of newer code, and ends none."""
    upload_and_settle(world, *LIVE, RENAMED)
    before = world.index.read_clinic(contents.CLINIC)[0]

    def decide_without_cards(snapshot: ClinicSnapshot, *, judge_again: bool = False) -> ClinicRow:
        row = decide_clinic(snapshot, judge_again=judge_again)
        return replace(row, card_paths=snapshot.row.card_paths, earlier_cards=snapshot.row.earlier_cards)

    older = patch(clinic_and_site, "decide_clinic", decide_without_cards)
    with older, patch(clinic_and_site, "ended_card_keys", lambda row, snapshot: set[str]()):
        upload_and_settle(world, WITHDRAWN)
    row = world.index.read_clinic(contents.CLINIC)[0]
    assert (row.withdrawal is not None, row.card_paths) == (True, before.card_paths)
    assert shown_cards(world)
    upload_and_settle(world, lambda _: Message("intake", encode_message(RefreshRequest(WITHDRAWAL))))
    assert shown_cards(world) == set()


def test_a_name_costs_a_card_in_each_language_that_shows_it(account: Cloud, transport: Transport) -> None:
    account.empty()
    world = World(account, transport, REAL)
    for upload in LIVE:
        world.queued.append(upload(world))
    world.run_until_quiet()
    for content, calls in (
        (contents.clinic(2), [*["TransactGetItems", "ListObjectVersions", "GetObject"], *["PutObject"] * 2, "PutItem"]),
        (contents.clinic(2, accepts="other"), ["TransactGetItems", "ListObjectVersions", "GetObject", "PutItem"]),
    ):
        answer = world.handler_for(put(CLINIC, content)(world))
        transport.calls.clear()
        answer()
        assert [call.operation for call in transport.calls] == calls


class _LatePuts(Site):
    """Keeps a clinic's cards until it is asked for them."""

    due: list[SiteObject]

    def put_if_absent(self, new: SiteObject) -> None:
        if new.key.startswith("cards/"):
            self.due.append(new)
        else:
            super().put_if_absent(new)


class _RecordsFirst(Index):
    puts: _LatePuts

    def record_clinic(self, row: ClinicRow, changes: DueChanges) -> None:
        super().record_clinic(row, changes)
        while self.puts.due:
            Site.put_if_absent(self.puts, self.puts.due.pop())


def record_before_put(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    site = cast(_LatePuts, site_of(world, _LatePuts))
    clients.site, clients.index = site, _RecordsFirst(world.cloud.dynamodb, TABLE)
    site.due, clients.index.puts = [], site
    return clients


def test_the_schedules_show_what_happens_when_the_row_is_recorded_before_the_card(
    account: Cloud, transport: Transport
) -> None:
    scenario = NAME_AND_CORRECTION
    scheduler = Scheduler(
        account, transport, scenario.before, scenario.participants, replace(REAL, publish_clients=record_before_put)
    )
    with pytest.raises(Violation, match=r"^I4: .* leads to cards/"):
        every_order(scheduler)


class _AnswersBeforePut(Site):
    """Lets another handler answer before it puts a clinic's first card."""

    meanwhile: list[Callable[[], None]]

    def put_if_absent(self, new: SiteObject) -> None:
        if new.key.startswith("cards/") and self.meanwhile:
            self.meanwhile.pop()()
        super().put_if_absent(new)


def cards_after_a_late_put(account: Cloud, transport: Transport) -> set[str]:
    """The cards that are shown when a new name's handler puts its cards after the clinic's withdrawal was answered."""
    account.empty()
    late = replace(REAL, publish_clients=put_late)
    world = World(account, transport, late)
    for upload in LIVE:
        world.queued.append(upload(world))
    world.run_until_quiet()
    renamed = world.handler_for(RENAMED(world))
    MEANWHILE.append(lambda: World(account, transport, REAL).handler_for(WITHDRAWN(world))())
    renamed()
    assert not MEANWHILE
    world.run_until_quiet()
    return shown_cards(world)


MEANWHILE: list[Callable[[], None]] = []


def put_late(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    site = cast(_AnswersBeforePut, site_of(world, _AnswersBeforePut))
    clients.site, site.meanwhile = site, MEANWHILE
    return clients


def test_a_late_card_of_a_withdrawn_clinic_finds_a_tombstone(account: Cloud, transport: Transport) -> None:
    assert cards_after_a_late_put(account, transport) == set()


def test_a_late_card_stays_if_a_withdrawal_ends_recorded_cards_alone(account: Cloud, transport: Transport) -> None:
    def recorded_alone(row: ClinicRow, snapshot: ClinicSnapshot) -> set[str]:
        known = snapshot.row
        paths = {path.removeprefix("/") for path in known.card_paths.values()}
        return {*known.earlier_cards, *paths} if row.withdrawal else set()

    with patch(clinic_and_site, "ended_card_keys", recorded_alone):
        assert cards_after_a_late_put(account, transport)
