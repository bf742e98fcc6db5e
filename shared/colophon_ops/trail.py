"""The trail of one upload: the lines about it in the logs of all functions, in the order of time.

The functions write the version ids of the uploads that their work follows from into every line. CloudWatch Logs
Insights finds the lines; of a ``colophon dev`` the emulator's logs answer in the same way.
"""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from colophon.problem import Unavailable
from colophon.stores.inbox import Inbox
from colophon.upload.versions import Version
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import list_command
from colophon_ops.target import DEFAULT_STACK, Target

FUNCTIONS = ("publish", "image", "relist", "report", "purge", "sweep")
# Logs Insights returns at most so many lines of a query.
MAX_LINES = 10_000
# S3's clock and those of the functions differ.
_EARLIER = timedelta(minutes=1)
_POLL_SECONDS = 0.5
_LISTED = 5


class TrailLine(Struct, frozen=True):
    """One line of a function's log; ``fields`` are those that the function wrote."""

    at: datetime
    function: str
    fields: Mapping[str, Any]

    @property
    def is_error(self) -> bool:
        return self.fields.get("level") == "ERROR"

    def as_json(self) -> dict[str, object]:
        """The line without what is for CloudWatch alone."""
        fields = {name: value for name, value in self.fields.items() if name != "_aws"}
        return {"at": self.at.isoformat(timespec="milliseconds"), "function": self.function, **fields}


class Trail(Struct, frozen=True):
    """The lines about ``version`` of ``key``, which was uploaded (or deleted) ``at`` a moment."""

    key: str
    version: str
    at: datetime
    deleted: bool
    lines: tuple[TrailLine, ...]

    def is_own(self, line: TrailLine) -> bool:
        """Whether a line may follow from this upload alone. A batch's uploads share the trail of what follows.

        So a line that names keys counts if one is in the part of the inbox that the upload decides about.
        """
        keys = [line.fields["key"]] if line.fields.get("key") else line.fields.get("keys", [])
        return line.is_error or not keys or any(each.startswith(_part_of(self.key)) for each in keys)

    def as_json(self) -> dict[str, object]:
        lines = [line.as_json() for line in self.lines]
        return {"key": self.key, "version": self.version, "at": self.at.isoformat(), "lines": lines}


def find_trail(target: Target, key: str, version: str = "", wait: float = 60.0) -> Trail:
    """The trail of ``version`` of ``key``; without one, of its newest version.

    ``wait`` are seconds that the query may take. Raises Misused if there is no such version, Unavailable if the logs do
    not answer.
    """
    found = _find_version(Inbox(target.client("s3"), target.inbox_bucket), key, version)
    uploaded = found.last_modified or datetime.now(UTC)
    lines = _query_logs(target, found.id, uploaded - _EARLIER, wait)
    return Trail(key, found.id, uploaded, found.deleted, tuple(line for line in lines if is_about(line, found.id)))


def is_about(line: TrailLine, version: str) -> bool:
    """Whether a line is about an upload: its text may hold the id by chance."""
    ids = line.fields.get("trace")
    return line.fields.get("version") == version or (isinstance(ids, list) and version in ids)


def _part_of(key: str) -> tuple[str, ...]:
    """Beginnings of the keys that an upload at ``key`` decides about: its post's, its clinic's, or all."""
    match key.split("/"):
        case ["posts", clinic, post, _, *_]:
            return (f"posts/{clinic}/{post}/",)
        case ["clinics", clinic, _, *_]:
            return (f"posts/{clinic}/", f"clinics/{clinic}/")
    return ("",)


def query_text(version: str) -> str:
    """The query for lines that hold ``version``, in the language of CloudWatch Logs Insights."""
    text = version.replace("\\", "\\\\").replace('"', '\\"')
    return (
        f'fields @timestamp, @message, @log | filter @message like "{text}" | sort @timestamp asc | limit {MAX_LINES}'
    )


def _find_version(inbox: Inbox, key: str, version: str) -> Version:
    folder = inbox.read_folder(key)
    found = [each for history in folder.histories.values() for each in history.versions if each.key == key]
    if not found and (names := sorted(each for each in folder.histories if each.startswith(f"{key.rstrip('/')}/"))):
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        raise Misused(f"“{key}” is a folder. Name one of its files: {', '.join(names[:_LISTED])}{more}.")
    if not found:
        raise Misused(f"“{key}” was never uploaded. Check the name: {list_command(key)} lists the keys.")
    chosen = next((each for each in found if not version or each.id == version), None)
    if chosen is None:
        ids = ", ".join(each.id for each in found[:5])
        raise Misused(f"“{key}” has no version {version}. Its newest versions are {ids}.")
    return chosen


def _query_logs(target: Target, version: str, since: datetime, wait: float) -> Iterator[TrailLine]:
    logs, stack = target.client("logs"), target.stack or DEFAULT_STACK
    query: str = logs.start_query(
        logGroupNames=[f"/colophon/{stack}/{function}" for function in FUNCTIONS],
        startTime=int(since.timestamp()),
        endTime=int(time.time()) + 1,
        queryString=query_text(version),
    )["queryId"]
    for row in _wait_for_results(logs, query, wait):
        values = {field["field"]: field["value"] for field in row}
        if (line := _parse_line(values)) is not None:
            yield line


def _wait_for_results(logs: Any, query: str, wait: float) -> list[list[dict[str, str]]]:
    end = time.monotonic() + wait
    while True:
        answer = logs.get_query_results(queryId=query)
        if answer["status"] == "Complete":
            results: list[list[dict[str, str]]] = answer["results"]
            return results
        if answer["status"] not in ("Scheduled", "Running") or time.monotonic() > end:
            raise Unavailable(f"The query of the logs did not end: {answer['status']}. Try again, or raise --wait.")
        time.sleep(_POLL_SECONDS)


def _parse_line(values: Mapping[str, str]) -> TrailLine | None:
    """The line in a row of the answer; None if a function did not write it as JSON."""
    try:
        fields = json.loads(values["@message"])
        at = datetime.fromisoformat(fields["timestamp"])
    except (ValueError, KeyError, TypeError):
        return None
    return TrailLine(at, values.get("@log", "").rpartition("/")[2], fields)
