"""A clinic in one language: its archive by year and month, its profile and its feeds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.clinic import is_open
from colophon.decision.identity import fingerprint, fingerprint_by_code
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.calendar import YearCount, build_calendar
from colophon.listings.cards import ClinicSummary
from colophon.listings.entries import render_entries
from colophon.listings.feeds import FeedView, finish_atom_feed, finish_json_feed
from colophon.listings.finished import clinic_object, pass_gate
from colophon.listings.head import (
    describe_clinic,
    describe_collection,
    describe_listing,
    head_values,
    holds_originals,
    posts_title,
    render_notice_box,
)
from colophon.listings.kind import (
    ClinicChange,
    EntryTraits,
    IndexChange,
    Listing,
    ListingChange,
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    Scope,
    Tokens,
    live_listing,
    tombstone_listing,
)
from colophon.listings.kinds.tags import TAGS
from colophon.listings.kinds.year import YEAR, YearRow
from colophon.listings.periods import Period
from colophon.listings.profile import ProfileView, finish_profile, paths_by_language
from colophon.listings.search import SearchField, search_field
from colophon.listings.sources import (
    ClinicInLanguage,
    closed_clinic_tombstone,
    entry_ids,
    find_clinic_in_language,
    live_entries,
    settings_for,
)
from colophon.page.entry import Entry
from colophon.page.frame import build_frame, feed_links
from colophon.page.objects import HTML_TYPE, SiteObject, listing_tags
from colophon.page.paths import (
    archive_path,
    atom_path,
    json_feed_path,
    path_to_key,
    profile_path,
    search_shard_path,
)
from colophon.page.tags import tag_links
from colophon.page.template import render
from colophon.upload.site_page_names import SITE_PAGE_NAMES


class ClinicInLanguageRow(ListingRow, frozen=True, omit_defaults=True):
    """``shown`` is what the directory shows of the clinic, None while the clinic has no post; ``years`` have posts.

    ``parts`` are those of each year that is listed by parts (as in ``periods_listed``). ``id`` changes when the
    directory or the sitemap index would show the clinic differently.
    """

    lang: str
    clinic: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    shown: ClinicSummary | None = None
    years: tuple[int, ...] = ()
    id: str = ""
    parts: Mapping[int, Mapping[int, tuple[str, ...]]] = field(default_factory=dict)


class ArchiveView(Struct, frozen=True):
    """``/<lang>/<clinic>/``: years (the latest first), newest posts, sorted tags. It may be empty.

    ``languages`` are those in which the clinic has an archive and a profile. ``slugs`` are those of all tags that have
    a page.
    """

    clinic: ClinicInLanguage
    years: tuple[YearCount, ...]
    newest: tuple[Entry, ...]
    tags: tuple[str, ...]
    languages: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()


def render_archive(view: ArchiveView, rev: int) -> bytes:
    """The page in UTF-8. The same view and ``rev`` (from 1) always make the same bytes."""
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    return render(
        "archive.html",
        **build_frame(lang, site, rev, paths_by_language(clinic, view.languages, archive_path)),
        **_archive_head(view),
        notice_box=render_notice_box(site, lang),
        names=clinic.names,
        profile=profile_path(lang, clinic.slug),
        originals=holds_originals(site, lang),
        entries=render_entries(view.newest, site.original_language),
        years=build_calendar(clinic, view.years),
        tags=tag_links(view.tags, lang, clinic.slug, view.slugs),
        search_field=_archive_search(view),
    )


def _archive_search(view: ArchiveView) -> SearchField | None:
    clinic = view.clinic
    shards = tuple(search_shard_path(clinic.lang, clinic.slug, Period(year.year).name) for year in view.years)
    return search_field(clinic.lang, holds_originals(clinic.site, clinic.lang), shards) if shards else None


def _archive_head(view: ArchiveView) -> dict[str, Any]:
    clinic, lang, site = view.clinic, view.clinic.lang, view.clinic.site
    path, name = archive_path(lang, clinic.slug), clinic.names[0].text
    title = f"{name} · {posts_title(site, lang)}"
    listed = [(entry.title, entry.path) for entry in view.newest]
    return head_values(
        site,
        path,
        title,
        describe_listing("clinic", site, lang, clinic=name),
        json_ld=describe_collection(site, lang, path, title, listed, describe_clinic(clinic.names)),
        feeds=feed_links(lang, name, clinic.slug),
        indexed=bool(view.years),
    )


def _finish_archive(view: ArchiveView, rev: int, fp: str) -> SiteObject:
    clinic = view.clinic
    content = pass_gate(render_archive(view, rev), clinic.lang, clinic.site, view.newest)
    return clinic_object(clinic, archive_path(clinic.lang, clinic.slug), HTML_TYPE, content, rev, fp)


class ClinicInputs(Struct, frozen=True):
    """All years of the clinic in the language, and its newest entries, removed ones too.

    ``slugs`` are those of the tags that have a page, ``slugs_id`` is their identity. Both are empty if no year has any.
    """

    years: Sequence[YearRow]
    newest: tuple[EntryRow, ...]
    slugs: tuple[str, ...] = ()
    slugs_id: str = ""


def _read_inputs(
    group: ListingGroup, snapshot: ListingSnapshot[ClinicInLanguageRow], reader: ListingReader
) -> ClinicInputs:
    years = reader.read_rows(YEAR, group.lang, group.clinic)
    newest = reader.read_newest(group.lang, group.clinic)
    if not any(year.tag_counts for year in years):
        return ClinicInputs(years, newest)
    (tags,) = reader.read_group_rows([TAGS.group(group.lang, group.clinic)]).values()
    return ClinicInputs(years, newest, getattr(tags, "linked", ()), tags.id)


def _decide(
    snapshot: ListingSnapshot[ClinicInLanguageRow], inputs: ClinicInputs
) -> ListingDecision[ClinicInLanguageRow]:
    row, clinic, site, years = snapshot.row, snapshot.clinic, snapshot.site, inputs.years
    clinic_in_language = find_clinic_in_language(row.lang, clinic, site)
    fps = _fingerprints(row.lang, inputs, clinic, site)
    if clinic_in_language is None or clinic.record is None:
        return _make_decision(row, list(_tombstones(row, fps, clinic, site)), None, ())
    counts = tuple(
        YearCount(year.year, dict(sorted(year.months.items(), reverse=True)), has_page=bool(year.page_id))
        for year in sorted(years, key=lambda year: -year.year)
        if year.months
    )
    tags = tuple(sorted({tag for year in years for tag in year.tags}))
    entries = live_entries(inputs.newest)
    feed = FeedView(row.lang, clinic_in_language.site, clinic_in_language, entries)
    makers = (
        # An entry may be recorded before the row of its year: the archive shows entries once there is a year.
        partial(
            _finish_archive,
            ArchiveView(clinic_in_language, counts, entries if counts else (), tags, clinic.langs, inputs.slugs),
        ),
        partial(finish_profile, ProfileView(clinic_in_language, clinic.record, clinic.langs)),
        partial(finish_atom_feed, feed),
        partial(finish_json_feed, feed),
    )
    keys = _clinic_keys(row.lang, row.clinic)
    listings = [live_listing(key, fp, make) for key, fp, make in zip(keys, fps, makers, strict=True)]
    shown = ClinicSummary(clinic_in_language.slug, clinic_in_language.names, tags) if counts else None
    return _make_decision(row, listings, shown, [year for year in years if year.months])


def _tombstones(row: ClinicInLanguageRow, fps: Sequence[str], clinic: ClinicRow, site: SiteRow) -> Iterator[Listing]:
    """What is left of a closed clinic. At the archive of one that bears the name of a page of the site's own: nothing,
    as that page is there, or will be."""
    view, cache_tags = closed_clinic_tombstone(row.lang, clinic, site), listing_tags(row.lang, row.clinic)
    taken = path_to_key(archive_path(row.lang, row.clinic)) if row.clinic in SITE_PAGE_NAMES else ""
    for key, fp in zip(_clinic_keys(row.lang, row.clinic), fps, strict=True):
        if key != taken:
            yield tombstone_listing(key, fp, view, cache_tags)


def _clinic_keys(lang: str, clinic: str) -> tuple[str, ...]:
    paths = (archive_path, profile_path, atom_path, json_feed_path)
    return tuple(path_to_key(path(lang, clinic)) for path in paths)


def _fingerprints(lang: str, inputs: ClinicInputs, clinic: ClinicRow, site: SiteRow) -> tuple[str, str, str, str]:
    """The fingerprints of the archive, the profile and the two feeds."""
    settings = settings_for(site, lang)
    around: tuple[object, ...] = ()
    # Where the clinic is only absent, no change of the site or of the clinic wakes its listings for certain: a closed
    # clinic may have nothing left in the inbox, and a clinic's row knows no languages but those of the site.
    if settings and (is_open(clinic) or clinic.withdrawal):
        # The languages of the clinic's listings are the site's, but for the moment after these changed.
        langs = [clinic.langs] if clinic.langs != settings.languages else []
        around = (clinic.fp, site.fp, *langs)
    ids = entry_ids(inputs.newest)
    feed = fingerprint_by_code("feed", ids, *around)
    years = sorted((year.year, year.id) for year in inputs.years)
    archive = fingerprint_by_code("archive", years, ids, *around, *filter(None, [inputs.slugs_id]))
    return archive, fingerprint_by_code("profile", *around), feed, feed


def _make_decision(
    row: ClinicInLanguageRow,
    listings: list[Listing],
    shown: ClinicSummary | None,
    years: Iterable[YearRow],
) -> ListingDecision[ClinicInLanguageRow]:
    """``years`` are those with posts."""
    latest_first = sorted(years, key=lambda year: -year.year)
    new_row = replace(
        row,
        shown=shown,
        years=tuple(year.year for year in latest_first),
        parts={year.year: year.parts for year in latest_first if year.parts},
    )
    new_id = row.id if new_row == row else fingerprint("shown", listings[0].fp, row.id)
    return ListingDecision(tuple(listings), replace(new_row, id=new_id))


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    return _clinic_keys(group.lang, group.clinic)


def _group_of_key(key: str) -> ListingGroup | None:
    match key.split("/"):
        case [lang, clinic, "profile", "index.html"] | [lang, clinic, "index.html" | "feed.xml" | "feed.json"]:
            return CLINIC.group(lang, clinic)
    return None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    match change:
        case ListingChange(group=group) if group.kind == YEAR.number and change.has_new_id:
            yield CLINIC.group(group.lang, group.clinic)
        case ListingChange(group=group) if group.kind == TAGS.number and change.has_new_id:
            yield CLINIC.group(group.lang, group.clinic)
        case ClinicChange(before=before, after=after):
            # A change of the site changes the clinic's ``site_fp``.
            if (before.fp, before.langs, before.site_fp) != (after.fp, after.langs, after.site_fp):
                for lang in sorted({*before.langs, *after.langs}):
                    yield CLINIC.group(lang, after.clinic)


def _shows_less(before: ClinicInLanguageRow, after: ClinicInLanguageRow) -> bool:
    return before.shown is not None and after.shown is None


CLINIC = ListingKind(
    number=1,
    name="clinic",
    exists_for=Scope.CLINIC,
    row_type=ClinicInLanguageRow,
    partition="archives#{lang}",
    sort_key="{clinic}",
    inputs=_read_inputs,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    made_from=(YEAR.number, TAGS.number),
    shows_less=_shows_less,
)
