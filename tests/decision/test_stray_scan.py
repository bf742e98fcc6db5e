"""When a prefix outside the notified ones is read: at once, on to its end, and then less and less often."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from colophon.decision.stray_scan import (
    PrefixState,
    StrayScan,
    after_page,
    due_prefixes,
    keep_states,
    minute_of,
    prefix_id,
)

MINUTE = 1_000_000


def read_at_every_due_minute(versions: list[int]) -> list[int]:
    """The minutes, from 0, at which a prefix with so many ``versions`` in each minute is read."""
    state, read = PrefixState(), []
    for minute, count in enumerate(versions):
        if state.is_due(MINUTE + minute):
            read.append(minute)
            state = after_page(state, count, "", MINUTE + minute)
    return read


def test_a_quiet_prefix_is_read_less_and_less_often_and_at_least_once_a_day() -> None:
    read = read_at_every_due_minute([3] * 6000)
    assert read[:7] == [0, 1, 3, 7, 15, 31, 63]
    assert max(later - earlier for earlier, later in pairwise(read)) == 24 * 60


def test_a_prefix_that_changed_is_read_again_in_the_next_minute() -> None:
    assert read_at_every_due_minute([3] * 10 + [4] * 10) == [0, 1, 3, 7, 15, 16, 18]


def test_a_long_prefix_is_read_on_each_minute_and_its_pages_count_together() -> None:
    state = after_page(PrefixState(), 1000, "old/k", MINUTE)
    assert (state.after, state.is_due(MINUTE + 1)) == ("old/k", True)
    state = after_page(state, 17, "", MINUTE + 1)
    assert state == PrefixState(1017, 1, MINUTE + 2)
    again = after_page(after_page(state, 1000, "old/k", MINUTE + 2), 17, "", MINUTE + 3)
    assert again == PrefixState(1017, 2, MINUTE + 5)


def test_a_begun_prefix_comes_first_and_the_reports_last() -> None:
    scan = StrayScan(
        prefixes={
            prefix_id("z/"): PrefixState(after="z/1", so_far=1),
            prefix_id("reports/"): PrefixState(after="reports/posts/a", so_far=9),
            prefix_id("quiet/"): PrefixState(3, 8, MINUTE + 1),
        }
    )
    assert due_prefixes(scan, ["a/", "quiet/", "reports/", "z/"], MINUTE) == ["z/", "a/", "reports/"]


@pytest.mark.parametrize(("is_whole", "kept"), [(True, {"", "new/"}), (False, {"", "new/", "gone/"})])
def test_a_prefix_that_no_longer_exists_is_forgotten(is_whole: bool, kept: set[str]) -> None:
    known = StrayScan(prefixes={prefix_id(prefix): PrefixState(1, 1, 1) for prefix in ("", "gone/")})
    scan = keep_states(known, {"new/": PrefixState(2, 1, 2)}, ["new/"], is_whole=is_whole)
    assert scan.prefixes.keys() == {prefix_id(prefix) for prefix in kept}


def test_the_state_stays_within_one_item_however_many_prefixes_there_are() -> None:
    states = {f"p{number}/": PrefixState(10**6, 1440, MINUTE) for number in range(1000)}
    scan = keep_states(StrayScan(), states, states, is_whole=False)
    more = {f"q{number}/": PrefixState(10**6, 1440, MINUTE) for number in range(1000)}
    assert len(keep_states(scan, more, more, is_whole=False).prefixes) == 1000


def test_minutes_are_counted_in_utc() -> None:
    assert minute_of(datetime(1970, 1, 1, 0, 2, 59, tzinfo=UTC)) == 2
