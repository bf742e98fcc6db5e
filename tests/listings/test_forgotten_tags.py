"""Slugs of tags are forgotten once there are too many and their tombstones are there; those of a withdrawal never."""

import pytest
from msgspec.structs import replace

from colophon.decision.rows import ClinicRow, PageToken
from colophon.listings.kind import ListingDecision, ListingSnapshot
from colophon.listings.kinds.tags import MAX_KNOWN, TAGS, TagInputs, TagsRow, TagState
from tests.decision.builder import folder
from tests.decision.files import CLINIC, CLINIC_WITHDRAWAL, text, withdrawal

OPEN = folder().put("en.md", text("Coughs"))
SITE, SHOWN = OPEN.decide().site, OPEN.decide().clinic()
WITHDRAWN = OPEN.put(CLINIC_WITHDRAWAL, withdrawal()).decide().clinic()


def decided(row: TagsRow, clinic: ClinicRow) -> ListingDecision[TagsRow]:
    """What is decided where no tag has a page any longer."""
    decision: ListingDecision[TagsRow] = TAGS.decide(ListingSnapshot(row, SITE, clinic), TagInputs({}, {}))
    return decision


def settled(count: int, clinic: ClinicRow) -> TagsRow:
    """The row of a clinic that knows so many slugs, once it says that each has a tombstone."""
    known = {f"tag-{number:03}": TagState(is_live=True, since=1) for number in range(count)}
    return replace(decided(TagsRow("en", CLINIC, n=1, known=known), clinic).row, n=2)


@pytest.mark.parametrize(
    ("count", "clinic", "forgotten"),
    [(MAX_KNOWN, SHOWN, 0), (MAX_KNOWN + 1, SHOWN, MAX_KNOWN + 1), (MAX_KNOWN + 1, WITHDRAWN, 0)],
    ids=["as many as are kept", "one more", "of a clinic that is withdrawn"],
)
def test_what_is_forgotten_has_a_tombstone_that_nothing_changes(count: int, clinic: ClinicRow, forgotten: int) -> None:
    row = settled(count, clinic)
    first = decided(row, clinic)
    assert (len(first.listings), first.released) == (count, ()), "they are put before they are forgotten"
    tokens = {listing.key: PageToken("e", 1, listing.fp) for listing in first.listings}
    again = decided(replace(first.row, tokens=tokens), clinic)
    assert (len(again.released), len(again.row.known)) == (forgotten, count - forgotten)
    assert set(again.released) <= set(tokens)
