"""Prunes botocore's descriptions of AWS to the operations that the functions call, without documentation.

A client reads the whole description of its service when it is made, and gets a method for each operation.
"""

import gzip
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# The operations that ``stores/`` calls. Where a bucket is in another region, botocore looks for that by HeadBucket.
OPERATIONS = {
    "cloudfront": ("CreateInvalidation",),
    "dynamodb": (
        *("BatchGetItem", "GetItem", "PutItem", "Query", "Scan"),
        *("TransactGetItems", "TransactWriteItems", "UpdateItem"),
    ),
    "s3": ("GetObject", "HeadBucket", "HeadObject", "ListObjectVersions", "ListObjectsV2", "PutObject"),
    "sqs": ("SendMessage", "SendMessageBatch"),
}
SERVICES = tuple(OPERATIONS)
# botocore reads these for every service.
SHARED = ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json")


def prune_services(folder: Path) -> None:
    """Keep only the newest description of each of ``SERVICES`` and the ``SHARED`` files in ``folder`` (botocore/data).

    Ends the program if one of them, or one of ``OPERATIONS``, is missing.
    """
    _end_if_any([name for name in (*SERVICES, *SHARED) if not (folder / name).exists()])
    for path in folder.iterdir():
        if path.is_dir() and path.name not in SERVICES:
            shutil.rmtree(path)
        elif path.is_file() and path.name not in SHARED:
            path.unlink()
    for service in SERVICES:
        _prune_service(folder / service)
    endpoints = json.loads((folder / "endpoints.json").read_bytes())
    _write(folder / "endpoints.json", _prune_endpoints(endpoints))


def _prune_service(service: Path) -> None:
    *older, newest = sorted(service.iterdir())
    for version in older:
        shutil.rmtree(version)
    (newest / "examples-1.json").unlink(missing_ok=True)
    for packed in newest.glob("*.json.gz"):
        description = json.loads(gzip.decompress(packed.read_bytes()))
        if packed.name == "service-2.json.gz":
            description = prune_operations(description, OPERATIONS[service.name])
        _write(packed.with_suffix(""), _drop_documentation(description))
        packed.unlink()


def prune_operations(description: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """``description`` with the operations ``names`` alone, and the shapes that these use. Ends the program if one of
    them is missing."""
    operations, shapes = description["operations"], description["shapes"]
    _end_if_any([name for name in names if name not in operations])
    kept = {name: operations[name] for name in names}
    pending, used = list(_find_shapes(kept)), set[str]()
    while pending:
        if (name := pending.pop()) not in used:
            used.add(name)
            pending += _find_shapes(shapes[name])
    return {**description, "operations": kept, "shapes": {name: shapes[name] for name in shapes if name in used}}


def _end_if_any(missing: Sequence[str]) -> None:
    if missing:
        sys.exit(f"botocore describes no {', '.join(missing)} any more: correct the lists in layer/service_data.py.")


def _find_shapes(part: Any) -> Iterator[str]:
    """The names of the shapes that ``part`` of a description refers to."""
    if isinstance(part, list):
        for each in part:
            yield from _find_shapes(each)
    elif isinstance(part, Mapping):
        for name, value in part.items():
            # A member of a shape may be called "shape" too.
            if name == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _find_shapes(value)


def _drop_documentation(description: Any) -> Any:
    """``description`` with every ``documentation`` text empty; botocore requires the key in some places.

    Only texts, because a member of a shape may have that name too.
    """
    if isinstance(description, list):
        return [_drop_documentation(each) for each in description]
    if not isinstance(description, Mapping):
        return description
    return {
        name: "" if name == "documentation" and isinstance(value, str) else _drop_documentation(value)
        for name, value in description.items()
    }


def _prune_endpoints(endpoints: dict[str, Any]) -> dict[str, Any]:
    """``endpoints``, the content of endpoints.json, with only ``SERVICES`` in each partition. Changes it in place."""
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in SERVICES if name in services}
    return endpoints


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
