"""A tombstone: what stands where a page was. It says when and why, and keeps no word of the post."""

from colophon.language.served import find_served_language
from colophon.notices.policy import notices_for_tombstone
from colophon.page.frame import build_frame
from colophon.page.notices import render_notices
from colophon.page.template import render
from colophon.views import TombstoneKind, TombstoneView

# RFC 9110 (301, 404, 410) and RFC 7725 (451). A hold may end, so it is not "gone".
_STATUS_BY_KIND: dict[TombstoneKind, int] = {
    "legal": 451,
    "gone": 410,
    "withdrawn": 410,
    "hold": 404,
    "moved": 301,
    "absent": 404,
}


def tombstone_status(kind: TombstoneKind) -> int:
    """The HTTP status that a tombstone of ``kind`` is served with."""
    return _STATUS_BY_KIND[kind]


def tombstone_language(lang: str) -> str:
    """The language that a tombstone for readers of ``lang`` speaks: English where Colophon does not know theirs."""
    return lang if find_served_language(lang) else "en"


def render_tombstone(view: TombstoneView, rev: int) -> bytes:
    """The page that stands where another was, in UTF-8; ``rev`` counts from 1."""
    lang = tombstone_language(view.lang)
    notices = notices_for_tombstone(view, lang)
    return render(
        "tombstone.html",
        **build_frame(lang, view.site, rev),
        status=tombstone_status(view.kind),
        what=notices[0],
        notices=render_notices(notices),
        location=view.location,
    )
