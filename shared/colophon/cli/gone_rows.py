"""What the index still says of something withdrawn: its rows, and its entries in the listings."""

from collections.abc import Iterator

from colophon.cli.footprint import Footprint
from colophon.cli.proof import Finding
from colophon.decision.listing_rows import ArchiveRow, EntryRow
from colophon.stores import listing_keys, rows
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.upload.keys import PostRef

_GONE = ("withdrawn", "absent")


def post_is_gone(found: Footprint, post: PostRef, index: Index) -> Finding:
    """Whether the row of ``post``, which ``found`` is a part about, shows nothing covered, nor any listing's entry."""
    left = [*_rows(found, post, index), *_entries(found, post, index)]
    return Finding(not left, "; ".join(left) or "no page, no image and no entry is live")


def clinic_is_gone(clinic: str, index: Index) -> Finding:
    """Whether the row of ``clinic`` knows of the order against it."""
    row = index.clinic(clinic)[0]
    return Finding(row.order is not None, "the order stands" if row.order else "the clinic's row knows of no order")


def archive_is_gone(lang: str, clinic: str, index: Index) -> Finding:
    """Whether the directory of ``lang`` is told to leave ``clinic`` out."""
    key = listing_keys.archive(lang, clinic)
    item = index.item(key["pk"]["S"], key["sk"]["S"])
    shown = rows.read(ArchiveRow, item).shown if item else None
    return Finding(shown is None, "listed" if shown else "not listed")


def entries_are_gone(lang: str, clinic: str, listings: ListingIndex) -> Finding:
    """Whether nothing is left that listings of ``lang`` could show of ``clinic``."""
    left = sum(row.entry is not None for row in listings.newest(lang, clinic))
    return Finding(not left, "listings have entries of it" if left else "no entry is left")


def _rows(found: Footprint, post: PostRef, index: Index) -> Iterator[str]:
    key = rows.post_key(post)
    row = rows.read_post(post, index.item(key["pk"]["S"], key["sk"]["S"]))
    for edition in found.covered:
        part = row.pages.get(edition.page.lang)
        if part and (part.outcome.state not in _GONE or part.facts is not None):
            yield f"{edition.page.lang} is {part.outcome.state}"
    for image in found.images:
        shown = row.images.get(image.name)
        if shown and (shown.outcome.state not in _GONE or shown.path):
            yield f"{image.name} is {shown.outcome.state}"


def _entries(found: Footprint, post: PostRef, index: Index) -> Iterator[str]:
    for edition in found.covered:
        for day in sorted(edition.days):
            blank = EntryRow(edition.page.lang, post.clinic, day, post.post, "")
            for key in (listing_keys.entry(blank), listing_keys.recent_entry(blank)):
                item = index.item(key["pk"]["S"], key["sk"]["S"])
                if item and rows.read(EntryRow, item).entry:
                    yield f"the listings of {edition.page.lang} have an entry of {day}"
