"""``colophon check`` compares a translation with the original beside it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run

POST = "posts/dansolyeoul/cold-teeth-in-autumn"
SAMPLES = ROOT / "tests/samples/inbox"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """One post of the samples, with its clinic and site."""
    tmp_path = tmp_path / "inbox"
    tmp_path.mkdir()
    for folder in (POST, "clinics/dansolyeoul"):
        shutil.copytree(SAMPLES / folder, tmp_path / folder)
    shutil.copy(SAMPLES / "site.yaml", tmp_path)
    return tmp_path


def _change(inbox: Path, before: str, after: str) -> None:
    file = inbox / POST / "en.md"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")


def test_a_faithful_translation_has_no_warning_of_it(run: Run, inbox: Path) -> None:
    (outcome,) = json.loads(run("check", inbox / POST / "en.md", "--json").stdout)
    assert [problem for problem in outcome["problems"] if "kind" in problem] == []


def test_a_number_that_differs_is_named_with_both_lines(run: Run, inbox: Path) -> None:
    _change(inbox, "about thirty minutes", "about 40 minutes")
    answer = run("check", inbox / POST / "en.md")
    assert answer.exit_code == 0
    assert "The original has “삼십 분” here (ko.md, line 59), this translation has “40 minutes”." in answer.stdout
    (outcome,) = json.loads(run("check", inbox / POST / "en.md", "--json").stdout)
    (problem,) = [each for each in outcome["problems"] if "kind" in each]
    assert (problem["kind"], problem["grade"], problem["severity"]) == ("fidelity.number", "differs", "warning")
    assert (problem["line"], problem["original_line"], problem["block"]) == (62, 59, 16)


def test_what_is_refused_or_alone_is_not_compared(run: Run, inbox: Path) -> None:
    _change(inbox, "about thirty minutes", "about 40 minutes")
    (inbox / POST / "ko.md").write_text("no fields", "utf-8")
    (outcome,) = json.loads(run("check", inbox / POST / "en.md", "--json").stdout)
    assert [problem for problem in outcome["problems"] if "kind" in problem] == []


def test_a_draft_is_compared_before_its_images_are_there(run: Run, inbox: Path) -> None:
    _change(inbox, "about thirty minutes", "about 40 minutes")
    for image in (inbox / POST).glob("*.png"):
        image.unlink()
    (outcome,) = json.loads(run("check", inbox / POST / "en.md", "--json").stdout)
    assert outcome["state"] == "waiting"
    assert [problem["kind"] for problem in outcome["problems"] if "kind" in problem] == ["fidelity.number"]


def test_a_build_warns_of_the_same(run: Run, inbox: Path, tmp_path: Path) -> None:
    _change(inbox, "about thirty minutes", "about 40 minutes")
    (checked,) = json.loads(run("check", inbox / POST / "en.md", "--json").stdout)
    out = tmp_path / "out/site"
    answer = run("build", inbox, "--out", out)
    assert answer.exit_code == 0
    assert "Translations that differ from their originals: 1." in answer.stdout
    built = json.loads(out.with_name("site.outcomes.json").read_text("utf-8"))
    assert [each["problems"] for each in built if each["key"].endswith("/en.md")] == [checked["problems"]]
    again = run("build", inbox, "--out", out, "--strict", "--json")
    assert (again.exit_code, json.loads(again.stdout)["differing"]) == (1, 1)
