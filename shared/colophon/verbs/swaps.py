"""Swap what stands at a path for what must: the tokens that one handler knows, from rows and from what it lost to."""

from collections.abc import Callable

from colophon.decision.parts import PageToken
from colophon.page.site_object import SiteObject
from colophon.stores.lost import Lost
from colophon.stores.site import Site


class Swaps:
    """What one handler keeps between tries: a token that lost once loses again."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._tokens: dict[str, PageToken] = {}
        self._spent: set[str] = set()

    def has_met(self, key: str) -> bool:
        """Whether this handler has looked at what stands at ``key``, or changed it."""
        return key in self._tokens

    def stay(self, key: str, recorded: PageToken) -> PageToken:
        """The token of what stands at ``key``, which nothing is to replace."""
        self._tokens[key] = self._newer(key, recorded)
        return self._tokens[key]

    def swap(self, key: str, recorded: PageToken, fp: str, make: Callable[[int], SiteObject]) -> PageToken:
        """Bring ``key`` to what ``make`` gives for a revision, unless ``fp`` stands there, and return its token.

        ``recorded`` is the row's token. Raises Lost when something else stood there; the token is then read anew.
        """
        token = self.stay(key, recorded)
        if fp == token.fp:
            return token
        try:
            self._tokens[key] = self._site.swap(make(max(token.rev, recorded.rev) + 1), token)
        except Lost:
            self._spent.add(token.etag)
            self._tokens[key] = self._site.token(key)
            raise
        return self._tokens[key]

    def _newer(self, key: str, recorded: PageToken) -> PageToken:
        kept = self._tokens.get(key)
        if kept is None or (recorded.rev > kept.rev and recorded.etag not in self._spent):
            return recorded
        return kept
