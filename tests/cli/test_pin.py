"""``colophon pin``: prints pins, fills in what is left out, and decides nothing that only a person knows."""

import json
from cProfile import Profile
from pathlib import Path
from typing import Any

import pytest

from colophon.edition.read import read_edition
from colophon_ops.pin import ORIGINAL, REVIEW, plan_pins
from tests.cli.conftest import Run

POST = "posts/mulmarugyeol/hives-in-the-evening"
REVIEWED = "  review: {by: Kim, at: 2026-06-01, scope: [terms]}\n"


@pytest.fixture
def post(inbox: Path) -> Path:
    """A post whose translation has a review, and names no text; its lines end as on Windows."""
    folder = inbox / POST
    english = (folder / "en.md").read_text().replace("  review: none\n", REVIEWED)
    lines = [line for line in english.splitlines(keepends=True) if not line.startswith("  of:")]
    (folder / "en.md").write_bytes("".join(lines).replace("\n", "\r\n").encode())
    return folder


def pin_of(file: Path) -> str:
    return read_edition(file.stem, file.read_bytes()).pin


def outcome_of(run: Run, post: Path, file: str = "en.md") -> dict[str, Any]:
    (outcome,) = json.loads(run("check", post / file, "--json").stdout)
    return dict(outcome)


def test_it_prints_the_pin_of_every_text(run: Run, post: Path) -> None:
    answer = run("pin", post, "--dry-run")
    assert answer.exit_code == 0
    lines = dict(reversed(line.split("  ")) for line in answer.stdout.splitlines())
    assert lines == {f"inbox/{POST}/{name}": pin_of(post / name) for name in ("en.md", "ko.md")}


def test_it_shows_what_it_would_fill_in_and_without_a_terminal_changes_nothing(run: Run, post: Path) -> None:
    before = (post / "en.md").read_bytes()
    for options, code in ((("--dry-run",), 0), ((), 2), (("--json",), 0)):
        answer = run("pin", post, *options)
        assert answer.exit_code == code
        assert f'+  of: "{pin_of(post / "ko.md")}"' in answer.stderr
        assert (post / "en.md").read_bytes() == before
    assert "pass --yes to confirm" in run("pin", post).stderr


def test_it_fills_in_both_pins_and_leaves_every_other_byte(run: Run, post: Path) -> None:
    before, pin, original = (post / "en.md").read_bytes(), pin_of(post / "en.md"), pin_of(post / "ko.md")
    assert run("pin", post, "--yes").exit_code == 0
    after = (post / "en.md").read_bytes()
    added = (f'  of: "{original}"\r\n'.encode(), f', of: "{pin}"'.encode())
    assert all(after.count(each) == 1 for each in added)
    assert after.replace(added[0], b"").replace(added[1], b"") == before
    edition = read_edition("en", after)
    assert (edition.is_reviewed, edition.original_pin, edition.pin) == (True, original, pin)
    assert not [problem for problem in edition.warnings if problem.field.startswith("translation")]
    (saved,) = (post.parents[2] / ".colophon/before-fix").rglob("en.md")
    assert saved.read_bytes() == before
    assert "There is nothing to fill in." in run("pin", post, "--yes").stderr


def test_a_pin_that_names_another_text_stays_until_a_person_says_otherwise(run: Run, post: Path) -> None:
    run("pin", post, "--yes")
    for name in ("ko.md", "en.md"):
        (post / name).write_bytes((post / name).read_bytes() + "\r\nOne more: 하나.\r\n".encode())
    pinned = (post / "en.md").read_bytes()
    answer = run("pin", post, "--yes")
    assert (post / "en.md").read_bytes() == pinned
    assert "add --renew original" in answer.stderr
    assert "add --renew review" in answer.stderr
    run("pin", post, "--yes", "--renew", ORIGINAL)
    edition = read_edition("en", (post / "en.md").read_bytes())
    assert (edition.original_pin, edition.is_reviewed) == (pin_of(post / "ko.md"), False)
    run("pin", post, "--yes", "--renew", REVIEW)
    assert read_edition("en", (post / "en.md").read_bytes()).is_reviewed


def test_check_hints_at_pins_and_warns_of_reviews(run: Run, post: Path) -> None:
    assert "colophon pin" in run("check", post).stderr
    outcome = outcome_of(run, post)
    assert [hint["field"] for hint in outcome["hints"]] == ["translation.of"]
    assert [problem["field"] for problem in outcome["problems"]] == ["translation.review.of"]
    assert "hints" not in outcome_of(run, post, "ko.md")
    run("pin", post, "--yes")
    assert "hint" not in run("check", post).stderr
    outcome = outcome_of(run, post)
    assert ("hints" in outcome, outcome["problems"]) == (False, [])


def test_check_warns_of_an_original_that_changed(run: Run, post: Path) -> None:
    run("pin", post, "--yes")
    (post / "ko.md").write_text((post / "ko.md").read_text() + "\n한 줄 더.\n")
    fields = [problem["field"] for problem in outcome_of(run, post)["problems"]]
    assert "translation.of" in fields


def test_what_can_not_be_pinned_is_left_with_the_reason(run: Run, post: Path) -> None:
    (post / "ja.md").write_text("no front matter\n")
    answer = run("pin", post, "--dry-run")
    assert answer.exit_code == 1
    assert "ja.md" in answer.stderr
    assert "The file has no front matter" in answer.stderr
    (post / "ja.md").unlink()
    (post / "ko.md").unlink()
    answer = run("pin", post, "--dry-run")
    assert answer.exit_code == 0
    assert "There is no ko.md beside it" in answer.stderr


def test_the_original_is_in_the_language_that_the_site_says(post: Path) -> None:
    site = post.parents[2] / "site.yaml"
    site.write_text(site.read_text().replace("original_language: ko", "original_language: en"))
    plan = plan_pins([post])
    assert [fix.key for fix in plan.fixes] == []
    site.unlink()
    assert [fix.key for fix in plan_pins([post]).fixes] == [f"{POST}/en.md"]


def test_json_has_pins_changes_and_what_is_left(run: Run, post: Path) -> None:
    rows = {row["key"]: row for row in json.loads(run("pin", post, "--json", "--yes").stdout)}
    assert {key: row["pin"] for key, row in rows.items()} == {
        f"{POST}/{name}": pin_of(post / name) for name in ("en.md", "ko.md")
    }
    assert len(rows[f"{POST}/en.md"]["changes"]) == 2
    assert read_edition("en", (post / "en.md").read_bytes()).is_reviewed


def test_the_original_is_read_once_for_all_its_translations(post: Path) -> None:
    for lang in ("ja", "zh-Hans"):
        (post / f"{lang}.md").write_bytes((post / "en.md").read_bytes())
    profile = Profile()
    plan = profile.runcall(plan_pins, [post])
    reads = sum(entry.callcount for entry in profile.getstats() if getattr(entry.code, "co_name", "") == "_read_text")
    assert len(plan.fixes) == 3
    assert reads == len(plan.texts) + 1
