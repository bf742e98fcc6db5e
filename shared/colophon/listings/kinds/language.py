"""A language: its directory of clinics and topics, the page about its posts, and its sitemaps."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint, fingerprint_by_code
from colophon.language.words import words_for
from colophon.listings.about_page import finish_about
from colophon.listings.cards import ClinicSummary, build_clinic_cards
from colophon.listings.finished import listing_object, pass_gate
from colophon.listings.head import (
    describe_collection,
    head_values,
    holds_originals,
    home_alternates,
    render_notice_box,
)
from colophon.listings.kind import (
    EntryTraits,
    IndexChange,
    ListingChange,
    ListingDecision,
    ListingGroup,
    ListingKind,
    ListingReader,
    ListingRow,
    ListingSnapshot,
    Scope,
    SiteChange,
    Tokens,
    live_listing,
    tombstone_listing,
)
from colophon.listings.kinds.clinic import CLINIC, ClinicInLanguageRow
from colophon.listings.periods import periods_listed
from colophon.listings.search import search_field
from colophon.listings.search_index import topic_id
from colophon.listings.sitemap import SitemapUrl, render_index, render_sitemap, split_urls
from colophon.listings.sources import absent_tombstone, settings_for, site_id
from colophon.page.frame import build_frame, feed_links
from colophon.page.names import ClinicName
from colophon.page.objects import HTML_TYPE, XML_TYPE, SiteObject, listing_tags
from colophon.page.paths import (
    about_path,
    archive_path,
    clinics_sitemap_path,
    directory_path,
    home_path,
    path_to_key,
    posts_sitemap_path,
    profile_path,
    sitemap_index_path,
)
from colophon.page.tags import tag_links
from colophon.page.template import render
from colophon.site_settings import SiteSettings

# The home page shows so many clinics; the directory has them all.
_CLINICS_ON_HOME = 24


class LanguageRow(ListingRow, frozen=True, omit_defaults=True):
    """``clinics`` are the first ones, without their tags, as the home page shows them; ``total`` counts all.

    ``sitemap_indexes`` is the number of files that the sitemap index takes. ``id`` changes when the home page would
    show the clinics differently.
    """

    lang: str
    n: int = 0
    tokens: Tokens = field(default_factory=dict)
    clinics: tuple[ClinicSummary, ...] = ()
    total: int = 0
    id: str = ""
    sitemap_indexes: int = 1


class DirectoryView(Struct, frozen=True):
    """``/<lang>/search/``: every clinic that has posts in the language, with their tags, by name."""

    lang: str
    site: SiteSettings
    clinics: tuple[ClinicSummary, ...]


class ClinicYears(Struct, frozen=True):
    """The years in which a clinic has posts in the language, the latest first.

    ``parts`` are those of each year that is listed by parts (as in ``periods_listed``).
    """

    clinic: str
    years: tuple[int, ...]
    parts: Mapping[int, Mapping[int, tuple[str, ...]]] = field(default_factory=dict)


class LanguageSitemap(Struct, frozen=True):
    """The sitemaps of a language: every clinic that has posts in it, sorted."""

    lang: str
    site: SiteSettings
    clinics: tuple[ClinicYears, ...]


class Topic(Struct, frozen=True):
    """A tag, its id, and the clinics that have it: the name for readers, and the link to the clinic's posts on it."""

    tag: str
    id: str
    clinics: tuple[tuple[ClinicName, str], ...]


def render_directory(view: DirectoryView, rev: int) -> bytes:
    """The page in UTF-8. The same view and ``rev`` (from 1) always make the same bytes."""
    return render(
        "directory.html",
        **build_frame(view.lang, view.site, rev),
        **_directory_head(view),
        notice_box=render_notice_box(view.site, view.lang),
        clinics=build_clinic_cards(view.clinics, view.lang),
        topics=_collect_topics(view.clinics, view.lang),
        search_field=search_field(view.lang, holds_originals(view.site, view.lang)) if view.clinics else None,
    )


def _directory_head(view: DirectoryView) -> dict[str, Any]:
    lang, site, words = view.lang, view.site, words_for(view.lang)
    path = directory_path(lang)
    listed = [(clinic.names[0].text, archive_path(lang, clinic.clinic)) for clinic in view.clinics]
    return head_values(
        site,
        path,
        words.all_clinics,
        words.listings["language"]["description"],
        json_ld=describe_collection(site, lang, path, words.all_clinics, listed),
        feeds=feed_links(lang, site.title(lang)),
        indexed=bool(view.clinics),
    )


def _collect_topics(clinics: Iterable[ClinicSummary], lang: str) -> list[Topic]:
    """All tags, sorted regardless of case; the clinics of each in the order of ``clinics``."""
    clinics_by_tag: dict[str, list[tuple[ClinicName, str]]] = {}
    for clinic in clinics:
        for link in tag_links(clinic.tags, lang, clinic.clinic):
            clinics_by_tag.setdefault(link.tag, []).append((clinic.names[0], link.path))
    return [
        Topic(tag, topic_id(tag), tuple(clinics_by_tag[tag]))
        for tag in sorted(clinics_by_tag, key=lambda tag: (tag.casefold(), tag))
    ]


def list_clinic_urls(view: LanguageSitemap) -> list[SitemapUrl]:
    """The home page, the page about the posts, each clinic's archive and profile. When they changed is not known."""
    urls = [SitemapUrl(view.site.url + home_path(view.lang), alternates=tuple(home_alternates(view.site)))]
    urls.append(SitemapUrl(view.site.url + about_path(view.lang)))
    for clinic in view.clinics:
        for path in (archive_path(view.lang, clinic.clinic), profile_path(view.lang, clinic.clinic)):
            urls.append(SitemapUrl(view.site.url + path))
    return urls


def list_sitemaps(view: LanguageSitemap, clinics_sitemaps: int) -> list[str]:
    """The URLs of the language's sitemaps; the first ``clinics_sitemaps`` are those of the clinics."""
    of_clinics = (clinics_sitemap_path(view.lang, number) for number in range(1, clinics_sitemaps + 1))
    of_posts = (
        posts_sitemap_path(view.lang, clinic.clinic, period.name)
        for clinic in view.clinics
        for year in clinic.years
        for period in periods_listed(year, clinic.parts.get(year, {}))
    )
    return [view.site.url + path for path in (*of_clinics, *of_posts)]


def _finish_directory(view: DirectoryView, rev: int, fp: str) -> SiteObject:
    content = pass_gate(render_directory(view, rev), view.lang, view.site, ())
    return listing_object(directory_path(view.lang), HTML_TYPE, content, listing_tags(view.lang), rev, fp)


def _finish_sitemap(
    path: str, lang: str, render: Callable[[Sequence[Any], int], bytes], urls: Sequence[Any], rev: int, fp: str
) -> SiteObject:
    return listing_object(path, XML_TYPE, render(urls, rev), listing_tags(lang), rev, fp)


def _read_clinics(
    group: ListingGroup, snapshot: ListingSnapshot[LanguageRow], reader: ListingReader
) -> tuple[ClinicInLanguageRow, ...]:
    return reader.read_rows(CLINIC, group.lang)


def _decide(
    snapshot: ListingSnapshot[LanguageRow], rows: tuple[ClinicInLanguageRow, ...]
) -> ListingDecision[LanguageRow]:
    """``rows`` are all clinics of the language, those without posts too."""
    row, site = snapshot.row, snapshot.site
    # The row of a clinic that was never listed wakes no directory when it is recorded, so it must not count here.
    ids = sorted((clinic.clinic, clinic.id) for clinic in rows if clinic.id)
    fp = fingerprint_by_code("directory", ids, site_id(site, row.lang))
    absent, cache_tags = absent_tombstone(row.lang, site), listing_tags(row.lang)
    settings = settings_for(site, row.lang)
    if settings is None:
        keys = sorted({*_language_keys(row.lang), *row.tokens})
        tombstones = [tombstone_listing(key, fp, absent, cache_tags) for key in keys]
        return ListingDecision(tuple(tombstones), _make_row(replace(row, sitemap_indexes=1), (), fp))
    clinics = tuple(sorted((clinic.shown for clinic in rows if clinic.shown), key=_name_order))
    years = [
        ClinicYears(row.clinic, row.years, row.parts) for row in sorted(rows, key=lambda row: row.clinic) if row.shown
    ]
    view = LanguageSitemap(row.lang, settings, tuple(years))
    sitemaps = split_urls(list_clinic_urls(view), snapshot.limits.urls)
    indexes = split_urls(list_sitemaps(view, len(sitemaps)), snapshot.limits.urls)
    about = path_to_key(about_path(row.lang))
    makers: dict[str, Callable[[int, str], SiteObject]] = {
        directory_path(row.lang): partial(_finish_directory, DirectoryView(row.lang, settings, clinics)),
        **_sitemap_makers(row.lang, clinics_sitemap_path, render_sitemap, sitemaps),
        **_sitemap_makers(row.lang, sitemap_index_path, render_index, indexes),
    }
    # No clinic changes the page about the posts. It comes first, as the directory links to it.
    about_fp = fingerprint_by_code("about", site_id(site, row.lang))
    listings = [live_listing(about, about_fp, partial(finish_about, settings, row.lang))]
    listings += [live_listing(path_to_key(path), fp, make) for path, make in makers.items()]
    unused = sorted(row.tokens.keys() - {listing.key for listing in listings})
    listings += [tombstone_listing(key, fp, absent, cache_tags) for key in unused]
    return ListingDecision(tuple(listings), replace(_make_row(row, clinics, fp), sitemap_indexes=len(indexes)))


def _sitemap_makers(
    lang: str,
    path_of: Callable[[str, int], str],
    render: Callable[[Sequence[Any], int], bytes],
    files: Sequence[Sequence[Any]],
) -> dict[str, Callable[[int, str], SiteObject]]:
    """What makes each of ``files``, by its path."""
    paths = [path_of(lang, number) for number in range(1, len(files) + 1)]
    return {path: partial(_finish_sitemap, path, lang, render, urls) for path, urls in zip(paths, files, strict=True)}


def _language_keys(lang: str) -> tuple[str, ...]:
    return tuple(
        path_to_key(path(lang)) for path in (about_path, directory_path, clinics_sitemap_path, sitemap_index_path)
    )


def _make_row(row: LanguageRow, clinics: tuple[ClinicSummary, ...], fp: str) -> LanguageRow:
    # The home page shows no tags, so it changes only when a clinic is added, removed or renamed.
    shown = tuple(replace(clinic, tags=()) for clinic in clinics[:_CLINICS_ON_HOME])
    new_id = row.id if (shown, len(clinics)) == (row.clinics, row.total) else fingerprint("on home", fp, row.id)
    return replace(row, clinics=shown, total=len(clinics), id=new_id)


def _name_order(clinic: ClinicSummary) -> tuple[str, str]:
    return clinic.names[0].text.casefold(), clinic.clinic


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    return _language_keys(group.lang)


_SITEMAP = re.compile(r"sitemap(-clinics)?(-[0-9]+)?\.xml")


def _group_of_key(key: str) -> ListingGroup | None:
    match key.split("/"):
        case [lang, "about" | "search", "index.html"]:
            return LANGUAGE.group(lang)
        case [lang, name] if _SITEMAP.fullmatch(name):
            return LANGUAGE.group(lang)
    return None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    match change:
        case ListingChange(group=group) if group.kind == CLINIC.number and change.has_new_id:
            yield LANGUAGE.group(group.lang)
        case SiteChange() if change.has_new_id:
            yield from map(LANGUAGE.group, change.languages)


def _shows_less(before: LanguageRow, after: LanguageRow) -> bool:
    shown = {clinic.clinic for clinic in after.clinics}
    return after.total < before.total or any(clinic.clinic not in shown for clinic in before.clinics)


LANGUAGE = ListingKind(
    number=2,
    name="language",
    exists_for=Scope.LANGUAGE,
    row_type=LanguageRow,
    partition="directory",
    sort_key="{lang}",
    inputs=_read_clinics,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    made_from=(CLINIC.number,),
    shows_less=_shows_less,
)
