"""A language's home page and its feeds: the newest posts of all clinics."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec import Struct, field

from colophon.decision.identity import fingerprint_by_code
from colophon.decision.listing_rows import EntryRow
from colophon.language.served import find_text
from colophon.listings.cards import ClinicSummary, build_clinic_cards
from colophon.listings.entries import render_entries
from colophon.listings.feeds import FeedView, finish_atom_feed, finish_json_feed
from colophon.listings.finished import listing_object, pass_gate
from colophon.listings.head import (
    describe_collection,
    describe_listing,
    head_values,
    holds_originals,
    home_alternates,
    posts_title,
    render_notice_box,
)
from colophon.listings.kind import (
    EntryChange,
    EntryTraits,
    IndexChange,
    ListingChange,
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    RecentDayChange,
    Scope,
    SiteChange,
    Tokens,
    live_listing,
    tombstone_listing,
)
from colophon.listings.kinds.language import LANGUAGE
from colophon.listings.search import search_field
from colophon.listings.sources import absent_tombstone, entry_ids, live_entries, settings_for, site_id
from colophon.page.entry import Entry
from colophon.page.frame import build_frame, feed_links
from colophon.page.objects import HTML_TYPE, SiteObject, listing_tags
from colophon.page.paths import atom_path, directory_path, home_path, json_feed_path, path_to_key
from colophon.page.template import render
from colophon.site_settings import SiteSettings


class HomeRow(ListingRow, frozen=True, omit_defaults=True):
    """Nothing else is made from the home page, so the row has the tokens only."""

    lang: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)


class HomeView(Struct, frozen=True):
    """``/<lang>/``: the newest posts, and some of the ``total`` clinics that have posts."""

    lang: str
    site: SiteSettings
    newest: tuple[Entry, ...]
    clinics: tuple[ClinicSummary, ...]
    total: int


def render_home(view: HomeView, rev: int) -> bytes:
    """The page in UTF-8. The same view and ``rev`` (from 1) always make the same bytes."""
    lang, site = view.lang, view.site
    return render(
        "home.html",
        **build_frame(lang, site, rev),
        **_home_head(view),
        notice_box=render_notice_box(site, lang),
        about=find_text(site.about, lang),
        entries=render_entries(view.newest, site.original_language, with_clinic=True),
        clinics=build_clinic_cards(view.clinics, lang),
        total=view.total,
        directory=directory_path(lang),
        search_field=search_field(lang, holds_originals(site, lang)) if view.newest else None,
    )


def _home_head(view: HomeView) -> dict[str, Any]:
    lang, site, path = view.lang, view.site, home_path(view.lang)
    title = posts_title(site, lang)
    listed = [(entry.title, entry.path) for entry in view.newest]
    return head_values(
        site,
        path,
        title,
        # The site's own words, if it has some.
        find_text(site.about, lang) or describe_listing("home", site, lang),
        json_ld=describe_collection(site, lang, path, title, listed),
        feeds=feed_links(lang, site.title(lang)),
        alternates=home_alternates(site),
    )


def _finish_home(view: HomeView, rev: int, fp: str) -> SiteObject:
    content = pass_gate(render_home(view, rev), view.lang, view.site, view.newest)
    return listing_object(home_path(view.lang), HTML_TYPE, content, listing_tags(view.lang), rev, fp)


def _directory_of(group: ListingGroup) -> tuple[ListingGroup, ...]:
    return (LANGUAGE.group(group.lang),)


def _read_newest(
    group: ListingGroup, snapshot: ListingSnapshot[HomeRow], reader: ListingReader
) -> tuple[EntryRow, ...]:
    return reader.read_newest(group.lang)


def _decide(snapshot: ListingSnapshot[HomeRow], newest: tuple[EntryRow, ...]) -> ListingDecision[HomeRow]:
    """``newest`` are the newest entries of the language, removed ones too."""
    row, site, (language,) = snapshot.row, snapshot.site, snapshot.others
    ids = entry_ids(newest)
    around = site_id(site, row.lang)
    fp = fingerprint_by_code("home", language.id, ids, around)
    feed_fp = fingerprint_by_code("feed", ids, around)
    keys = _home_keys(row.lang)
    settings = settings_for(site, row.lang)
    if settings is None:
        view, cache_tags = absent_tombstone(row.lang, site), listing_tags(row.lang)
        return ListingDecision(tuple(tombstone_listing(key, fp, view, cache_tags) for key in keys), row)
    entries = live_entries(newest)
    feed = FeedView(row.lang, settings, None, entries)
    home = HomeView(row.lang, settings, entries, language.clinics, language.total)
    listings = (
        live_listing(keys[0], fp, partial(_finish_home, home)),
        live_listing(keys[1], feed_fp, partial(finish_atom_feed, feed)),
        live_listing(keys[2], feed_fp, partial(finish_json_feed, feed)),
    )
    return ListingDecision(listings, row)


def _home_keys(lang: str) -> tuple[str, ...]:
    return tuple(path_to_key(path(lang)) for path in (home_path, atom_path, json_feed_path))


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    return _home_keys(group.lang)


def _group_of_key(key: str) -> ListingGroup | None:
    match key.split("/"):
        case [lang, "index.html" | "feed.xml" | "feed.json"]:
            return HOME.group(lang)
    return None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    match change:
        case EntryChange(lang=lang) | RecentDayChange(lang=lang):
            yield HOME.group(lang)
        case ListingChange(group=group) if group.kind == LANGUAGE.number and change.has_new_id:
            yield HOME.group(group.lang)
        case SiteChange() if change.has_new_id:
            yield from map(HOME.group, change.languages)


HOME = ListingKind(
    number=3,
    name="home",
    exists_for=Scope.LANGUAGE,
    row_type=HomeRow,
    partition="home",
    sort_key="{lang}",
    read_with_row=_directory_of,
    inputs=_read_newest,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    made_from=(LANGUAGE.number,),
)
