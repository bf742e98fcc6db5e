"""What ``publish`` records of the pages that it decided: their rows, the entries that listings show, and claims."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.earlier_address import ClaimWrite
from colophon.decision.history import PublishedVersion, lost_version
from colophon.decision.listing_rows import EntryRow, entry_rows, removed_entry_rows
from colophon.decision.page import PageDecision
from colophon.decision.rows import PageRow
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.stray import StrayRow
from colophon.stores.index import Index
from colophon.upload.keys import PageRef, PostRef
from colophon.verbs.clients import PublishClients
from colophon.verbs.earlier_addresses import AddressReader, claims_to_write, find_standing_claims
from colophon.verbs.own_rows import may_have_own_rows, own_row_beside


class PageChanges(Struct, frozen=True):
    """What to record of the pages that were decided: rows by language, the entries that listings show of them, and
    claims, by the post at whose address each is kept and by language. ``own_rows`` are the items of pages that had no
    room in the post's item. ``lost_versions`` stand, and the index lost their rows of the history."""

    rows: dict[str, PageRow]
    entries: tuple[EntryRow, ...]
    claims: dict[PostRef, dict[str, ClaimWrite]]
    own_rows: tuple[StrayRow, ...]
    lost_versions: tuple[PublishedVersion, ...] = ()


def find_page_changes(
    decisions: Mapping[str, PageDecision],
    snapshot: PostSnapshot,
    addresses: AddressReader,
    clients: PublishClients,
    *,
    force: bool,
) -> PageChanges:
    """What to record of ``decisions``, by language, that were taken from ``snapshot``.

    A page whose row stays the same is left out. Where the index lost something (rows; with ``force`` also entries and
    versions), also what it still holds that the lost row had made: entries and claims that no row names any more.
    """
    lost_entries, lost_versions = _find_lost(snapshot, decisions, clients.index) if force else ({}, ())
    rows: dict[str, PageRow] = {}
    entries: list[EntryRow] = []
    own_rows: list[StrayRow] = []
    may_have_one = may_have_own_rows(snapshot.folder, snapshot.row)
    standing = {lang: row.claims for lang, row in snapshot.row.pages.items()}
    for lang, decision in decisions.items():
        page, known = PageRef(snapshot.post, lang), snapshot.row.pages.get(lang)
        row, lost_entry = replace(decision.row, n=known.n if known else 0), lost_entries.get(lang)
        if lost_entry is None and (row == known or not _is_worth_a_row(row, known)):
            continue
        rows[lang] = row
        own_rows += own_row_beside(known, row, decision.whole or row.outcome, may_have_one=may_have_one)
        before = known.entry_ref if known else None
        entries += [lost_entry] if lost_entry else entry_rows(page, before, row.entry_ref, decision.entry)
        if known is None and _may_have_left_entries(decision):
            entries += removed_entry_rows(clients.index.read_listed_entries(page), row.entry_ref, decision.fp)
            standing[lang] = find_standing_claims(page, snapshot, clients)
    claims = claims_to_write(snapshot.post, standing, decisions, addresses)
    return PageChanges(rows, tuple(entries), claims, tuple(own_rows), lost_versions)


def _is_worth_a_row(row: PageRow, known: PageRow | None) -> bool:
    """A page that nothing was ever uploaded for, and that no post claims, gets no row."""
    return known is not None or bool(row.outcome.version or row.claimants)


def _may_have_left_entries(decision: PageDecision) -> bool:
    """Whether a page without a row may still be in listings, or claim addresses: its row was lost with the table. Then
    there is an object at its key, or a tombstone is decided."""
    return decision.row.token.rev > 1 or (decision.view is not None and decision.entry is None)


def _find_lost(
    snapshot: PostSnapshot, decisions: Mapping[str, PageDecision], index: Index
) -> tuple[dict[str, EntryRow], tuple[PublishedVersion, ...]]:
    """What the page's row and the decision agree on but the index no longer has: entries, by language, and versions.

    Where they disagree it is written anyway.
    """
    entries: list[EntryRow] = []
    versions: list[PublishedVersion] = []
    for lang, decision in decisions.items():
        known, row = snapshot.row.pages.get(lang), decision.row
        if known and known.entry_ref == row.entry_ref:
            entries += entry_rows(PageRef(snapshot.post, lang), None, known.entry_ref, decision.entry)
        if known and known.token == row.token and (version := lost_version(lang, row, snapshot.now)):
            versions.append(version)
    missing = index.find_missing(snapshot.post, entries, versions)
    return {entry.lang: entry for entry in missing.entries}, missing.versions
