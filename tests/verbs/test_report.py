"""Reports: the first is put where none is; any other replaces the one that was read, with what the index says then."""

from typing import Any

from colophon.decision.rows import Outcome
from colophon.decision.stray import StrayRow
from colophon.stores.inbox import Inbox, report_key
from colophon.stores.index import Index
from colophon.stores.row_encoding import encode_row, stray_key
from colophon.stores.stream import RowChange
from colophon.verbs.report import encode_report, report
from tests.stores.stubbed import Call, expecting

KEY = "x.txt"
WHERE = {"Bucket": "inbox", "Key": report_key(KEY)}


def row(version: str) -> StrayRow:
    """The row of a stray, with a report of one version."""
    return StrayRow(KEY, 1, version, Outcome(KEY, "refused", version=version))


def item(version: str) -> dict[str, Any]:
    """It as an item of the table."""
    return {**stray_key(KEY), **encode_row(row(version))}


def put(version: str, *, error: str = "", **condition: str) -> Call:
    """A PUT of the report on ``version``."""
    outcome = row(version).outcome
    assert outcome
    params = {**WHERE, "Body": encode_report(outcome), "ContentType": "application/json", **condition}
    return Call("put_object", params, error=error, status=412)


READ = Call("get_item", {"TableName": "index", "Key": stray_key(KEY), "ConsistentRead": True}, {"Item": item("v3")})
HEAD = Call("head_object", WHERE, {"ETag": '"old"'})


def reported(change: RowChange, s3: list[Call], dynamodb: list[Call]) -> list[str]:
    """What ``report`` does with ``change``: exactly these calls."""
    with expecting("s3", *s3) as bucket, expecting("dynamodb", *dynamodb) as table:
        return report(change, Inbox(bucket, "inbox"), Index(table, "index"))


def test_a_first_report_is_put_without_a_read() -> None:
    assert reported(RowChange("stray", KEY, {}, item("v1")), [put("v1", IfNoneMatch="*")], []) == [KEY]


def test_where_a_report_is_already_it_is_replaced_by_what_the_index_says_now() -> None:
    refused = put("v1", error="PreconditionFailed", IfNoneMatch="*")
    calls = [refused, HEAD, put("v3", IfMatch='"old"')]
    assert reported(RowChange("stray", KEY, {}, item("v1")), calls, [READ]) == [KEY]


def test_a_later_report_is_what_the_index_says_and_not_what_its_record_said() -> None:
    lost = put("v3", error="PreconditionFailed", IfMatch='"old"')
    change = RowChange("stray", KEY, item("v1"), item("v2"))
    assert reported(change, [HEAD, put("v3", IfMatch='"old"')], [READ]) == [KEY]
    assert reported(change, [HEAD, lost, HEAD, put("v3", IfMatch='"old"')], [READ, READ]) == [KEY]


def test_an_outcome_that_stays_is_not_reported_again() -> None:
    assert reported(RowChange("stray", KEY, item("v1"), item("v1")), [], []) == []
