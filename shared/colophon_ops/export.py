"""The site bucket written out as a tree of files: the same tree that ``build`` makes of the same inbox."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from colophon.decision.outcome import Outcome
from colophon_ops.build.tree import remove_others, write_object, write_outcomes
from colophon_ops.outcomes import encode_outcome, present_outcomes

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# Tombstones that stand for nothing that a person ordered: in a site built anew there is nothing in their place.
_ABSENT_KINDS = ("absent", "image")


def export_site(client: "S3Client", bucket: str, outcomes: Iterable[Outcome], out: Path) -> int:
    """Write what readers are shown to ``out``, which must have been claimed, and give the number of files."""
    keys: set[str] = set()
    for key in _keys(client, bucket):
        found = client.get_object(Bucket=bucket, Key=key)
        if found["Metadata"].get("kind") not in _ABSENT_KINDS:
            write_object(out, key, found["Body"].read())
            keys.add(key)
    if not any(key.endswith(".html") for key in keys):
        # The style sheet goes out before the first page, be it one that has become nothing since.
        keys = {key for key in keys if not key.startswith("assets/")}
    remove_others(out, keys)
    write_outcomes(out, map(encode_outcome, present_outcomes(outcomes)))
    return len(keys)


def _keys(client: "S3Client", bucket: str) -> Iterator[str]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (entry["Key"] for entry in page.get("Contents", []))
