"""The site bucket: nothing is put without a condition, and a refused write is never repeated with the old content."""

from collections.abc import Callable
from hashlib import md5
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from colophon.decision.rows import PageToken
from colophon.page.objects import SiteObject
from colophon.stores.site import Site, StoredObject
from colophon.stores.table import Conflict
from tests.stores.stubbed import Call, expecting

BODY = SiteObject("en/a/b/index.html", b"new", "text/html", "max-age=60", {"rev": "3", "fp": "f3"})
TOMBSTONE = SiteObject("images/a/b/x-480.webp", b"gone", "text/plain", "max-age=60", {"status": "410"})
WHERE = {"Bucket": "site", "Key": BODY.key}
OLD, ETAG = '"old"', f'"{md5(b"new", usedforsecurity=False).hexdigest()}"'


def put(new: SiteObject = BODY, *, error: str = "", status: int = 0, **condition: str) -> Call:
    """A PUT of ``new`` on ``condition``."""
    params = {
        "Bucket": "site",
        "Key": new.key,
        "Body": new.content,
        "ContentType": new.content_type,
        "CacheControl": new.cache_control,
        "Metadata": dict(new.metadata),
    }
    return Call("put_object", params | condition, {"ETag": '"new"'}, error, status)


def head(new: SiteObject = BODY, etag: str = OLD, **metadata: str) -> Call:
    """A HEAD that finds an object."""
    answer: dict[str, Any] = {"ETag": etag, "Metadata": metadata}
    return Call("head_object", {"Bucket": "site", "Key": new.key}, answer | {"ContentType": "text/html"})


def absent(new: SiteObject = BODY) -> Call:
    """A HEAD that finds nothing."""
    return Call("head_object", {"Bucket": "site", "Key": new.key}, error="404", status=404)


def refused(new: SiteObject = BODY, **condition: str) -> Call:
    """A PUT that S3 refuses, as another object is there."""
    return put(new, error="PreconditionFailed", status=412, **condition)


SWAP: Callable[[Site], object] = lambda site: site.swap(BODY, PageToken(OLD, 2, "f2"))  # noqa: E731
SWAP_FIRST: Callable[[Site], object] = lambda site: site.swap(BODY, PageToken())  # noqa: E731
PUT_IF_ABSENT: Callable[[Site], object] = lambda site: site.put_if_absent(BODY)  # noqa: E731
CHECK_AND_PUT: Callable[[Site], object] = lambda site: site.check_and_put(BODY)  # noqa: E731
REPAIR: Callable[[Site], object] = lambda site: site.repair(BODY)  # noqa: E731
BURY: Callable[[Site], object] = lambda site: site.put_tombstone(TOMBSTONE)  # noqa: E731
CHECK_AND_BURY: Callable[[Site], object] = lambda site: site.check_and_put_tombstone(TOMBSTONE)  # noqa: E731


@pytest.mark.parametrize(
    ("act", "calls"),
    [
        (SWAP, [put(IfMatch=OLD)]),
        (SWAP_FIRST, [put(IfNoneMatch="*")]),
        (PUT_IF_ABSENT, [put(IfNoneMatch="*")]),
        (PUT_IF_ABSENT, [refused(IfNoneMatch="*"), head()]),
        (CHECK_AND_PUT, [head()]),
        (CHECK_AND_PUT, [absent(), put(IfNoneMatch="*")]),
        (REPAIR, [absent(), put(IfNoneMatch="*")]),
        (REPAIR, [head(), put(IfMatch=OLD)]),
        (REPAIR, [head(status="410")]),
        (BURY, [put(TOMBSTONE, IfNoneMatch="*")]),
        (BURY, [refused(TOMBSTONE, IfNoneMatch="*"), head(TOMBSTONE), put(TOMBSTONE, IfMatch=OLD)]),
        (BURY, [refused(TOMBSTONE, IfNoneMatch="*"), head(TOMBSTONE, status="410")]),
        (CHECK_AND_BURY, [head(TOMBSTONE, status="410")]),
        (CHECK_AND_BURY, [absent(TOMBSTONE), put(TOMBSTONE, IfNoneMatch="*")]),
    ],
)
def test_every_write_is_conditional(act: Callable[[Site], object], calls: list[Call]) -> None:
    with expecting("s3", *calls) as client:
        act(Site(client, "site"))


@pytest.mark.parametrize(
    ("act", "calls"),
    [
        *[(SWAP, [put(IfMatch=OLD, error="x", status=status)]) for status in (404, 409, 412)],
        # S3 refused it because of another write that then came to nothing.
        (PUT_IF_ABSENT, [put(IfNoneMatch="*", error="ConditionalRequestConflict", status=409), absent()]),
        (REPAIR, [head(), refused(IfMatch=OLD)]),
        (BURY, [put(TOMBSTONE, IfNoneMatch="*", error="x", status=409), absent(TOMBSTONE)]),
        (BURY, [refused(TOMBSTONE, IfNoneMatch="*"), head(TOMBSTONE), refused(TOMBSTONE, IfMatch=OLD)]),
    ],
)
def test_what_another_writer_changed_is_a_conflict(act: Callable[[Site], object], calls: list[Call]) -> None:
    with expecting("s3", *calls) as client, pytest.raises(Conflict):
        act(Site(client, "site"))


class _Silent:
    """A client whose PUT was not answered: the object may be there or not."""

    def __init__(self) -> None:
        self.puts = 0

    def put_object(self, **_: object) -> None:
        self.puts += 1
        raise ReadTimeoutError(endpoint_url="https://s3.example")


def test_a_put_that_is_not_answered_is_a_conflict_and_not_repeated() -> None:
    client: Any = _Silent()
    with pytest.raises(Conflict):
        SWAP(Site(client, "site"))
    assert client.puts == 1


def test_a_token_has_the_revision_and_the_fingerprint_of_the_object() -> None:
    with expecting("s3", put(IfMatch=OLD), head(rev="7", fp="f7"), absent()) as client:
        site = Site(client, "site")
        assert site.swap(BODY, PageToken(OLD, 2, "f2")) == PageToken('"new"', 3, "f3")
        assert site.read_token(BODY.key) == PageToken(OLD, 7, "f7")
        assert site.read_token(BODY.key) == PageToken()


def test_an_object_is_the_same_only_with_its_bytes_and_all_its_headers() -> None:
    same = StoredObject(PageToken(ETAG, 3, "f3"), "text/html", "max-age=60", {"rev": "3", "fp": "f3"})
    assert same.equals(BODY)
    for other in (
        StoredObject(PageToken(OLD), "text/html", "max-age=60", {"rev": "3", "fp": "f3"}),
        StoredObject(PageToken(ETAG), "text/plain", "max-age=60", {"rev": "3", "fp": "f3"}),
        StoredObject(PageToken(ETAG), "text/html", "max-age=1", {"rev": "3", "fp": "f3"}),
        StoredObject(PageToken(ETAG), "text/html", "max-age=60", {"rev": "2", "fp": "f3"}),
    ):
        assert not other.equals(BODY)
