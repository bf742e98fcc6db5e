"""``colophon build``: the tree it writes, and what it never touches."""

import json
from pathlib import Path

import pytest

from colophon_ops.build.output import replace_site
from tests.cli.conftest import Run, shell
from tests.small_inbox import SAMPLES


def _tree(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_other_files_are_never_overwritten(run: Run, inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("mine")
    answer = run("build", inbox, "--out", out)
    assert answer.exit_code == 2
    assert _tree(out) == {"chapter.txt": b"mine"}
    (out / "outcomes.json").write_text('{"also": "mine"}')
    assert run("build", inbox, "--out", out).exit_code == 2
    assert (out / "chapter.txt").read_text() == "mine"


@pytest.mark.parametrize("broken", [True, False], ids=["refused", "missing"])
def test_without_valid_settings_an_earlier_site_stays(run: Run, inbox: Path, tmp_path: Path, broken: bool) -> None:
    out, settings = tmp_path / "site", inbox / "site.yaml"
    run("build", inbox, "--out", out)
    before = _tree(out)
    if broken:
        settings.write_text(settings.read_text() + "contact_: x\n")
    else:
        settings.unlink()
    answer = run("build", inbox, "--out", out)
    assert answer.exit_code == 1
    assert "has no valid site.yaml" in answer.stderr
    assert f"colophon check {inbox}" in answer.stderr
    assert _tree(out) == before
    new = tmp_path / "new"
    assert run("build", inbox, "--out", new).exit_code == 0
    assert json.loads((tmp_path / "new.outcomes.json").read_text()), "nothing is shown, and why is told"


@pytest.mark.parametrize("out", ["inbox", "inbox/site", "."])
def test_site_and_inbox_must_not_lie_in_each_other(run: Run, inbox: Path, out: str) -> None:
    before = _tree(inbox)
    assert run("build", inbox, "--out", out).exit_code == 2
    assert _tree(inbox) == before


def test_what_was_refused_stops_nothing_unless_strict(run: Run, inbox: Path, tmp_path: Path) -> None:
    (inbox / "posts/mulmarugyeol/hives-in-the-evening/en.md").write_text("nothing")
    answer = run("build", inbox, "--out", tmp_path / "site", "--json")
    assert answer.exit_code == 0
    report = json.loads(answer.stdout)
    assert (report["to_mend"], report["states"]["refused"]) == (1, 1)
    assert run("build", inbox, "--out", tmp_path / "site", "--strict").exit_code == 1
    assert (tmp_path / "site/ko/mulmarugyeol/hives-in-the-evening/index.html").is_file()


def test_two_builds_do_not_write_to_one_folder(inbox: Path, tmp_path: Path) -> None:
    with replace_site(tmp_path / "site", inbox):
        answer = shell("build", inbox, "--out", tmp_path / "site", cwd=tmp_path)
    assert answer.returncode == 3
    assert "Another build is writing to" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_the_moment_decides_what_is_due(run: Run, tmp_path: Path) -> None:
    inbox, out = SAMPLES / "waiting/publish-at-far-ahead/inbox", tmp_path / "site"
    run("build", inbox, "--out", out)
    assert "en/sodamteul/index.html" in _tree(out)
    assert not (out / "en/sodamteul/a-cup-of-water").exists()
    run("build", inbox, "--out", out, "--at", "2998-01-01T00:00:00+09:00")
    assert (out / "en/sodamteul/a-cup-of-water/index.html").is_file()


def test_any_number_of_processes_builds_the_same_site(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        answer = shell("build", SAMPLES / "inbox", "--out", tmp_path / jobs, "--jobs", jobs, cwd=tmp_path)
        assert answer.returncode == 0, answer.stderr
    assert _tree(tmp_path / "1") == _tree(tmp_path / "2")
