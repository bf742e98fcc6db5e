"""Notices as HTML. Each text is rendered once for all pages that owe it."""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

from colophon.notices.texts import Notice
from colophon.page.environment import escape_html
from colophon.page.template import render_markup

# In quotes it can only be the address: quotes in the words of a notice are escaped.
_HREF_PLACEHOLDER = "address"
_EMPTY = Markup()


class RenderedNotices(dict[str, Markup]):
    """Notices by id, as HTML. A notice that the page does not owe is empty."""

    def __missing__(self, notice_id: str) -> Markup:
        return _EMPTY


def render_notices(notices: Iterable[Notice]) -> RenderedNotices:
    """``notices`` for a template."""
    return RenderedNotices({notice.id: render_notice(notice) for notice in notices})


def render_notice(notice: Notice) -> Markup:
    """``notice`` as HTML."""
    if not notice.href:
        return _fill_notice_template(notice)
    # Many pages share the words of a link but not its address.
    before, after = _split_around_href(notice.id, notice.version, notice.text, notice.link)
    return Markup(f"{before}{escape_html(notice.href)}{after}")  # noqa: S704


@lru_cache(maxsize=1024)
def _fill_notice_template(notice: Notice) -> Markup:
    return render_markup("notice.html", notice=notice)


@lru_cache(maxsize=1024)
def _split_around_href(notice_id: str, version: int, text: str, link: str) -> tuple[str, str]:
    """The HTML of a notice with a link, before and after the address."""
    before, _, after = _fill_notice_template(Notice(notice_id, version, "", text, link, _HREF_PLACEHOLDER)).partition(
        f'"{_HREF_PLACEHOLDER}"'
    )
    return f'{before}"', f'"{after}'
