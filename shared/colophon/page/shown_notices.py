"""Notices as templates show them. Each is made once, however many pages owe it."""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

from colophon.notices.texts import Notice
from colophon.page.template import render


class ShownNotices(dict[str, Markup]):
    """Notices by their ids, as HTML. One that the page does not owe is nothing."""

    def __missing__(self, notice_id: str) -> Markup:
        return Markup()


def shown_notices(notices: Iterable[Notice]) -> ShownNotices:
    """``notices`` for a template."""
    return ShownNotices({notice.id: shown_notice(notice) for notice in notices})


@lru_cache(maxsize=1024)
def shown_notice(notice: Notice) -> Markup:
    """``notice`` as HTML."""
    # A template of ours has escaped all that is in it.
    return Markup(render("notice.html", notice=notice).decode())  # noqa: S704
