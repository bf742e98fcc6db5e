"""Which notices a page, a listing and a feed owe their readers."""

from functools import lru_cache

from colophon.edition.model import Review
from colophon.language.dates import date_words, instant_words
from colophon.language.languages import language_name, own_name
from colophon.notices.texts import Notice, Platform, notice, platform
from colophon.site_settings import SiteSettings
from colophon.views import PostView, TombstoneView

# The policy in force. It goes up when a page owes other notices than before, not when a wording changes.
POLICY = 1

_WITH_REASON = frozenset({"withdrawn", "hold"})


def owed(view: PostView) -> tuple[Notice, ...]:
    """The notices that a post's page owes, in the order in which they are read.

    Raises Misconfigured where a notice has no text in the page's language.
    """
    edition = _owed_by_original(view) if view.edition.is_original else _owed_by_translation(view)
    medical = (notice("medical", view.page.lang),) if view.site.notices.medical else ()
    return edition + medical


def owed_by_tombstone(view: TombstoneView, lang: str) -> tuple[Notice, ...]:
    """What a tombstone says in ``lang``: what happened, since when, why, until when. Never a word of the post.

    A page gone for good gives no reason, and a legal one only the reference under which more can be asked.
    """
    said = [notice(f"tombstone-{view.kind}", lang, href=view.location if view.kind == "moved" else "")]
    if view.at:
        said.append(notice("tombstone-since", lang, at=instant_words(view.at, lang)))
    if view.reason and view.kind in _WITH_REASON:
        said.append(notice(f"reason-{view.reason}", lang))
    if view.until:
        said.append(notice("tombstone-until", lang, until=instant_words(view.until, lang)))
    if view.reference:
        said.append(notice("tombstone-reference", lang, reference=view.reference))
    return tuple(said)


def owed_by_listing(lang: str, site: SiteSettings) -> tuple[Notice, ...]:
    """What a listing page in ``lang`` owes before its first entry, and what every entry of a feed owes.

    Posts in the site's original language are archived originals, those in every other one are translations.
    Raises Misconfigured where a notice has no text in ``lang``.
    """
    source = language_name(site.original_language, lang)
    kind = "listing-archive" if lang == site.original_language else "listing"
    medical = (notice("medical", lang),) if site.notices.medical else ()
    return (notice(kind, lang, source_language=source), *medical)


def entry_label(lang: str, original: bool) -> Notice:
    """What stands before the title of a post wherever it is listed: the words above the title of its own page."""
    return notice("archive-label" if original else "label", lang)


def _owed_by_translation(view: PostView) -> tuple[Notice, ...]:
    lang = view.page.lang
    return (
        *_what_it_is(lang, _platform(view).post),
        _review(view),
        *_what_to_mind(lang, _source_language(view)),
        *_fewer_warnings(view),
        *_archived_original(view),
        _original_post(view),
    )


@lru_cache(maxsize=256)
def _what_it_is(lang: str, post: str) -> tuple[Notice, ...]:
    return notice("label", lang), notice("what-this-is", lang, language=own_name(lang), post=post)


@lru_cache(maxsize=256)
def _what_to_mind(lang: str, source: str) -> tuple[Notice, ...]:
    return notice("may-contain-errors", lang), notice("original-prevails", lang, source_language=source)


def _owed_by_original(view: PostView) -> tuple[Notice, ...]:
    lang = view.page.lang
    return (
        notice("archive-label", lang),
        notice("archive", lang, post=_platform(view).post),
        _original_post(view),
    )


def _review(view: PostView) -> Notice:
    translation, lang = view.edition.front.translation, view.page.lang
    # Only an explicit record lets a page say that somebody checked it; whatever else there is, it is unreviewed.
    if translation is None or not isinstance(translation.review, Review):
        return notice("unreviewed", lang)
    review = translation.review
    return notice("reviewed", lang, by=review.by, at=date_words(review.at, lang), scope=review.scope)


def _fewer_warnings(view: PostView) -> tuple[Notice, ...]:
    original, here = view.original, view.edition.source_warnings
    if original is None or original.source_warnings <= here:
        return ()
    return (notice("fewer-warnings", view.page.lang, original.path, here=here, there=original.source_warnings),)


def _archived_original(view: PostView) -> tuple[Notice, ...]:
    address = view.original.path if view.original else view.edition.front.source.archive_url
    if address is None:
        return ()
    return (notice("archived-original", view.page.lang, address, source_language=_source_language(view)),)


def _original_post(view: PostView) -> Notice:
    lang, source = view.page.lang, view.edition.front.source
    place, language = _platform(view).place, _source_language(view)
    return notice("original-post", lang, source.url, place=place, source_language=language)


def _platform(view: PostView) -> Platform:
    channel = view.clinic.channels.get(view.edition.front.source.channel)
    return platform(channel.kind if channel else "other", view.page.lang, _source_language(view))


def _source_language(view: PostView) -> str:
    return language_name(view.site.original_language, view.page.lang)
