"""What the CDN keeps that it should have forgotten: an image that was taken down, a page that was withdrawn.

Nothing else is asked for. Every other page and listing is forgotten within minutes, and until then may show what was
right before: what only grew is never purged.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from msgspec import Struct

from colophon.cli.live_site import Difference, LiveSite
from colophon.page.site_object import SiteObject
from colophon_ops.site_reader import PublicSite
from colophon_ops.site_reader import Unreachable as NotReached

_AT_A_TIME = 8
_PAUSE = 1.0


class Edge(Struct, frozen=True):
    """The site as readers get it, beside the bucket."""

    public: PublicSite
    live: LiveSite

    def stale(self, etags: Mapping[str, str], on_each: Callable[[int], None]) -> Iterator[Difference]:
        """The addresses of ``etags``, the objects by their keys, at which readers get something else.

        ``on_each`` is told how many were looked at. Raises NotReached.
        """
        with ThreadPoolExecutor(_AT_A_TIME) as threads:
            looks = threads.map(lambda key: self._look(key, etags[key]), etags)
            for done, found in enumerate(looks, 1):
                on_each(done)
                yield from found

    def await_forgotten(self, keys: Iterable[str], seconds: float) -> None:
        """Wait until none of ``keys`` is stale, but no longer than ``seconds``, or than readers get an answer."""
        until = time.monotonic() + seconds
        waiting = list(keys)
        with suppress(NotReached):
            while (waiting := [key for key in waiting if self._look(key, "")]) and time.monotonic() < until:
                time.sleep(_PAUSE)

    def _look(self, key: str, etag: str) -> list[Difference]:
        found = self.public.head(key)
        if etag and found.etag == etag:
            return []
        stands = self.live.kept(key)
        if found.status == stands.status and (stands.status != 200 or found.etag in ("", stands.etag)):
            return []
        same = f"answers {found.status} with other bytes than the bucket's"
        other = f"answers {found.status}, and the bucket has {stands.status}"
        return [Difference(key, "stale at the edge", same if found.status == stands.status else other)]


def kept_for_long(etags: Mapping[str, str], made: Iterable[SiteObject]) -> dict[str, str]:
    """Those of ``etags``, the bucket's objects, that are images or withdrawals. ``made`` is what must stand."""
    withdrawn = {each.key for each in made if "status" in each.metadata}
    return {key: etag for key, etag in etags.items() if key.startswith("images/") or key in withdrawn}
