"""A bucket's keys kept in order, so that a listing looks at what lies under its prefix and no further.

moto copies and sorts all keys of a bucket for each listing.
"""

import copy
from bisect import bisect_left, insort
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from colophon_emulator.lock import LOCK, replaced


@contextmanager
def keys_in_order() -> Iterator[None]:
    """For the time of the block every new bucket keeps its keys in order, and listings with a prefix make use of it."""
    from moto.s3 import models

    with ExitStack() as patches:
        patches.enter_context(replaced(models, "_VersionedKeyStore", _ordered_store()))
        patches.enter_context(replaced(models.S3Backend, "list_objects", _narrow(models.S3Backend.list_objects)))
        yield


def keys_under(bucket: Any, prefix: str) -> list[str]:
    """The keys of ``bucket`` that begin with ``prefix``, in the order of their bytes."""
    ordered: list[str] | None = getattr(bucket.keys, "ordered", None)
    if ordered is None:
        return sorted((key for key in bucket.keys if key.startswith(prefix)), key=str.encode)
    # The order of code points is that of their bytes in UTF-8.
    start = end = bisect_left(ordered, prefix)
    while end < len(ordered) and ordered[end].startswith(prefix):
        end += 1
    return ordered[start:end]


def _ordered_store() -> type:
    from moto.s3.utils import _VersionedKeyStore

    class Ordered(_VersionedKeyStore):
        """moto's own store of a bucket's versions by key, with its keys in ``ordered``."""

        def __init__(self) -> None:
            super().__init__()
            self.ordered: list[str] = []

        def __setitem__(self, key: str, value: Any) -> None:
            self._note(key)
            super().__setitem__(key, value)

        def setlist(self, key: Any, list_: Any) -> Any:
            self._note(key)
            return super().setlist(key, list_)

        def pop(self, key: str, *_: Any) -> Any:
            super().pop(key)
            del self.ordered[bisect_left(self.ordered, key)]

        def _note(self, key: str) -> None:
            if key not in self:
                insort(self.ordered, key)

    return Ordered


def _narrow(whole_listing: Any) -> Any:
    def list_objects(backend: Any, bucket: Any, prefix: str | None, *args: Any, **others: Any) -> Any:
        if not prefix or getattr(bucket.keys, "ordered", None) is None:
            return whole_listing(backend, bucket, prefix, *args, **others)
        with LOCK:
            narrow = copy.copy(bucket)
            narrow.keys = type(bucket.keys).__mro__[1]()
            for key in keys_under(bucket, prefix):
                dict.__setitem__(narrow.keys, key, bucket.keys.getlist(key))
            return whole_listing(backend, narrow, prefix, *args, **others)

    return list_objects
