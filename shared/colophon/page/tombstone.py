"""A tombstone: what stands where a page was. It says when and why, and keeps no word of the post."""

from colophon.language.served import notice_language
from colophon.notices.policy import owed_by_tombstone
from colophon.page.frame import frame
from colophon.page.notices import shown_notices
from colophon.page.template import render
from colophon.views import TombstoneKind, TombstoneView

# RFC 9110 (301, 404, 410) and RFC 7725 (451). A hold may end, so it is not "gone".
_STATUS: dict[TombstoneKind, int] = {
    "legal": 451,
    "gone": 410,
    "withdrawn": 410,
    "hold": 404,
    "moved": 301,
    "absent": 404,
}


def status_of(kind: TombstoneKind) -> int:
    """The HTTP status that a tombstone of ``kind`` is served with."""
    return _STATUS[kind]


def tombstone_language(lang: str) -> str:
    """The language that a tombstone for readers of ``lang`` speaks: English where Colophon does not know theirs."""
    return lang if notice_language(lang) else "en"


def tombstone_page(view: TombstoneView, rev: int) -> bytes:
    """The page that stands where another was, in UTF-8; ``rev`` counts from 1."""
    lang = tombstone_language(view.lang)
    notices = owed_by_tombstone(view, lang)
    return render(
        "tombstone.html",
        **frame(lang, view.site, rev),
        status=status_of(view.kind),
        what=notices[0],
        notices=shown_notices(notices),
        location=view.location,
    )
