"""Notices as templates show them. Each is made once, however many pages owe it."""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

from colophon.notices.texts import Notice
from colophon.page.environment import escape_html
from colophon.page.template import render_markup

# Between quotes it can only be an address: in a notice's words every quote is escaped.
_HREF_PLACEHOLDER = "address"
_EMPTY = Markup()


class RenderedNotices(dict[str, Markup]):
    """Notices by their ids, as HTML. One that the page does not owe is nothing."""

    def __missing__(self, notice_id: str) -> Markup:
        return _EMPTY


def render_notices(notices: Iterable[Notice]) -> RenderedNotices:
    """``notices`` for a template."""
    return RenderedNotices({notice.id: render_notice(notice) for notice in notices})


def render_notice(notice: Notice) -> Markup:
    """``notice`` as HTML."""
    if not notice.href:
        return _fill_notice_template(notice)
    # Most pages lead to an address of their own, by words that very many of them share.
    before, after = _split_around_href(notice.id, notice.version, notice.text, notice.link)
    return Markup(f"{before}{escape_html(notice.href)}{after}")  # noqa: S704


@lru_cache(maxsize=1024)
def _fill_notice_template(notice: Notice) -> Markup:
    return render_markup("notice.html", notice=notice)


@lru_cache(maxsize=1024)
def _split_around_href(notice_id: str, version: int, text: str, link: str) -> tuple[str, str]:
    """The HTML of a linked notice, as it stands before its address and after it."""
    before, _, after = _fill_notice_template(Notice(notice_id, version, "", text, link, _HREF_PLACEHOLDER)).partition(
        f'"{_HREF_PLACEHOLDER}"'
    )
    return f'{before}"', f'"{after}'
