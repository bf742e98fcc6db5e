"""The two versions that a report reads: what can't be read or compared leads to no hint, and never to no report."""

import io
from typing import Any

import pytest
from botocore.exceptions import ClientError

from colophon.decision.rows import Outcome
from colophon.problem import Problem
from colophon.stores.inbox import Inbox
from colophon.verbs.number_edits import MAX_COMPARED_BYTES
from colophon.verbs.report import compare_versions
from tests.protocol.harness import contents
from tests.stores.stubbed import Call, expecting

KEY = "posts/sorae/drops/en.md"
BEFORE, AFTER = (
    contents.edition("en", 1) + f"\nTake {drops} drops for {days} days.\n".encode()
    for drops, days in ((12, 5), (20, 5))
)


def get(version: str, content: bytes) -> Call:
    """The read of a version that has ``content``."""
    return Call("get_object", _where(version), {"Body": io.BytesIO(content), "ContentLength": len(content)})


def failed(version: str, error: str, status: int) -> Call:
    return Call("get_object", _where(version), error=error, status=status)


def _where(version: str) -> dict[str, Any]:
    return {"Bucket": "inbox", "Key": KEY, "VersionId": version}


def edits(*calls: Call, key: str = KEY, replaced_version: str = "v1", problems: tuple[Problem, ...] = ()) -> str:
    with expecting("s3", *calls) as s3:
        outcome = Outcome(key, "live", problems=problems, version="v2", replaced_version=replaced_version)
        return compare_versions(outcome, Inbox(s3, "inbox")).number_edits


def test_both_versions_are_read_once_and_compared() -> None:
    assert "(12 → 20)" in edits(get("v1", BEFORE), get("v2", AFTER))
    warning = Problem("The original is not there.", "Upload it.", severity="warning")
    assert "(12 → 20)" in edits(get("v1", BEFORE), get("v2", AFTER), problems=(warning,))


@pytest.mark.parametrize(
    ("before", "after"), [("5 mg", "5 mL"), ("5%", "6%"), ("March 2, 2026", "March 3, 2026"), ("5 days", "6 days")]
)
def test_numbers_of_every_kind_are_compared(before: str, after: str) -> None:
    texts = [contents.edition("en", 1) + f"\nIt says {each} here.\n".encode() for each in (before, after)]
    assert "1 number changed" in edits(get("v1", texts[0]), get("v2", texts[1]))


def test_nothing_is_read_of_a_text_that_replaced_none_or_whose_numbers_nothing_can_read() -> None:
    assert edits(replaced_version="") == edits(key=KEY.replace("en.md", "de.md")) == ""


@pytest.mark.parametrize(
    ("error", "status"), [("NoSuchVersion", 404), ("InvalidObjectState", 403), ("AccessDenied", 403)]
)
def test_a_version_that_is_erased_or_archived_is_not_compared(error: str, status: int) -> None:
    assert edits(failed("v1", error, status)) == edits(get("v1", BEFORE), failed("v2", error, status)) == ""


def test_a_failure_of_s3_is_no_answer() -> None:
    """The record of the stream comes again, so that the report does not depend on it."""
    with pytest.raises(ClientError):
        edits(failed("v1", "AccessDeniedButLater", 400))


def test_a_version_that_this_code_refuses_is_not_compared() -> None:
    assert edits(get("v1", contents.refused(1))) == edits(get("v1", BEFORE), get("v2", contents.refused(2))) == ""


def test_a_long_text_is_not_compared() -> None:
    def padded(content: bytes, more: int) -> bytes:
        line = b"\nAnd more.\n"
        return content + line + b" " * (MAX_COMPARED_BYTES - len(content) - len(line) + more)

    assert "(12 → 20)" in edits(get("v1", padded(BEFORE, 0)), get("v2", padded(AFTER, 0)))
    assert edits(get("v1", padded(BEFORE, 1))) == edits(get("v1", BEFORE), get("v2", padded(AFTER, 1))) == ""
