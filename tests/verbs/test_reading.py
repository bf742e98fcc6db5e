"""Reads that decisions ask for: none of what is too large, and never the same twice."""

from typing import Any

import pytest
from msgspec import Struct

from colophon.decision.snapshot import Invalid, NeedsVersion, Snapshot
from colophon.upload.limits import MAX_EDITION_BYTES, MAX_GLOSSARY_BYTES, MAX_IMAGE_BYTES, MAX_OTHER_FILE_BYTES
from colophon.upload.versions import Folder, Version
from colophon.verbs.reading import decide_with_reads
from tests.decision.in_memory import Drawings


class _Inbox(Struct):
    """Every version has the same content; ``reads`` are the keys that were read."""

    content: bytes = b"drawing"
    reads: list[str] = []

    def read_content(self, version: Version) -> bytes:
        self.reads.append(version.key)
        assert len(self.reads) < 5, "it has no end"
        return self.content


def _read(version: Version, copier: Any = None, *, outline: bool = False) -> tuple[object, list[str]]:
    inbox: Any = _Inbox()
    snapshot = Snapshot(folder=Folder("posts/a/b/", {}), contents={})
    get = (lambda found: found.outline(version)) if outline else (lambda found: found.content(version))
    return decide_with_reads(get, snapshot, inbox, copier), inbox.reads


@pytest.mark.parametrize(
    ("key", "limit", "copier"),
    [
        ("posts/a/b/en.md", MAX_EDITION_BYTES, None),
        ("posts/a/b/x.jpg", MAX_IMAGE_BYTES, Drawings()),
        ("clinics/a/clinic.yaml", MAX_OTHER_FILE_BYTES, None),
        ("clinics/a/glossary.yaml", MAX_GLOSSARY_BYTES, None),
        # A build without a copier reads no image, whatever its size.
        ("posts/a/b/x.jpg", MAX_OTHER_FILE_BYTES, None),
        ("posts/a/b/withdrawal.yaml", MAX_OTHER_FILE_BYTES, None),
        ("site.css", MAX_OTHER_FILE_BYTES, None),
    ],
)
def test_a_file_over_its_limit_is_refused_without_a_read(key: str, limit: int, copier: Any) -> None:
    content, reads = _read(Version(key, "v", "etag", limit + 1), copier)
    assert isinstance(content, Invalid)
    assert f"{limit:,}" in content.problems[0].what
    assert reads == []
    _, reads = _read(Version(key, "v", "etag", limit), copier)
    assert reads == [key]


def test_the_outline_of_a_file_over_the_limit_is_none_without_a_read() -> None:
    version = Version("posts/a/b/x.jpg", "v", "etag", MAX_IMAGE_BYTES + 1)
    assert _read(version, Drawings(), outline=True) == (None, [])
    version = Version("posts/a/b/x.jpg", "v", "etag", MAX_IMAGE_BYTES)
    outline, reads = _read(version, Drawings(), outline=True)
    assert outline
    assert reads == [version.key]


def test_a_decision_that_asks_again_for_what_was_read_is_an_error_and_no_loop() -> None:
    version = Version("posts/a/b/en.md", "v", "etag", 7)

    def ask(_: Snapshot) -> None:
        raise NeedsVersion(version)

    inbox: Any = _Inbox()
    snapshot = Snapshot(folder=Folder("posts/a/b/", {}), contents={})
    with pytest.raises(NeedsVersion):
        decide_with_reads(ask, snapshot, inbox)
    assert inbox.reads == [version.key]
    with pytest.raises(NeedsVersion):
        _read(version, outline=True)
