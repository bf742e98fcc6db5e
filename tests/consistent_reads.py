"""Every read of DynamoDB that the product makes in a test is strongly consistent.

A read that is not may show a row as it was before a write that it follows; a decision made from it is old (DESIGN.md,
section 5). The tests look at what botocore sends, whatever client and whatever store sends it: in this process, so not
in the processes that some tests start.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.client import BaseClient

from colophon_emulator.lock import patch

# TransactGetItems always is; it has no such parameter (Amazon DynamoDB API reference).
_READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem"})
_ROOT = Path(__file__).resolve().parent.parent
_PRODUCT = tuple(
    f"{_ROOT}/{name}/" for name in ("shared/colophon", "shared/colophon_ops", "shared/colophon_cli", "functions")
)
# The environment of the tests lies in the project, too, and with it botocore.
_OWN = tuple(f"{_ROOT}/{name}/" for name in ("shared", "functions", "tests"))
# Reads that may be older, by module and function, each with its reason.
EVENTUALLY_CONSISTENT: dict[str, str] = {}

found: list[str] = []


@contextmanager
def watch_reads() -> Iterator[None]:
    """Within the block, note each read of the product that is not consistent in ``found``."""
    emit = BaseClient._emit_api_params  # type: ignore[attr-defined]

    def emit_and_check(self: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
        params = emit(self, api_params=api_params, operation_model=operation_model, context=context)
        if operation_model.name in _READS and not _is_consistent(params):
            caller = _caller(sys._getframe(1))
            if caller and caller not in EVENTUALLY_CONSISTENT:
                found.append(f"{operation_model.name} in {caller}")
        return params

    with patch(BaseClient, "_emit_api_params", emit_and_check):
        yield


def take_found() -> list[str]:
    """What was found since the last time."""
    taken = [*found]
    found.clear()
    return taken


def _is_consistent(params: Any) -> bool:
    asked = [*params["RequestItems"].values()] if "RequestItems" in params else [params]
    return all(each.get("ConsistentRead") is True for each in asked)


def _caller(frame: FrameType | None) -> str:
    """The module and function of the product that calls; empty if a test or the emulator does so itself."""
    while frame and not frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    if frame is None or not frame.f_code.co_filename.startswith(_PRODUCT):
        return ""
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}"
