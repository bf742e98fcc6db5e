"""Links that lead out of an inbox: each command tells of them, and none publishes what they lead to."""

import json
from pathlib import Path

import pytest

from colophon_ops.upload import link_outcomes, list_uploads
from tests.cli.conftest import Run

POST = "posts/mulmarugyeol/hives-in-the-evening"
LINKS = {
    f"{POST}/ja.md": "outside/ja.md",
    f"{POST}/more.jpg": "outside/more.jpg",
    "posts/mulmarugyeol/ten-minute-winter-shower/withdrawal.yaml": "outside/nothing",
    "posts/mulmarugyeol/linked-post": "outside",
    "clinics/elsewhere": "outside",
    "site.css": "outside/site.css",
    "notes": "notes",
}


@pytest.fixture
def linked(inbox: Path, tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    korean = (inbox / POST / "ko.md").read_text()
    (tmp_path / "outside/ja.md").write_text(korean.replace("---\n", "---\nsecret: outside\n", 1))
    (tmp_path / "outside/more.jpg").write_bytes(b"outside")
    (tmp_path / "outside/site.css").write_text("p { outside: 1 }")
    (tmp_path / "outside/clinic.yaml").write_text("outside")
    for key, target in LINKS.items():
        (inbox / key).symlink_to(target if key == "notes" else tmp_path / target)
    return inbox


def test_check_tells_of_each_link(run: Run, linked: Path) -> None:
    answer = run("check", linked, "--json")
    assert answer.exit_code == 1
    refused = {each["key"]: each["problems"][0] for each in json.loads(answer.stdout) if each["problems"]}
    assert all("link" in refused[key]["what"] for key in LINKS), refused
    assert refused["posts/mulmarugyeol/linked-post"]["fix"] == "Put the file itself here, or delete the link."


def test_build_publishes_nothing_from_outside_and_a_linked_withdrawal_withdraws(
    run: Run, linked: Path, tmp_path: Path
) -> None:
    answer = run("build", linked, "--out", tmp_path / "site", "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["to_mend"]) == (0, len(LINKS))
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"outside" in path.read_bytes() and path.suffix != ".json"]
    assert "ten-minute-winter-shower" not in (tmp_path / "site/ko/mulmarugyeol/index.html").read_text()


def test_nothing_of_a_link_is_uploaded_and_its_outcome_says_why(linked: Path) -> None:
    assert not set(LINKS) & set(list_uploads(linked))
    assert {outcome.key: outcome.state for outcome in link_outcomes(linked)} == dict.fromkeys(LINKS, "refused")
