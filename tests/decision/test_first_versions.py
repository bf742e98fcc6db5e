"""The first version of a page is in its row; with the second, both become rows of its history; each is told once."""

from datetime import timedelta

from msgspec.structs import replace

from colophon.decision.history import PublishedVersion, all_versions, first_version, next_versions, versions_without_row
from colophon.decision.rows import PageRow
from tests.decision.builder import folder
from tests.decision.files import text
from tests.decision.in_memory import START

LIVE = folder().put("en.md", text("First"))
FIRST, SECOND = (uploads.decide().page("en").row for uploads in (LIVE, LIVE.put("en.md", text("Second"))))
LATER = START + timedelta(hours=1, microseconds=7)


def published(known: PageRow | None, row: PageRow) -> tuple[PageRow, tuple[PublishedVersion, ...]]:
    """The row that is recorded, and the versions that the index has no other row for."""
    # As a row is while it is decided whether it has room.
    kept, versions = next_versions("en", known, replace(row, published_at=LATER), LATER)
    by_place = {(version.lang, version.rev): version for version in versions}
    return kept, versions_without_row({"en": kept}, by_place)


def test_a_page_that_is_published_for_the_first_time_has_no_row_in_the_history() -> None:
    kept, versions = published(None, FIRST)
    assert versions == ()
    assert kept.published_at == LATER.replace(microsecond=0)
    first = first_version("en", kept)
    assert first
    assert (first.rev, first.version, first.at) == (1, "version 3", kept.published_at)
    assert list(all_versions("en", kept, ())) == [first]


def test_a_row_that_is_recorded_again_keeps_when_the_page_was_published() -> None:
    first, _ = published(None, FIRST)
    assert published(first, replace(FIRST, inputs_id="another")) == (
        replace(FIRST, inputs_id="another", published_at=first.published_at),
        (),
    )


def test_the_second_version_takes_the_first_with_it_into_the_history() -> None:
    first, _ = published(None, FIRST)
    second, versions = published(first, SECOND)
    assert second.published_at is None
    assert [(version.rev, version.version, version.previous_rev) for version in versions] == [
        (1, "version 3", 0),
        (2, "version 4", 1),
    ]
    assert versions[0] == first_version("en", first)
    assert list(all_versions("en", second, versions[::-1])) == list(versions[::-1])
    third, more = published(second, replace(SECOND, token=replace(SECOND.token, etag="e3", rev=3)))
    assert [version.rev for version in more] == [3]
    assert third.published_at is None


def test_a_first_version_that_is_in_the_history_too_is_told_once() -> None:
    """A restored index may have both: the row of before, and what was recorded since."""
    first, _ = published(None, FIRST)
    version = first_version("en", first)
    assert version
    assert list(all_versions("en", first, [version])) == [version]
    newer = replace(version, rev=2, previous_rev=1)
    assert list(all_versions("en", first, [newer, version])) == [newer, version]
    assert list(all_versions("en", first, [newer])) == [newer, version]
