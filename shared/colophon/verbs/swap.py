"""Compare-and-swap on objects of the site, with a bounded number of attempts."""

from collections.abc import Callable, Mapping

from colophon.decision.rows import PageToken
from colophon.page.objects import SiteObject
from colophon.problem import Unavailable
from colophon.stores.site import Site, StoredObject
from colophon.stores.table import Conflict

# More than six changes of one page within one handler's life: the message comes back.
MAX_ATTEMPTS = 6


def retry_on_conflict(attempt: Callable[[], None], name: str, max_attempts: int = MAX_ATTEMPTS) -> None:
    """Run ``attempt``, which reads its token anew, until it is not Lost. Raises Unavailable after ``limit`` tries."""
    for _ in range(max_attempts):
        try:
            return attempt()
        except Conflict:
            continue
    raise Unavailable(f"{name} changed {max_attempts} times while it was being answered for")


class PageSwapper:
    """What one handler keeps between tries: a token that lost once loses again.

    ``fresh``: the site is asked what stands there, whatever rows say of it, and what stands is taken for what must only
    if it is so byte for byte.
    """

    def __init__(self, site: Site, *, force: bool = False) -> None:
        self._site = site
        self._tokens: dict[str, PageToken] = {}
        self._lost_etags: set[str] = set()
        self._force = force
        self._must_read = force
        self._current: dict[str, StoredObject] = {}

    def read_current(self, row_tokens: Mapping[str, PageToken]) -> None:
        """Where ``fresh``, and once: ask what stands at each key of ``recorded``, the rows' tokens.

        Raises Lost when it asked: a token comes before the look, so whatever was read until then is to be read again.
        A key that no row knows is not asked for: what stands there refuses the first PUT, and is met so.
        """
        if not self._must_read or not row_tokens:
            return
        self._must_read = False
        for key, token in row_tokens.items():
            self._read_current_at(key)
            # Not by the ETag alone: the same bytes may stand there without what belongs beside them.
            if token != self._tokens[key]:
                self._lost_etags.add(token.etag)
        raise Conflict("what was read before the site was asked")

    def is_known(self, key: str) -> bool:
        """Whether this handler has looked at what stands at ``key``, or changed it."""
        return key in self._tokens

    def keep(self, key: str, row_token: PageToken) -> PageToken:
        """The token of what stands at ``key``, which nothing is to replace."""
        self._tokens[key] = self._newer_token(key, row_token)
        return self._tokens[key]

    def swap(self, key: str, row_token: PageToken, fp: str, make: Callable[[int], SiteObject]) -> PageToken:
        """Bring ``key`` to what ``make`` gives for a revision, unless ``fp`` stands there, and return its token.

        ``recorded`` is the row's token. Raises Lost when something else stood there; the token is then read anew.
        """
        token = self.keep(key, row_token)
        if fp == token.fp and self._is_intact(key, token, make):
            return token
        try:
            self._tokens[key] = self._site.swap(make(max(token.rev, row_token.rev) + 1), token)
        except Conflict:
            self._lost_etags.add(token.etag)
            self._read_current_at(key)
            raise
        return self._tokens[key]

    def _is_intact(self, key: str, token: PageToken, make: Callable[[int], SiteObject]) -> bool:
        """Whether what stands under a fingerprint is what that makes: only where the site was asked how it stands."""
        current = self._current.get(key)
        return current is None or current.token != token or current.equals(make(token.rev))

    def _read_current_at(self, key: str) -> None:
        current = self._site.read_current(key)
        self._tokens[key] = current.token
        if self._force:
            self._current[key] = current

    def _newer_token(self, key: str, row_token: PageToken) -> PageToken:
        known = self._tokens.get(key)
        if known is None or (row_token.rev > known.rev and row_token.etag not in self._lost_etags):
            return row_token
        return known
