"""What belongs to no language: the front page, the page for URLs with no page, robots.txt, security.txt, and redirects
from the addresses at which browsers and search engines expect an icon and a sitemap."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.identity import fingerprint_by_code
from colophon.language.dates import format_timestamp
from colophon.language.languages import direction, language_name, own_name
from colophon.language.served import find_text
from colophon.language.words import Words, words_for
from colophon.listings.finished import listing_object
from colophon.listings.head import head_values, home_alternates
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
from colophon.listings.kinds.language import LANGUAGE, LanguageRow
from colophon.page.frame import build_frame
from colophon.page.objects import HTML_TYPE, TEXT_TYPE, XML_TYPE, SiteObject
from colophon.page.paths import (
    FAVICON_KEY,
    FRONT_KEY,
    FRONT_PATH,
    NOT_FOUND_KEY,
    ROBOTS_KEY,
    SECURITY_KEY,
    SITEMAP_KEY,
    directory_path,
    home_path,
    sitemap_index_path,
)
from colophon.page.template import render
from colophon.site_settings import Security, SiteSettings, site_icon_path
from colophon.views import TombstoneView

_KEYS = (FRONT_KEY, NOT_FOUND_KEY, ROBOTS_KEY, FAVICON_KEY, SITEMAP_KEY, SECURITY_KEY)
# Where it leads may change, so no browser keeps it for good (RFC 9110, 15.4.3).
_FOUND = "302"
_ICON_TYPE = "image/x-icon"
# A language's tag, and so the path, has no sign that XML would escape; site.yaml allows none in the address.
_SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<!-- rev {rev} -->
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>{url}</loc></sitemap></sitemapindex>
"""


Maker: TypeAlias = Callable[[SiteSettings, int, str], SiteObject]


class FrontRow(ListingRow, frozen=True, omit_defaults=True):
    """Nothing else is made from these objects, so the row has the tokens only."""

    n: int = 0
    tokens: Tokens = field(default_factory=dict)


class _Greeting(Struct, frozen=True):
    """One of the site's languages: its own name for itself, the site's name, what that says of itself, that it holds
    machine translations, the interface words, the home page and the directory."""

    lang: str
    direction: str
    language: str
    site_name: str
    about: str
    content: str
    words: Words
    home: str
    directory: str


def render_front(site: SiteSettings, rev: int) -> bytes:
    """``/`` in UTF-8: the languages, and what the site is in each.

    The same ``site`` and ``rev`` (from 1) always make the same bytes.
    """
    lang, greetings = _first_language(site), _greetings(site)
    names = ", ".join(greeting.language for greeting in greetings)
    head = head_values(site, FRONT_PATH, names, find_text(site.about, lang) or names, alternates=home_alternates(site))
    return render("front.html", **build_frame(lang, site, rev), **head, greetings=greetings)


def render_not_found(site: SiteSettings, rev: int) -> bytes:
    """``/404.html`` in UTF-8: one page in all languages, because a URL may not show which one the reader wants."""
    lang = _first_language(site)
    message = words_for(lang).not_found
    head = head_values(site, "", message, message, indexed=False)
    return render("not_found.html", **build_frame(lang, site, rev), **head, greetings=_greetings(site))


def _first_language(site: SiteSettings) -> str:
    """The language of the page itself: English if the site has it, else the site's first."""
    return "en" if "en" in site.languages else site.languages[0]


def _greetings(site: SiteSettings) -> list[_Greeting]:
    return [
        _Greeting(
            lang,
            direction(lang),
            own_name(lang),
            site.title(lang),
            find_text(site.about, lang),
            words_for(lang)
            .listings["home"]["description"]
            .format(language=language_name(site.original_language, lang)),
            words_for(lang),
            home_path(lang),
            directory_path(lang),
        )
        for lang in site.languages
    ]


def render_robots(sitemaps: Mapping[str, int], site: SiteSettings, rev: int) -> bytes:
    """``robots.txt`` (RFC 9309) in UTF-8: it allows everything and names the sitemap indexes of each language.

    ``sitemaps`` are their numbers where there are several.
    """
    paths = (
        sitemap_index_path(lang, number) for lang in site.languages for number in range(1, sitemaps.get(lang, 1) + 1)
    )
    lines = "".join(f"Sitemap: {site.url}{path}\n" for path in paths)
    return f"# rev {rev}\nUser-agent: *\nAllow: /\n\n{lines}".encode()


def render_security(site: SiteSettings, security: Security, rev: int) -> bytes:
    """``security.txt`` (RFC 9116) in UTF-8."""
    lines = (
        f"# rev {rev}",
        f"Contact: {security.contact}",
        f"Expires: {format_timestamp(security.expires)}",
        f"Preferred-Languages: {', '.join(site.languages)}",
        f"Canonical: {site.url}/{SECURITY_KEY}",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _finish_security(security: Security, site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return listing_object(f"/{SECURITY_KEY}", TEXT_TYPE, render_security(site, security, rev), "", rev, fp)


def _finish_redirect(key: str, path: str, site: SiteSettings, rev: int, fp: str) -> SiteObject:
    """A redirect from ``key`` to ``path``: the edge function makes it from the metadata, as for a post that moved."""
    # Where no edge function answers, as in a folder that a build made, it is at least of the kind that is asked for.
    content_type, content = _ICON_TYPE, f"# rev {rev}\n{site.url}{path}\n"
    if key == SITEMAP_KEY:
        content_type, content = XML_TYPE, _SITEMAP.format(rev=rev, url=f"{site.url}{path}")
    found = listing_object(f"/{key}", content_type, content.encode(), "", rev, fp)
    return replace(found, metadata={**found.metadata, "status": _FOUND, "kind": "found", "location": path})


def _finish_front(site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return listing_object(FRONT_PATH, HTML_TYPE, render_front(site, rev), "", rev, fp)


def _finish_not_found(site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return listing_object(f"/{NOT_FOUND_KEY}", HTML_TYPE, render_not_found(site, rev), "", rev, fp)


def _finish_robots(sitemaps: Mapping[str, int], site: SiteSettings, rev: int, fp: str) -> SiteObject:
    return listing_object(f"/{ROBOTS_KEY}", TEXT_TYPE, render_robots(sitemaps, site, rev), "", rev, fp)


def _read_sitemap_counts(
    group: ListingGroup, snapshot: ListingSnapshot[FrontRow], reader: ListingReader
) -> Mapping[str, int]:
    """The number of sitemap indexes of each language that has more than one."""
    return {row.lang: row.sitemap_indexes for row in reader.read_rows(LANGUAGE) if row.sitemap_indexes > 1}


def _decide(snapshot: ListingSnapshot[FrontRow], sitemaps: Mapping[str, int]) -> ListingDecision[FrontRow]:
    row, site = snapshot.row, snapshot.site
    fp = fingerprint_by_code("front", site.fp, *([sitemaps] if sitemaps else []))
    if not site.ever_valid:
        return ListingDecision((), row)
    if site.settings is None:
        view = TombstoneView("absent", "en")
        return ListingDecision(tuple(tombstone_listing(key, fp, view, "") for key in _KEYS), row)
    makers = _makers(site.settings, sitemaps)
    listings = [live_listing(key, fp, partial(make, site.settings)) for key, make in makers.items()]
    view = TombstoneView("absent", "en", site.settings)
    listings += [tombstone_listing(key, fp, view, "") for key in _KEYS if key not in makers]
    return ListingDecision(tuple(listings), row)


def _makers(site: SiteSettings, sitemaps: Mapping[str, int]) -> dict[str, Maker]:
    """What makes each object that ``site`` has, by its key."""
    makers: dict[str, Maker] = {
        FRONT_KEY: _finish_front,
        NOT_FOUND_KEY: _finish_not_found,
        ROBOTS_KEY: partial(_finish_robots, sitemaps),
        # An index may list no other index (sitemaps.org), so it is that of one language. robots.txt names all.
        SITEMAP_KEY: partial(_finish_redirect, SITEMAP_KEY, sitemap_index_path(_first_language(site))),
    }
    if icon := site_icon_path(site):
        makers[FAVICON_KEY] = partial(_finish_redirect, FAVICON_KEY, icon)
    if site.security:
        makers[SECURITY_KEY] = partial(_finish_security, site.security)
    return makers


def _keys_of(group: ListingGroup, entries: EntryTraits) -> tuple[str, ...]:
    # robots.txt names languages only.
    return (FRONT_KEY, NOT_FOUND_KEY)


def _group_of_key(key: str) -> ListingGroup | None:
    return FRONT.group() if key in _KEYS else None


def _woken_by(change: IndexChange) -> Iterator[ListingGroup]:
    match change:
        case SiteChange() if change.has_new_id:
            yield FRONT.group()
        case ListingChange(group=group) if group.kind == LANGUAGE.number:
            if _count_indexes(change.before) != _count_indexes(change.after):
                yield FRONT.group()


def _count_indexes(row: ListingRow | None) -> int:
    return row.sitemap_indexes if isinstance(row, LanguageRow) else 1


FRONT = ListingKind(
    number=4,
    name="front",
    exists_for=Scope.SITE,
    row_type=FrontRow,
    partition="front",
    sort_key="front",
    inputs=_read_sitemap_counts,
    decide=_decide,
    keys_of=_keys_of,
    group_of_key=_group_of_key,
    woken_by=_woken_by,
    made_from=(LANGUAGE.number,),
)
