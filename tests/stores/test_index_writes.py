"""What the index sends to DynamoDB when it records: conditions, counters, due keys, days, claims, and no more at once
than a transaction takes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from colophon.decision.claim import Claim, ClaimTarget
from colophon.decision.earlier_address import ClaimWrite, WaitChanges, WaitNote
from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, ImageRow, Outcome, PageRow, SiteRow, WithdrawalRow
from colophon.decision.stray import StrayRow
from colophon.decision.sweep import DueChanges, DueKey
from colophon.stores.change import PostChange
from colophon.stores.index import Index
from colophon.stores.row_encoding import ScanCursor, due_item_key, wait_key
from colophon.stores.table import ANY_N
from colophon.upload.keys import PageRef, PostRef

POST, OLD = PostRef("a", "b"), PostRef("c", "d")
NOW = datetime(2026, 3, 10, tzinfo=UTC)
DUE, DONE = DueKey(NOW, "posts/a/b/en.md"), DueKey(NOW.replace(hour=1), "posts/a/b/en.md")
OUTCOME = Outcome("posts/a/b/en.md", "live", version="v1")


class _Recorder:
    """Keeps what it is called with, in place of DynamoDB's client."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Any:
        return lambda **params: self.calls.append((operation, params)) or {}

    def actions(self) -> list[tuple[str, dict[str, Any]]]:
        """The actions of the one transaction that was written."""
        ((operation, params),) = self.calls
        assert operation == "transact_write_items"
        return [(kind, what) for action in params["TransactItems"] for kind, what in action.items()]


def index() -> tuple[Index, _Recorder]:
    """An index whose writes are kept."""
    client: Any = _Recorder()
    return Index(client, "index"), client


def test_a_row_is_written_with_the_next_n_on_condition_that_the_stored_one_is_the_one_read() -> None:
    writes, client = index()
    rows = {"en": PageRow(OUTCOME, n=4), "ja": PageRow(OUTCOME)}
    writes.record_post(POST, PostChange(rows, images={"x.jpg": ImageRow(OUTCOME, n=2)}))
    ((operation, update),) = client.calls
    assert operation == "update_item"
    names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
    assert [names[f"#p{number}"] for number in range(3)] == ["L#en", "L#ja", "I#x.jpg"]
    assert [values[f":p{number}"]["M"]["n"]["N"] for number in range(3)] == ["5", "1", "3"]
    expected = "#p0.#n = :n0 AND attribute_not_exists(#p1) AND #p2.#n = :n2"
    assert update["ConditionExpression"] == expected
    assert (values[":n0"], values[":n2"]) == ({"N": "4"}, {"N": "2"})


def test_entries_due_keys_history_and_notes_are_written_with_the_row_or_not_at_all() -> None:
    writes, client = index()
    version = PublishedVersion("en", 2, NOW, "page")
    waits = WaitChanges((WaitNote(PageRef(POST, "en"), "c"),), (WaitNote(PageRef(POST, "en"), "c", "d"),))
    change = PostChange(
        {"en": PageRow(OUTCOME, n=4)},
        entries=(EntryRow("en", "a", date(2026, 3, 1), "b", "id"),),
        due_changes=DueChanges((DONE,), (DUE,)),
        history=(version,),
        waits={"en": waits},
        own_rows=(StrayRow("posts/a/b/en.md"),),
    )
    writes.record_post(POST, change)
    actions = client.actions()
    (kind, update), *others = actions
    assert kind == "Update"
    assert update["ConditionExpression"] == "#p0.#n = :n0"
    puts = [what["Item"] for kind, what in others if kind == "Put"]
    deletes = [what["Key"] for kind, what in others if kind == "Delete"]
    assert [item["pk"]["S"] for item in puts] == [
        "entries#en/a",
        "history#a/b",
        "waits#c",
        due_item_key(DUE)["pk"]["S"],
    ]
    assert deletes == [due_item_key(DONE), wait_key(waits.ended[0])]
    (counted,) = [what for kind, what in others if kind == "Update"]
    assert counted["Key"]["pk"] == {"S": "stray"}
    assert "if_not_exists(#n, :none) + :one" in counted["UpdateExpression"]


def test_a_claim_is_made_only_while_no_other_was_made_and_its_clinic_still_accepts_it() -> None:
    writes, client = index()
    made = Claim((ClaimTarget("a/b"),), "id")
    claims = {
        OLD: {
            "en": ClaimWrite(made, 3, ("x/y",), clinic_n=7),
            "ja": ClaimWrite(made, 0),
            "ko": ClaimWrite(made),
            "zh-Hans": ClaimWrite(Claim(id="ended")),
        }
    }
    writes.record_post(POST, PostChange({"en": PageRow(OUTCOME, n=4)}, claims=claims))
    updates = [what for kind, what in client.actions() if kind == "Update"]
    (claim,) = [update for update in updates if update["Key"]["pk"] == {"S": "post#c/d"}]
    assert claim["ConditionExpression"].split(" AND ") == [
        "#m0 = :b0",
        "attribute_not_exists(#m1)",
        "attribute_exists(#c2)",
    ]
    values = claim["ExpressionAttributeValues"]
    assert (values[":b0"], values[":m0"], values[":m1"]) == ({"N": "3"}, {"N": "4"}, {"N": "1"})
    assert claim["ExpressionAttributeNames"]["#r0x0"] == "M#en#x/y"
    assert "REMOVE #r0x0" in claim["UpdateExpression"]
    (check,) = [what for kind, what in client.actions() if kind == "ConditionCheck"]
    assert (check["Key"]["pk"], check["ExpressionAttributeValues"]) == ({"S": "clinic#c"}, {":n": {"N": "7"}})
    noted = [what["Item"] for kind, what in client.actions() if kind == "Put"]
    assert {"pk": {"S": "claimed#c"}, "sk": {"S": "d"}} in noted


def test_history_alone_is_written_without_a_condition() -> None:
    writes, client = index()
    writes.record_post(POST, PostChange(history=(PublishedVersion("en", 2, NOW, "page"),)))
    ((kind, put),) = client.actions()
    assert kind == "Put"
    assert put["Item"]["sk"] == {"S": "en#000000002"}
    assert "ConditionExpression" not in put


def test_the_rows_of_clinics_sites_strays_and_scans_are_conditional_too() -> None:
    writes, client = index()
    writes.record_clinic(ClinicRow("a", 3, months=frozenset({"en/2026-03"})), DueChanges())
    writes.record_site(SiteRow(3), DueChanges())
    writes.record_stray(StrayRow("x", 3))
    writes.record_scan_cursor(ScanCursor(3))
    for operation, put in client.calls:
        assert operation == "put_item"
        assert put["ConditionExpression"] == "#n = :n"
        assert put["ExpressionAttributeValues"] == {":n": {"N": "3"}}
        assert put["Item"]["n"] == {"N": "4"}
        assert "2026-03" not in str(put["Item"])
    client.calls.clear()
    writes.record_scan_cursor(ScanCursor(ANY_N))
    writes.record_stray(StrayRow("x"))
    (_, of_any), (_, new) = client.calls
    assert "ConditionExpression" not in of_any
    assert of_any["Item"]["n"] == {"N": "1"}
    assert new["ConditionExpression"] == "attribute_not_exists(#n)"


def test_a_due_key_of_a_clinic_is_written_with_its_row() -> None:
    writes, client = index()
    writes.record_clinic(ClinicRow("a", 3), DueChanges((DONE,), (DUE,)))
    kinds = [(kind, (what.get("Item") or what.get("Key"))["pk"]["S"]) for kind, what in client.actions()]
    assert kinds == [
        ("Put", "clinic#a"),
        ("Put", due_item_key(DUE)["pk"]["S"]),
        ("Delete", due_item_key(DONE)["pk"]["S"]),
    ]


def test_a_month_is_noted_only_in_a_row_that_exists() -> None:
    writes, client = index()
    writes.note_month("a", "en/2026-03")
    ((operation, update),) = client.calls
    assert operation == "update_item"
    assert update["ConditionExpression"] == "attribute_exists(#n)"
    assert update["ExpressionAttributeValues"] == {":m": {"SS": ["en/2026-03"]}}
    assert update["UpdateExpression"].startswith("ADD #m :m")


LANGS = [first + second for first in "de" for second in "abcdefghijklmnopqrst"]


def _large_change() -> PostChange:
    return PostChange(
        {lang: PageRow(Outcome(f"posts/a/b/{lang}.md", "live", version="v")) for lang in LANGS},
        withdrawals={"withdrawal.yaml": WithdrawalRow(OUTCOME)},
        entries=tuple(EntryRow(lang, "a", date(2026, 3, 1), "b", "id") for lang in LANGS),
        due_changes=DueChanges((), tuple(DueKey(NOW, f"posts/a/b/{lang}.md") for lang in LANGS)),
        history=tuple(PublishedVersion(lang, 2, NOW, "page") for lang in (*LANGS, "gone")),
        own_rows=(StrayRow("posts/a/b/withdrawal.yaml"),),
    )


def test_a_change_of_many_languages_takes_several_transactions_and_loses_nothing() -> None:
    writes, client = index()
    writes.record_post(POST, _large_change())
    sizes = [len(params["TransactItems"]) for _, params in client.calls if "TransactItems" in params]
    # DynamoDB API reference, "TransactWriteItems".
    assert max(sizes) <= 100
    parts = list(_large_change().split_into_transactions())
    assert [lang for part in parts for lang in part.pages] == LANGS
    assert [row.lang for part in parts for row in part.entries] == LANGS
    assert sorted(version.lang for part in parts for version in part.history) == sorted([*LANGS, "gone"])
    assert [len(part.due_changes.added) for part in parts] == [len(part.pages) for part in parts]
    assert [part.withdrawals for part in parts][-1] == _large_change().withdrawals
    assert [row.key for part in parts for row in part.own_rows] == ["posts/a/b/withdrawal.yaml"]


def test_the_history_of_a_language_whose_row_stays_is_recorded_with_the_last_part() -> None:
    change = _large_change()
    parts = list(PostChange(change.pages, entries=change.entries, history=change.history).split_into_transactions())
    assert sorted(version.lang for part in parts for version in part.history) == sorted([*LANGS, "gone"])


@pytest.mark.parametrize("count", [1, 2])
def test_a_small_change_takes_one_transaction(count: int) -> None:
    pages = {lang: PageRow(OUTCOME) for lang in LANGS[:count]}
    assert len(list(PostChange(pages).split_into_transactions())) == 1
