"""Every sample ends as its folder says: the inbox live but for its withdrawals, each case with exactly its problems."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from colophon_ops.build.build import build
from tests.samples.cases import SAMPLES, Case, all_cases

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.folder.parent.name}-{case.name}")
def test_a_case_ends_exactly_as_it_says(case: Case, tmp_path: Path) -> None:
    outcomes = outcomes_of(case.lay_into(tmp_path / "inbox"), tmp_path / "out")
    expected = {entry["key"]: entry for entry in case.expected()}
    remarkable = {key for key, outcome in outcomes.items() if outcome["state"] != "live" or key in expected}
    assert remarkable == expected.keys()
    for key, entry in expected.items():
        assert outcomes[key]["state"] == entry["state"]
        told, meant = outcomes[key]["problems"], entry["problems"]
        assert [where(problem) for problem in told] == [where(problem) for problem in meant]
        for problem, words in zip(told, meant, strict=True):
            assert words["what"] in problem["what"]
            assert problem["fix"].endswith((".", "!"))


def test_the_inbox_is_live_but_for_what_its_withdrawals_name(tmp_path: Path) -> None:
    outcomes = outcomes_of(SAMPLES / "inbox", tmp_path / "out")
    withdrawn = {key for key, outcome in outcomes.items() if outcome["state"] == "withdrawn"}
    assert withdrawn == {
        "posts/bitgaonjae/a-night-with-contact-lenses/ja.md",
        "posts/dansolyeoul/first-toothbrush/first-brush.jpg",
        "posts/dansolyeoul/silver-fillings/en.md",
        "posts/dansolyeoul/silver-fillings/ko.md",
        "posts/dansolyeoul/silver-fillings/mirror.jpg",
    }
    others = {outcome["state"] for key, outcome in outcomes.items() if key not in withdrawn}
    assert others == {"live", "superseded"}
    errors = [problem for outcome in outcomes.values() for problem in outcome["problems"]]
    assert {problem["severity"] for problem in errors} == {"warning"}


def test_nothing_of_a_photo_but_its_picture_reaches_the_site(tmp_path: Path) -> None:
    photo = (SAMPLES / "inbox/posts/neouljae/which-hand-for-the-cane/IMG_0417.jpg").read_bytes()
    assert b"GPSMARKER" in photo
    outcomes_of(SAMPLES / "inbox", tmp_path / "out")
    images = sorted((tmp_path / "out/images").rglob("*.*"))
    assert any("IMG_0417" in image.name for image in images)
    for image in images:
        content = image.read_bytes()
        assert b"GPSMARKER" not in content
        assert b"Exif" not in content


def outcomes_of(inbox: Path, out: Path) -> dict[str, Any]:
    build(inbox, out, now=NOW, jobs=1)
    return {outcome["key"]: outcome for outcome in json.loads(out.with_name("out.outcomes.json").read_text("utf-8"))}


def where(problem: dict[str, Any]) -> tuple[str, str, int | None]:
    return problem["severity"], problem["field"], problem["line"]
