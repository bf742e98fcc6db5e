"""The policy: which notices pages, listings and feeds owe their readers."""

from collections.abc import Mapping
from functools import lru_cache

from colophon.language.dates import format_day, format_instant
from colophon.language.languages import language_name, own_name
from colophon.notices.texts import (
    Notice,
    PlatformWords,
    list_differences,
    make_notice,
    platform_words,
    scope_words,
)
from colophon.site_settings import SiteSettings
from colophon.views import PostView, TombstoneView

# It goes up when pages owe other notices than before, not when a wording changes.
POLICY_VERSION = 2

_WITH_REASON = frozenset({"withdrawn", "hold"})


def notices_for(view: PostView) -> tuple[Notice, ...]:
    """The notices that a post's page owes, in reading order.

    Raises Misconfigured if a notice has no text in the page's language.
    """
    edition_notices = _notices_for_original(view) if view.edition.is_original else _notices_for_translation(view)
    medical = (make_notice("medical", view.page.lang),) if view.site.notices.medical else ()
    return edition_notices + medical


def notices_for_tombstone(view: TombstoneView, lang: str) -> tuple[Notice, ...]:
    """The notices of a tombstone in ``lang``: what happened, since when, why, until when. No word of the post.

    A page removed for good gives no reason. A legal withdrawal gives only the reference, with which readers can ask.
    """
    notices = [make_notice(f"tombstone-{view.kind}", lang, href=view.location if view.kind == "moved" else "")]
    if view.at:
        notices.append(make_notice("tombstone-since", lang, at=format_instant(view.at, lang)))
    if view.reason and view.kind in _WITH_REASON:
        notices.append(make_notice(f"reason-{view.reason}", lang))
    if view.until:
        notices.append(make_notice("tombstone-until", lang, until=format_instant(view.until, lang)))
    if view.reference:
        notices.append(make_notice("tombstone-reference", lang, reference=view.reference))
    return tuple(notices)


def notices_for_listing(lang: str, site: SiteSettings, about: str) -> tuple[Notice, ...]:
    """The notices that a listing page in ``lang`` owes before its first entry: short ones, and a link to the rest.

    ``about`` is the path of the page that has the notices in full, which are those of ``notices_for_feed``. Posts in
    the site's original language are archived originals; all others are translations. Raises Misconfigured if a notice
    has no text in ``lang``.
    """
    source, archive = language_name(site.original_language, lang), lang == site.original_language
    return (
        make_notice("listing-note-archive" if archive else "listing-note", lang, source_language=source),
        *((make_notice("medical-note", lang),) if site.notices.medical else ()),
        make_notice("about-archive" if archive else "about-translations", lang, about),
    )


def notices_for_feed(lang: str, site: SiteSettings) -> tuple[Notice, ...]:
    """The notices that a feed in ``lang`` owes in every entry, and the page about the posts of ``lang`` once: in full.

    Raises Misconfigured if a notice has no text in ``lang``.
    """
    source = language_name(site.original_language, lang)
    kind = "listing-archive" if lang == site.original_language else "listing"
    medical = (make_notice("medical", lang),) if site.notices.medical else ()
    return (make_notice(kind, lang, source_language=source), *medical)


def entry_label(lang: str, original: bool) -> Notice:
    """The label above the title of a post, on its own page and in every listing."""
    return make_notice("archive-label" if original else "label", lang)


def _notices_for_translation(view: PostView) -> tuple[Notice, ...]:
    lang = view.page.lang
    return (
        *_identity_notices(lang, _find_platform_words(view).post),
        _review_notice(view),
        *_caution_notices(lang, _source_language_name(view)),
        *((make_notice("original-changed", lang),) if view.original_changed else ()),
        *difference_notices(lang, view.comparison.marked_kinds),
        *_fewer_warnings_notices(view),
        *_archived_original_notices(view),
        _original_post_notice(view),
    )


@lru_cache(maxsize=256)
def _identity_notices(lang: str, post: str) -> tuple[Notice, ...]:
    return make_notice("label", lang), make_notice("what-this-is", lang, language=own_name(lang), post=post)


@lru_cache(maxsize=256)
def _caution_notices(lang: str, source_language: str) -> tuple[Notice, ...]:
    return make_notice("may-contain-errors", lang), make_notice(
        "original-prevails", lang, source_language=source_language
    )


def _notices_for_original(view: PostView) -> tuple[Notice, ...]:
    lang = view.page.lang
    return (
        make_notice("archive-label", lang),
        make_notice("archive", lang, post=_find_platform_words(view).post),
        _original_post_notice(view),
    )


def _review_notice(view: PostView) -> Notice:
    review, lang = view.edition.review, view.page.lang
    # Only an explicit record lets a page say that a person reviewed it, and only of the text that it is about.
    if review is None:
        return make_notice("unreviewed", lang)
    values = {"by": review.by, "at": format_day(review.at, lang), "scope": scope_words(review.scopes, lang)}
    if view.edition.is_reviewed:
        return make_notice("reviewed", lang, **values)
    if review.of is None:
        return make_notice("review-of-no-stated-text", lang, **values)
    return make_notice("review-of-earlier-text", lang, **values)


def difference_notices(lang: str, counts: Mapping[str, int]) -> tuple[Notice, ...]:
    """The notice of differences from the original, whose ``counts`` are by kind, on the page and in a feed's entry.

    Only where something is marked: that a program found nothing says nothing of a translation.
    """
    if not counts:
        return ()
    return (make_notice("differs-from-original", lang, found=list_differences(counts, lang)),)


def _fewer_warnings_notices(view: PostView) -> tuple[Notice, ...]:
    original, here = view.original, view.edition.source_warnings
    if original is None or original.source_warnings <= here:
        return ()
    return (make_notice("fewer-warnings", view.page.lang, original.path, here=here, there=original.source_warnings),)


def _archived_original_notices(view: PostView) -> tuple[Notice, ...]:
    url = view.original.path if view.original else view.edition.front_matter.source.archive_url
    if url is None:
        return ()
    return (make_notice("archived-original", view.page.lang, url, source_language=_source_language_name(view)),)


def _original_post_notice(view: PostView) -> Notice:
    lang, source = view.page.lang, view.edition.front_matter.source
    place, language = _find_platform_words(view).place, _source_language_name(view)
    return make_notice("original-post", lang, source.url, place=place, source_language=language)


def _find_platform_words(view: PostView) -> PlatformWords:
    return platform_words(view.platform.kind, view.page.lang, _source_language_name(view))


def _source_language_name(view: PostView) -> str:
    return language_name(view.site.original_language, view.page.lang)
