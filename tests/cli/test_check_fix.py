"""``colophon check --fix``: shown, asked, saved, corrected; and nothing else changed."""

import os
import pty
import stat
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from colophon_ops.errors import Misused
from colophon_ops.fix import run as fix_run
from colophon_ops.fix.run import apply_fixes, plan_fixes
from tests.cli.conftest import ROOT, Run
from tests.small_inbox import SAMPLES

NOW = datetime(2026, 11, 1, tzinfo=UTC)
POST = "posts/mulmarugyeol/hives-in-the-evening"


@pytest.fixture
def spoiled(inbox: Path) -> Path:
    """Each kind of what is mechanical, and its texts as they should become in ``expected``."""
    folder = inbox / POST
    korean, english = (folder / "ko.md").read_text(), (folder / "en.md").read_text()
    (folder / "ko.md").write_bytes(korean.encode("cp949"))
    (folder / "en.md").unlink()
    (folder / "en_US.md").write_bytes(english.replace("\n", "\r\n").replace("title: ", "title:\u00a0", 1).encode())
    (folder / "en_US.md").chmod(0o640)
    picture = (folder / "symptom-diary.png").read_bytes()
    (folder / unicodedata.normalize("NFD", "증상.png")).write_bytes(picture)
    site = inbox / "site.yaml"
    site.write_bytes(site.read_text().encode("utf-16"))
    return inbox


def snapshot(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".colophon" not in path.relative_to(folder).parts)
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
        for path in files
    }


def test_without_a_terminal_it_shows_the_changes_and_changes_nothing(run: Run, spoiled: Path) -> None:
    before = snapshot(spoiled)
    refused = run("check", spoiled, "--fix")
    assert refused.exit_code == 2
    assert "pass --yes to confirm. Nothing was changed." in refused.stderr
    for shown in (
        "rename to en.md",
        "encoding: CP949 (Korean Windows) to UTF-8",
        "encoding: UTF-16 to UTF-8",
        "2 -title:\\xa0Why do hives",
        "2 +title: Why do hives",
        "rename to 증상.png",
        "4 files would be changed as above.",
    ):
        assert shown in refused.stderr
    assert snapshot(spoiled) == before
    assert not (spoiled / ".colophon").exists()


def test_a_check_without_it_names_the_command_if_it_would_help(run: Run, spoiled: Path) -> None:
    answer = run("check", spoiled)
    assert "3 files can be corrected by rule (encoding, blanks or name): colophon check --fix " in answer.stdout
    assert run("check", spoiled, "--fix", "--yes").exit_code == 0
    assert "--fix" not in run("check", spoiled).stdout


def test_what_is_mechanical_is_corrected_and_the_check_is_clean_of_it(run: Run, spoiled: Path) -> None:
    before = snapshot(spoiled)
    answer = run("check", spoiled, "--fix", "--yes")
    assert answer.exit_code == 0, answer.stdout
    after = snapshot(spoiled)
    original = SAMPLES / "inbox"
    assert after["site.yaml"][0] == (original / "site.yaml").read_bytes()
    for name in ("ko.md", "en.md"):
        assert after[f"{POST}/{name}"][0] == (original / POST / name).read_bytes()
    assert stat.S_IMODE(after[f"{POST}/en.md"][1]) == 0o640
    changed = {f"{POST}/en_US.md", f"{POST}/ko.md", "site.yaml", f"{POST}/{unicodedata.normalize('NFD', '증상.png')}"}
    assert {key: value for key, value in after.items() if key in before.keys() - changed} == {
        key: value for key, value in before.items() if key not in changed
    }
    assert after[f"{POST}/증상.png"][2] == before[f"{POST}/{unicodedata.normalize('NFD', '증상.png')}"][2]
    assert after[f"{POST}/ko.md"][2] > before[f"{POST}/ko.md"][2]
    (saved,) = (spoiled / ".colophon/before-fix").iterdir()
    assert snapshot(saved) == {key: before[key] for key in changed} != {}
    again = run("check", spoiled, "--fix", "--yes")
    assert "There is nothing to correct by rule." in again.stderr
    assert snapshot(spoiled) == after


def test_on_a_terminal_it_asks_and_no_changes_nothing(spoiled: Path) -> None:
    before, (keyboard, terminal) = snapshot(spoiled), pty.openpty()
    os.write(keyboard, b"n\n")
    program = [sys.executable, "-c", "from colophon_cli import main; main()", "check", str(spoiled), "--fix"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared")}
    done = subprocess.run(program, stdin=terminal, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Change them? [y/N]" in done.stderr
    assert "Nothing was changed." in done.stderr
    assert snapshot(spoiled) == before


def test_only_what_is_named_is_corrected(run: Run, spoiled: Path) -> None:
    before = snapshot(spoiled)
    run("check", spoiled / POST / "ko.md", "--fix", "--yes")
    after = snapshot(spoiled)
    assert {key for key in after if after[key] != before.get(key)} == {f"{POST}/ko.md"}


def test_what_it_can_not_correct_is_named_with_the_reason_and_stays(run: Run, inbox: Path) -> None:
    folder = inbox / POST
    (folder / "en_US.md").write_bytes((folder / "en.md").read_bytes())
    (folder / "ja.md").write_bytes("---\ntitle: 膝が腫れるのはなぜか\n---\n".encode("euc-jp"))
    before = snapshot(inbox)
    answer = run("check", inbox, "--fix", "--yes")
    assert answer.exit_code == 1
    assert "and there is such a file. Keep one of the two." in answer.stderr
    assert "Save the file as UTF-8" in answer.stderr
    assert snapshot(inbox) == before


def test_a_file_that_changes_after_the_question_is_left(spoiled: Path) -> None:
    plan = plan_fixes([spoiled])
    (spoiled / POST / "en_US.md").write_text("mine")
    with pytest.raises(Misused, match=r"en_US\.md was changed meanwhile"):
        apply_fixes(plan.fixes, NOW)
    assert (spoiled / POST / "en_US.md").read_text() == "mine"


def test_a_write_that_fails_leaves_the_file_whole(spoiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fix_run.os, "fsync", fail)
    before = snapshot(spoiled)
    with pytest.raises(OSError, match="No space left") as failure:
        apply_fixes(plan_fixes([spoiled]).fixes, NOW)
    assert failure.value.filename
    assert snapshot(spoiled) == before


def test_a_link_is_not_written_through(inbox: Path, tmp_path: Path) -> None:
    text = inbox / POST / "ko.md"
    outside = tmp_path / "ko.md"
    outside.write_bytes(text.read_text().encode("cp949"))
    text.unlink()
    text.symlink_to(outside)
    assert plan_fixes([inbox]).fixes == ()


def test_yes_alone_is_refused(run: Run, inbox: Path) -> None:
    refused = run("check", inbox, "--yes")
    assert (refused.exit_code, "--yes belongs to --fix" in refused.stderr) == (2, True)
