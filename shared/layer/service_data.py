"""botocore's descriptions of AWS: of the services that the functions call, without the words for people."""

import gzip
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SERVICES = ("cloudfront", "dynamodb", "s3", "sqs")
# What botocore reads whatever the service.
SHARED = ("_retry.json", "endpoints.json", "partitions.json", "sdk-default-configuration.json")


def prune_services(folder: Path) -> None:
    """Keep the newest description of each of ``SERVICES`` under ``folder`` (botocore/data), and what all of them share.

    Ends the program if one of them is not there.
    """
    lacking = [name for name in (*SERVICES, *SHARED) if not (folder / name).exists()]
    if lacking:
        sys.exit(f"botocore describes no {', '.join(lacking)} any more: service_data.py must be told where they went.")
    for path in folder.iterdir():
        if path.is_dir() and path.name not in SERVICES:
            shutil.rmtree(path)
        elif path.is_file() and path.name not in SHARED:
            path.unlink()
    for service in SERVICES:
        _prune_service(folder / service)
    endpoints = json.loads((folder / "endpoints.json").read_bytes())
    _write(folder / "endpoints.json", _endpoints(endpoints))


def _prune_service(service: Path) -> None:
    *older, newest = sorted(service.iterdir())
    for version in older:
        shutil.rmtree(version)
    (newest / "examples-1.json").unlink(missing_ok=True)
    for packed in newest.glob("*.json.gz"):
        _write(packed.with_suffix(""), _without_words(json.loads(gzip.decompress(packed.read_bytes()))))
        packed.unlink()


def _without_words(described: Any) -> Any:
    """``described`` with nothing in what it calls ``documentation``, which botocore asks for here and there.

    Only texts are words for people: a member of a shape may have that name too.
    """
    if isinstance(described, list):
        return [_without_words(each) for each in described]
    if not isinstance(described, Mapping):
        return described
    return {
        name: "" if name == "documentation" and isinstance(value, str) else _without_words(value)
        for name, value in described.items()
    }


def _endpoints(known: dict[str, Any]) -> dict[str, Any]:
    """``known``, the endpoints of all services in all partitions, with ``SERVICES`` alone."""
    for partition in known["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in SERVICES if name in services}
    return known


def _write(path: Path, described: Any) -> None:
    path.write_text(json.dumps(described, ensure_ascii=False, separators=(",", ":")), "utf-8")
