"""``colophon dev --once``: the cloud's site is the one that ``build`` makes."""

import json
import re
import shutil
from pathlib import Path

from tests.cli.conftest import ROOT, Run
from tests.revisions import masked


def _tree(place: Path) -> dict[str, bytes]:
    files = (path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): masked(path.read_bytes()) for path in files}


def test_cloud_and_build_make_the_same_site_and_say_the_same(run: Run, inbox: Path, tmp_path: Path) -> None:
    edition = inbox / "posts/mulmarugyeol/hives-in-the-evening"
    (edition / "ja.md").write_text("---\ntitle: wrong\n---\n")
    (edition / "notes.txt").write_text("x")
    (inbox / "README.md").write_text("x")
    (inbox / ".DS_Store").write_text("x")
    (inbox / "posts/linked").symlink_to(tmp_path)
    shutil.copytree(inbox / "posts/mulmarugyeol", inbox / "posts/nobody")
    # Its source is another clinic's: a tombstone in the cloud, where the build makes nothing.
    shutil.copytree(edition, inbox / "posts/dansolyeoul/hives-in-the-evening")
    (edition / "zh-Hans.md").symlink_to(tmp_path / "elsewhere.md")
    answer = run("dev", inbox, "--once", "--out", tmp_path / "cloud", "--template", ROOT / "template.yaml")
    assert answer.exit_code == 0, answer.output
    assert run("build", inbox, "--out", tmp_path / "built").exit_code == 0
    cloud, built = _tree(tmp_path / "cloud"), _tree(tmp_path / "built")
    said = [json.loads((tmp_path / f"{name}.outcomes.json").read_text()) for name in ("cloud", "built")]
    assert said[0] == said[1]
    assert cloud == built
    assert not any("nobody" in key or "dansolyeoul/hives" in key for key in cloud if key.endswith(".html"))
    assert (
        "  refused     ja.md                            line 1:" in answer.stdout
        or "refused     ja.md" in answer.stdout
    )
    assert not (tmp_path / "build/dev.json").exists()
    assert re.search(r"function calls, up to [2-4] at once, deployed from", answer.stdout)


def test_a_call_that_a_role_does_not_allow_is_told_and_ends_it_with_2(run: Run, inbox: Path, tmp_path: Path) -> None:
    # One text is enough to be told of.
    shutil.rmtree(inbox / "posts/dansolyeoul")
    shutil.rmtree(inbox / "posts/mulmarugyeol/ten-minute-winter-shower")
    project = tmp_path / "project"
    project.mkdir()
    for part in ("functions", "infra", "shared"):
        (project / part).symlink_to(ROOT / part)
    allowed = '[s3:PutObject, s3:GetObject]\n                Resource: !Sub "${InboxBucket.Arn}/reports/*"'
    text = (ROOT / "template.yaml").read_text()
    assert text.count(allowed) == 1
    (project / "template.yaml").write_text(text.replace(allowed, allowed.replace("reports", "elsewhere")))
    answer = run("dev", inbox, "--once", "--at-once", "1", "--template", project / "template.yaml")
    assert answer.exit_code == 2
    assert "function calls, one at a time, deployed from" in answer.stdout
    assert "TROUBLE  ReportFunction may not s3:PutObject on" in answer.stderr
    assert "live" in answer.stdout


def test_the_help_says_that_batches_run_at_once_and_how_to_have_one_at_a_time(run: Run) -> None:
    text = " ".join(run("dev", "--help").stdout.replace("│", " ").split())
    assert "the functions process several batches at the same time" in text
    assert "With --at-once 1 a batch ends before the next begins" in text


def test_an_output_folder_goes_with_once_only(run: Run, inbox: Path, tmp_path: Path) -> None:
    assert run("dev", inbox, "--out", tmp_path / "site").exit_code == 2
