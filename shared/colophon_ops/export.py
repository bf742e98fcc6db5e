"""Export the site bucket as a tree of files: the same tree that ``build`` writes for the same inbox."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from colophon.decision.rows import Outcome
from colophon_ops.build.tree import remove_others, write_object, write_outcomes
from colophon_ops.outcomes import encode_outcome, present_outcomes

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# Kinds of tombstones without a withdrawal: a fresh build writes nothing at their keys.
_ABSENT_KINDS = ("absent", "image")


def export_site(client: "S3Client", bucket: str, outcomes: Iterable[Outcome], out: Path) -> int:
    """Write what readers see to ``out``, claimed by ``claim_folder`` before, and return the number of files."""
    keys: set[str] = set()
    for key in _keys(client, bucket):
        found = client.get_object(Bucket=bucket, Key=key)
        if found["Metadata"].get("kind") not in _ABSENT_KINDS:
            write_object(out, key, found["Body"].read())
            keys.add(key)
    if not any(key.endswith(".html") for key in keys):
        # The cloud puts the assets before the first page, even if that page is a tombstone by now.
        keys = {key for key in keys if not key.startswith("assets/")}
    remove_others(out, keys)
    write_outcomes(out, map(encode_outcome, present_outcomes(outcomes)))
    return len(keys)


def _keys(client: "S3Client", bucket: str) -> Iterator[str]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (entry["Key"] for entry in page.get("Contents", []))
