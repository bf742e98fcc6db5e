"""``colophon withdraw`` and ``reinstate`` before they talk to anybody: what they take, and what they turn down."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from colophon.cli.failures import Misused
from colophon.problem import Refused
from colophon.upload.keys import PostRef
from colophon.withdrawal import read_withdrawal
from colophon_ops.withdraw.draft import order_file
from colophon_ops.withdraw.subject import said, subject_at, subject_of
from tests.cli.conftest import Run

NOW = datetime(2026, 5, 31, 9, 30, tzinfo=UTC)
ORDER = ("--kind", "gone", "--reason", "clinic-request")
SITE = ("https://shelf.example", "http://127.0.0.1:8765")


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ("sorae", "clinics/sorae/withdrawal.yaml"),
        ("clinics/sorae", "clinics/sorae/withdrawal.yaml"),
        ("clinics/sorae/clinic.yaml", "clinics/sorae/withdrawal.yaml"),
        ("posts/sorae/", "clinics/sorae/withdrawal.yaml"),
        ("sorae/cough", "posts/sorae/cough/withdrawal.yaml"),
        ("posts/sorae/cough", "posts/sorae/cough/withdrawal.yaml"),
        ("posts/sorae/cough/withdrawal.yaml", "posts/sorae/cough/withdrawal.yaml"),
        ("sorae/cough/en", "posts/sorae/cough/en.md.withdrawal.yaml"),
        ("sorae/cough/zh-Hans.md", "posts/sorae/cough/zh-Hans.md.withdrawal.yaml"),
        ("posts/sorae/cough/en.md.withdrawal.yaml", "posts/sorae/cough/en.md.withdrawal.yaml"),
        ("sorae/cough/image 2.jpg", "posts/sorae/cough/image 2.jpg.withdrawal.yaml"),
        ("sorae/cough/\u1106\u1169\u11a8.png", "posts/sorae/cough/목.png.withdrawal.yaml"),
    ],
)
def test_a_clinic_a_post_an_edition_and_an_image_are_known_by_name_and_by_key(what: str, key: str) -> None:
    subject = subject_of(what)
    assert subject.key == key
    assert subject_of(subject.against) == subject


@pytest.mark.parametrize(
    "what", ["", "Sorae", "profile", "sorae/cough/notes.docx", "sorae/cough/en/x", "site.yaml", "a/b/c/d/e"]
)
def test_what_names_nothing_is_misused(what: str, run: Run) -> None:
    with pytest.raises(Misused):
        subject_of(what)
    assert run("withdraw", what, *ORDER).exit_code == 2


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("https://shelf.example/en/sorae/cough/", "the edition sorae/cough/en"),
        ("https://SHELF.example/en/sorae/cough", "the edition sorae/cough/en"),
        ("http://127.0.0.1:8765/ko/sorae/cough/?a=b#top", "the edition sorae/cough/ko"),
        ("/en/sorae/cough/index.html", "the edition sorae/cough/en"),
        ("/images/sorae/cough/two%20ears.0b69d44b6962-480.webp", "the image sorae/cough/two ears.png"),
        ("/images/sorae/cough/ear.0b69d44b6962.2-1600.jpg", "the image sorae/cough/ear.jpg"),
    ],
)
def test_an_address_of_the_site_means_its_page_or_its_image(address: str, what: str) -> None:
    assert said(subject_at(address, SITE, _image_names)) == what


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://elsewhere.example/en/sorae/cough/", "is not on this site"),
        ("/en/sorae/", "write sorae"),
        ("/en/sorae/2026/01/", "write sorae"),
        ("/en/", "no post and no image"),
        ("/images/sorae/cough/nose.0b69d44b6962-480.webp", "ever uploaded"),
        ("/images/sorae/cough/twin.0b69d44b6962-480.webp", "twin.jpg, twin.png"),
    ],
)
def test_another_address_is_turned_down_and_says_what_to_write(address: str, why: str) -> None:
    with pytest.raises(Misused, match=why):
        subject_at(address, SITE, _image_names)


def test_all_that_is_wrong_with_an_order_is_told_at_once_and_nothing_is_written(run: Run) -> None:
    answer = run("withdraw", "sorae", "--kind", "away", "--reason", "whim", "--until", "tomorrow")
    assert answer.exit_code == 1
    assert all(option in answer.stderr for option in ("--kind", "--reason", "--until"))
    assert "Nothing was written." in answer.stderr


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "gone", "until": "2026-06-15T18:30:00+09:00"}, "until"),
        ({"kind": "hold"}, "until"),
        ({"kind": "hold", "until": "2026-07-15T18:30:00+09:00"}, "until"),
        ({"kind": "hold", "at": "2026-05-01T00:00:00Z", "until": "2026-05-31T09:30:00Z"}, "until"),
        ({"kind": "gone", "at": "2026-05-31"}, "at"),
        ({"kind": "gone", "at": "2026-05-31T09:36:00Z"}, "at"),
        ({"kind": "hold", "at": "2026-07-01T00:00:00Z", "until": "2026-07-15T00:00:00Z"}, "at"),
    ],
)
def test_only_a_hold_ends_and_within_thirty_days_of_an_order_not_to_come(fields: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        order_file({"reason": "legal", **fields}, NOW)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_file_reads_as_it_was_ordered_whatever_the_words_hold() -> None:
    told = {
        "kind": "gone",
        "reason": "other",
        "reference": 'No. 7: "x" # {',
        "note": "일\n둘: [",
        "requested_by": "- 김",
    }
    file = order_file(told, NOW, "Asia/Seoul")
    assert read_withdrawal(file.content) == file.order
    assert file.order.at is not None
    assert file.order.at.isoformat() == "2026-05-31T18:30:00+09:00"
    assert {name: getattr(file.order, name) for name in told} == told


def test_the_same_order_is_known_again_and_another_moment_counts_only_if_somebody_said_it() -> None:
    fields = {"kind": "gone", "reason": "other"}
    first, later = order_file(fields, NOW), order_file(fields, NOW.replace(hour=11))
    assert later.says_no_more_than(first.order)
    assert not order_file({**fields, "at": "2026-05-31T00:00:00Z"}, NOW).says_no_more_than(first.order)
    assert not order_file({**fields, "reference": "1"}, NOW).says_no_more_than(first.order)


def test_without_a_stack_that_answers_it_is_unavailable(run: Run, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    where = dict.fromkeys(("inbox_bucket", "site_bucket", "table", "site_url"), "x")
    (tmp_path / "build/dev.json").write_text(json.dumps({"endpoint": "http://127.0.0.1:9", **where}))
    for words_ in (("withdraw", "sorae", *ORDER), ("reinstate", "sorae")):
        assert run(*words_).exit_code == 3


def _image_names(_: PostRef) -> list[str]:
    return ["two ears.png", "ear.jpg", "twin.png", "twin.jpg"]
