"""What a report says and on which keys: from the rows of one item, also where one of them can't be read."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.rows import ClinicRow, ImageRow, Outcome, PageRow, SiteRow, WithdrawalRow
from colophon.decision.stray import StrayRow
from colophon.problem import Problem
from colophon.stores.row_encoding import encode_attribute, encode_row
from colophon.stores.stream import RowChange
from colophon.verbs.report import encode_report, outcomes_in_item, report
from tests.verbs.account import Account, clients

LIVE = Outcome("posts/a/b/en.md", "live", "https://posts.example/en/a/b/", version="v1")
PROBLEM = Problem("It has no title.", "Add one.", "title", 2)


def outcome(key: str, version: str = "v1") -> Outcome:
    return Outcome(key, "refused", problems=(PROBLEM,), version=version)


@pytest.mark.parametrize(
    ("site_url", "url"),
    [
        ("", "https://posts.example/en/a/b/"),
        ("https://d1.cloudfront.example", "https://d1.cloudfront.example/en/a/b/"),
    ],
)
def test_a_report_has_the_version_and_its_address_at_the_site_of_the_stack(site_url: str, url: str) -> None:
    said = json.loads(encode_report(LIVE, site_url))
    assert said == {"key": LIVE.key, "state": "live", "url": url, "problems": [], "version": "v1"}
    image = replace(LIVE, url="/images/a/b/x.jpg")
    assert json.loads(encode_report(image, site_url))["url"] == f"{site_url}/images/a/b/x.jpg"
    assert json.loads(encode_report(outcome("x"), site_url))["url"] == ""


POST_ITEM: dict[str, Any] = {
    "L#en": encode_attribute(PageRow(LIVE, 1)),
    "L#ko": encode_attribute(PageRow(replace(outcome("posts/a/b/ko.md"), problems_id="all"), 1)),
    "L#ja": encode_attribute(PageRow(Outcome("posts/a/b/ja.md", "absent"), 1)),
    "I#x.jpg": encode_attribute(ImageRow(outcome("posts/a/b/x.jpg"), 1)),
    "W#withdrawal.yaml": encode_attribute(WithdrawalRow(outcome("posts/a/b/withdrawal.yaml"), 1)),
}
CLINIC = ClinicRow("a", 1, outcomes=(outcome("clinics/a/clinic.yaml"), outcome("clinics/a/withdrawal.yaml")))


@pytest.mark.parametrize(
    ("pk", "item", "keys"),
    [
        # Not of what was never uploaded, nor of a row that has only some of the problems: its own item has them all.
        ("post#a/b", POST_ITEM, {f"posts/a/b/{file}" for file in ("en.md", "x.jpg", "withdrawal.yaml")}),
        ("clinic#a", encode_row(CLINIC), {"clinics/a/clinic.yaml", "clinics/a/withdrawal.yaml"}),
        ("site", encode_row(SiteRow(1, outcomes=(outcome("site.yaml"),))), {"site.yaml"}),
        ("stray", encode_row(StrayRow("x.txt", 1, "v1", outcome("x.txt"))), {"x.txt"}),
        ("stray", encode_row(StrayRow("x.txt", 1)), set()),
        ("entries#en/a", {}, set()),
    ],
)
def test_the_outcomes_in_an_item_are_those_of_its_rows(pk: str, item: dict[str, Any], keys: set[str]) -> None:
    assert {name: found.key for name, found in outcomes_in_item(pk, item).items()} == {key: key for key in keys}


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_damaged_item_before_keeps_no_report_from_being_written(*, is_damaged: bool) -> None:
    row = StrayRow("x.txt", 2, "v2", outcome("x.txt", "v2"))
    before = {"row": {"S": "{"}} if is_damaged else {}
    account = Account({})
    made = clients(account)
    assert report(RowChange("stray", "x.txt", before, encode_row(row)), made.inbox, made.index) == ["x.txt"]
    (put,) = account.asked_of("put_object")
    assert json.loads(put["Body"])["version"] == "v2"
