"""The site bucket written out as a tree of files: the same tree that ``build`` makes of the same inbox."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from colophon.decision.outcome import Outcome
from colophon_ops.build.tree import put, remove_all_but, write_outcomes
from colophon_ops.outcomes import as_line, told

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# Tombstones that stand for nothing that a person ordered: in a site built anew there is nothing in their place.
_SAME_AS_NOTHING = ("absent", "image")


def export(client: "S3Client", bucket: str, outcomes: Iterable[Outcome], out: Path) -> int:
    """Write what readers are shown to ``out``, which must have been claimed, and give the number of files."""
    keys: set[str] = set()
    for key in _keys(client, bucket):
        thing = client.get_object(Bucket=bucket, Key=key)
        if thing["Metadata"].get("kind") not in _SAME_AS_NOTHING:
            put(out, key, thing["Body"].read())
            keys.add(key)
    if not any(key.endswith(".html") for key in keys):
        # The style sheet goes out before the first page, be it one that has become nothing since.
        keys = {key for key in keys if not key.startswith("assets/")}
    remove_all_but(out, keys)
    write_outcomes(out, map(as_line, told(outcomes)))
    return len(keys)


def _keys(client: "S3Client", bucket: str) -> Iterator[str]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (entry["Key"] for entry in page.get("Contents", []))
