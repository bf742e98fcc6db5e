"""Notices as templates show them. Each is made once, however many pages owe it."""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

from colophon.notices.texts import Notice
from colophon.page.environment import escaped
from colophon.page.template import markup

# Between quotes it can only be an address: in a notice's words every quote is escaped.
_ADDRESS = "address"
_NOTHING = Markup()


class ShownNotices(dict[str, Markup]):
    """Notices by their ids, as HTML. One that the page does not owe is nothing."""

    def __missing__(self, notice_id: str) -> Markup:
        return _NOTHING


def shown_notices(notices: Iterable[Notice]) -> ShownNotices:
    """``notices`` for a template."""
    return ShownNotices({notice.id: shown_notice(notice) for notice in notices})


def shown_notice(notice: Notice) -> Markup:
    """``notice`` as HTML."""
    if not notice.href:
        return _shown(notice)
    # Most pages lead to an address of their own, by words that very many of them share.
    before, after = _around_address(notice.id, notice.version, notice.text, notice.link)
    return Markup(f"{before}{escaped(notice.href)}{after}")  # noqa: S704


@lru_cache(maxsize=1024)
def _shown(notice: Notice) -> Markup:
    return markup("notice.html", notice=notice)


@lru_cache(maxsize=1024)
def _around_address(notice_id: str, version: int, text: str, link: str) -> tuple[str, str]:
    """The HTML of a linked notice, as it stands before its address and after it."""
    before, _, after = _shown(Notice(notice_id, version, "", text, link, _ADDRESS)).partition(f'"{_ADDRESS}"')
    return f'{before}"', f'"{after}'
