"""Export the site bucket as a tree of files: the same tree that ``build`` writes for the same inbox."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from colophon.decision.rows import Outcome
from colophon_ops.build.output import put_in_place, replace_site
from colophon_ops.build.tree import write_object
from colophon_ops.outcomes import encode_outcome, present_outcomes

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# Kinds of tombstones without a withdrawal: a fresh build writes nothing at their keys.
_ABSENT_KINDS = ("absent", "image")


def export_site(client: "S3Client", bucket: str, outcomes: Iterable[Outcome], out: Path, inbox: Path) -> int:
    """Write what readers see to ``out``, in place of an earlier site there, and return the number of files."""
    with replace_site(out, inbox) as paths:
        keys = set(_write_objects(client, bucket, paths.new_site))
        if not any(key.endswith(".html") for key in keys):
            # The cloud puts the assets before the first page, even if that page is a tombstone by now.
            shutil.rmtree(paths.new_site / "assets", ignore_errors=True)
            keys = {key for key in keys if not key.startswith("assets/")}
        put_in_place(paths, map(encode_outcome, present_outcomes(outcomes)))
    return len(keys)


def _write_objects(client: "S3Client", bucket: str, site: Path) -> Iterator[str]:
    for key in _keys(client, bucket):
        found = client.get_object(Bucket=bucket, Key=key)
        if found["Metadata"].get("kind") not in _ABSENT_KINDS:
            write_object(site, key, found["Body"].read())
            yield key


def _keys(client: "S3Client", bucket: str) -> Iterator[str]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (entry["Key"] for entry in page.get("Contents", []))
