"""Groups and swaps that threads run side by side: any order of them leaves a clean site, and none is left out."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest
from msgspec.structs import replace

from colophon.verbs.listings import ListingClients
from colophon.verbs.tasks import TaskRunner, ThreadRunner, run_in_order
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.explore import at_each_switch, single_faults
from tests.protocol.harness.functions import REAL, real_listing_clients
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Scheduler
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.listing_scenarios import FEBRUARY, MARCH, PAIRS, as_listing_record, first, other
from tests.protocol.scenarios import SITE_AND_CLINIC

T = TypeVar("T")
RUNNERS: dict[str, TaskRunner] = {"in order": run_in_order, "in threads": ThreadRunner(4)}
caller: ContextVar[str] = ContextVar("caller")


def run_backwards(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """The last task first: with the usual order, every task has come before and after every other."""
    return run_in_order(tasks[::-1])[::-1]


def backwards(world: World) -> ListingClients:
    return replace(real_listing_clients(world), run_groups=run_backwards, run_swaps=run_backwards)


@pytest.mark.parametrize(
    "pair",
    [
        "one year: a corrected date, and a correction",
        "one archive: a new month, and a correction",
        "one home page: a new post, and a withdrawal",
    ],
)
def test_swaps_in_another_order_leave_a_clean_site_and_no_link_leads_nowhere(
    pair: str, account: Cloud, transport: Transport
) -> None:
    functions, scenario = replace(REAL, listing_clients=backwards), PAIRS[pair]
    scheduler = Scheduler(account, transport, scenario.before, scenario.participants, functions, listing=True)
    assert at_each_switch(scheduler, "first", ["second"]) > 3
    assert single_faults(scheduler, [("first", "second")], of="first") > 10


def test_objects_that_are_new_come_first_in_the_order_of_their_kind(account: Cloud, transport: Transport) -> None:
    """One that is new may link to those before it: only objects that replace others may come in any order."""
    account.empty()
    world = World(account, transport, replace(REAL, listing_clients=backwards), listing=True)
    restore_or_settle(world, SITE_AND_CLINIC)
    # Of a year: its page, before the months that link to it; then its sitemap and shard. A month replaces its redirect.
    for upload, new, replaced in ((first(1, MARCH), 3, 1), (other(1, FEBRUARY), 0, 3)):
        message = as_listing_record(upload, "entries#")(world)
        transport.calls.clear()
        world.handler_for(message)()
        year = [call for call in transport.calls if call.key.startswith(f"en/{contents.CLINIC}/")]
        puts = [call for call in year if call.operation == "PutObject"]
        assert [call.if_absent for call in puts] == [True] * new + [False] * replaced
        assert puts[0].key.endswith("/index.html") or not new


def give(name: str) -> str:
    return name


def fail(name: str, done: list[str]) -> str:
    done.append(name)
    raise ValueError(name)


@pytest.mark.parametrize("runner", RUNNERS)
def test_results_come_in_the_order_of_the_tasks(runner: str) -> None:
    assert RUNNERS[runner]([partial(give, name) for name in "abcdefgh"]) == list("abcdefgh")


@pytest.mark.parametrize("runner", RUNNERS)
def test_every_task_runs_and_the_first_failure_is_raised_after_that(runner: str) -> None:
    done: list[str] = []
    with pytest.raises(ValueError, match="a"):
        RUNNERS[runner]([partial(fail, name, done) for name in "abc"])
    assert sorted(done) == ["a", "b", "c"]


def test_threads_run_tasks_at_the_same_time_with_the_callers_context() -> None:
    caller.set("relist")
    together = Barrier(3, timeout=10)

    def meet() -> str:
        together.wait()
        return caller.get()

    assert ThreadRunner(3)([meet] * 3) == ["relist"] * 3
