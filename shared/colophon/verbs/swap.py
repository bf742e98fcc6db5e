"""Compare-and-swap on objects of the site, with a bounded number of attempts."""

from collections.abc import Callable, Mapping

from colophon.decision.rows import PageToken
from colophon.page.objects import SiteObject
from colophon.problem import Unavailable
from colophon.stores.site import Site, Standing
from colophon.stores.table import Lost

# More than six changes of one page within one handler's life: the message comes back.
LIMIT = 6


def until_landed(attempt: Callable[[], None], what: str, limit: int = LIMIT) -> None:
    """Run ``attempt``, which reads its token anew, until it is not Lost. Raises Unavailable after ``limit`` tries."""
    for _ in range(limit):
        try:
            return attempt()
        except Lost:
            continue
    raise Unavailable(f"{what} changed {limit} times while it was being answered for")


class Swaps:
    """What one handler keeps between tries: a token that lost once loses again.

    ``fresh``: the site is asked what stands there, whatever rows say of it, and what stands is taken for what must only
    if it is so byte for byte.
    """

    def __init__(self, site: Site, *, fresh: bool = False) -> None:
        self._site = site
        self._tokens: dict[str, PageToken] = {}
        self._spent: set[str] = set()
        self._fresh = fresh
        self._to_meet = fresh
        self._met: dict[str, Standing] = {}

    def meet(self, recorded: Mapping[str, PageToken]) -> None:
        """Where ``fresh``, and once: ask what stands at each key of ``recorded``, the rows' tokens.

        Raises Lost when it asked: a token comes before the look, so whatever was read until then is to be read again.
        A key that no row knows is not asked for: what stands there refuses the first PUT, and is met so.
        """
        if not self._to_meet or not recorded:
            return
        self._to_meet = False
        for key, token in recorded.items():
            self._meet(key)
            # Not by the ETag alone: the same bytes may stand there without what belongs beside them.
            if token != self._tokens[key]:
                self._spent.add(token.etag)
        raise Lost("what was read before the site was asked")

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
        if fp == token.fp and self._is_sound(key, token, make):
            return token
        try:
            self._tokens[key] = self._site.swap(make(max(token.rev, recorded.rev) + 1), token)
        except Lost:
            self._spent.add(token.etag)
            self._meet(key)
            raise
        return self._tokens[key]

    def _is_sound(self, key: str, token: PageToken, make: Callable[[int], SiteObject]) -> bool:
        """Whether what stands under a fingerprint is what that makes: only where the site was asked how it stands."""
        met = self._met.get(key)
        return met is None or met.token != token or met.is_what(make(token.rev))

    def _meet(self, key: str) -> None:
        standing = self._site.standing(key)
        self._tokens[key] = standing.token
        if self._fresh:
            self._met[key] = standing

    def _newer(self, key: str, recorded: PageToken) -> PageToken:
        kept = self._tokens.get(key)
        if kept is None or (recorded.rev > kept.rev and recorded.etag not in self._spent):
            return recorded
        return kept
