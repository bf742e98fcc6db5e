"""Compare-and-swap on objects of the site, with a bounded number of attempts."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from colophon.decision.identity import is_same_but_for_code
from colophon.decision.rows import PageToken
from colophon.page.objects import SiteObject
from colophon.problem import Unavailable
from colophon.stores.site import Site, StoredObject
from colophon.stores.table import Conflict

T = TypeVar("T")

# A page that changes more often within one invocation fails its message, and the queue delivers it again.
MAX_ATTEMPTS = 6


def retry_on_conflict(attempt: Callable[[], T], name: str, max_attempts: int = MAX_ATTEMPTS) -> T:
    """Run ``attempt`` until it meets no Conflict; each run reads its tokens again. Returns what the last run does.

    Raises Unavailable after ``max_attempts`` runs.
    """
    for _ in range(max_attempts):
        try:
            return attempt()
        except Conflict:
            continue
    raise Unavailable(f"{name} changed {max_attempts} times while it was being published")


class PageSwapper:
    """Compare-and-swap on the objects of the site, with the tokens that one invocation knows.

    It outlives a conflict, because a token that lost once would lose again. An object that differs by the code alone
    counts as up to date. With ``force`` the tokens come from the objects and not from the rows, and an object counts as
    up to date only if its bytes and headers are the same. Threads may swap different keys at the same time.
    """

    def __init__(self, site: Site, *, force: bool = False) -> None:
        self.force = force
        self._site = site
        self._tokens: dict[str, PageToken] = {}
        self._lost_etags: set[str] = set()
        self._must_read = force
        self._current: dict[str, StoredObject] = {}

    def read_if_forced(self, row_tokens: Mapping[str, PageToken]) -> None:
        """With ``force``, and once: read the object at each key of ``row_tokens``.

        Raises Conflict after reading: a token must come before the look, so the rows and versions that were read
        already must be read again. A key without a row is not read: if there is an object, S3 refuses the first PUT.
        """
        if not self._must_read or not row_tokens:
            return
        self._must_read = False
        for key, token in row_tokens.items():
            self._read_current_at(key)
            # Not by the ETag alone: the same bytes may be there with other metadata.
            if token != self._tokens[key]:
                self._lost_etags.add(token.etag)
        raise Conflict("the site's objects were read after the rows")

    def read_unrecorded(self, keys: Iterable[str]) -> None:
        """Read the objects at ``keys``, which no row names, unless their tokens are known.

        Raises Conflict after reading any: a token must come before the look.
        """
        if unread := sorted(key for key in keys if key not in self._tokens):
            for key in unread:
                self._read_current_at(key)
            raise Conflict("objects were read after the rows")

    def has_token(self, key: str) -> bool:
        """Whether this invocation has read or written the object at ``key``."""
        return key in self._tokens

    def has_other(self, key: str, row_token: PageToken) -> bool:
        """Whether another object than that of ``row_token`` was read at ``key``."""
        return key in self._tokens and self._tokens[key].etag != row_token.etag

    def exists(self, key: str, row_token: PageToken) -> bool:
        """Whether an object is at ``key``, by the newest token that is known."""
        return bool(self._newer_token(key, row_token).etag)

    def keep(self, key: str, row_token: PageToken) -> PageToken:
        """The token of the object at ``key``, which stays."""
        self._tokens[key] = self._newer_token(key, row_token)
        return self._tokens[key]

    def swap(self, key: str, row_token: PageToken, fp: str, make: Callable[[int], SiteObject]) -> PageToken:
        """Put ``make(rev)`` at ``key``, unless its object is up to date with the fingerprint ``fp``; the token then.

        Raises Conflict if another object was there; its token has been read by then, for the next attempt.
        """
        token = self.keep(key, row_token)
        if self._is_up_to_date(key, fp, token, make):
            return token
        try:
            self._tokens[key] = self._site.swap(make(max(token.rev, row_token.rev) + 1), token)
        except Conflict:
            self._lost_etags.add(token.etag)
            self._read_current_at(key)
            raise
        return self._tokens[key]

    def _is_up_to_date(self, key: str, fp: str, token: PageToken, make: Callable[[int], SiteObject]) -> bool:
        if not self.force:
            return is_same_but_for_code(fp, token.fp)
        return fp == token.fp and self._is_intact(key, token, make)

    def _is_intact(self, key: str, token: PageToken, make: Callable[[int], SiteObject]) -> bool:
        """With ``force``, whether the object is what ``make`` gives: an edited object keeps its fingerprint."""
        current = self._current.get(key)
        return current is None or current.token != token or current.equals(make(token.rev))

    def _read_current_at(self, key: str) -> None:
        current = self._site.read_current(key)
        self._tokens[key] = current.token
        if self.force:
            self._current[key] = current

    def _newer_token(self, key: str, row_token: PageToken) -> PageToken:
        known = self._tokens.get(key)
        if known is None or (row_token.rev > known.rev and row_token.etag not in self._lost_etags):
            return row_token
        return known
