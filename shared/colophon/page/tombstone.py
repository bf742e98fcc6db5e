"""A tombstone: the page that replaces a removed one. It says when and why, and keeps no word of the post."""

from colophon.language.served import find_served_language
from colophon.language.words import words_for
from colophon.notices.policy import notices_for_tombstone
from colophon.page.frame import build_frame
from colophon.page.notices import render_notices
from colophon.page.paths import FRONT_PATH, archive_path, directory_path, home_path
from colophon.page.template import render
from colophon.views import TombstoneKind, TombstoneView

# RFC 9110 (301, 404, 410) and RFC 7725 (451). A hold ends, so it is not 410 (Gone).
_STATUS_BY_KIND: dict[TombstoneKind, int] = {
    "legal": 451,
    "gone": 410,
    "withdrawn": 410,
    "hold": 404,
    "moved": 301,
    "absent": 404,
}
# Browsers may keep a 301 for good (RFC 9110, 15.4.2 and 15.4.3).
_FOUND = 302


def tombstone_status(view: TombstoneView) -> int:
    """The HTTP status of a tombstone."""
    return _FOUND if view.temporary else _STATUS_BY_KIND[view.kind]


def tombstone_language(lang: str) -> str:
    """The language of a tombstone for readers of ``lang``: English if no interface language serves them."""
    return lang if find_served_language(lang) else "en"


def render_tombstone(view: TombstoneView, rev: int) -> bytes:
    """The tombstone as HTML in UTF-8; ``rev`` counts from 1."""
    lang = tombstone_language(view.lang)
    notices = notices_for_tombstone(view, lang)
    return render(
        "tombstone.html",
        **build_frame(lang, view.site, rev),
        status=tombstone_status(view),
        what=notices[0],
        notices=render_notices(notices),
        location=view.location,
        ways=_ways_on(view, lang),
    )


def _ways_on(view: TombstoneView, lang: str) -> list[tuple[str, str]]:
    """Where readers can go from here, each with its words: nothing that may be withdrawn together with the page."""
    site, words = view.site, words_for(lang)
    if site is None:
        return []
    if view.lang not in site.languages:
        return [(FRONT_PATH, words.to_home)]
    archive = words.archive_link_original if view.lang == site.original_language else words.archive_link
    of_clinic = [(archive_path(view.lang, view.clinic), archive)] if view.clinic else []
    return [*of_clinic, (directory_path(view.lang), words.all_clinics), (home_path(view.lang), words.to_home)]
