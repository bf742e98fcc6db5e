"""``colophon dev --once`` and ``colophon build`` on one folder: the same tree, revisions masked."""

import json
import subprocess
import sys
from pathlib import Path

from tests.emulated.stack_driver import ROOT, SAMPLES
from tests.golden.making import files_of
from tests.revisions import masked


def test_dev_once_and_build_write_the_same_tree(tmp_path: Path) -> None:
    run("dev", str(SAMPLES / "inbox"), "--once", "--out", "A", "--template", str(ROOT / "template.yaml"), cwd=tmp_path)
    run("build", str(SAMPLES / "inbox"), "--out", "B", cwd=tmp_path)
    emulated, made = files_of(tmp_path / "A"), files_of(tmp_path / "B")
    assert emulated.keys() == made.keys()
    assert {outcome["state"] for outcome in json.loads((tmp_path / "B.outcomes.json").read_text())} == {
        "live",
        "withdrawn",
        "superseded",
    }
    assert (tmp_path / "A.outcomes.json").read_text() == (tmp_path / "B.outcomes.json").read_text()
    assert [name for name in made if masked(emulated[name]) != masked(made[name])] == []


def run(*arguments: str, cwd: Path) -> None:
    command = Path(sys.executable).with_name("colophon")
    done = subprocess.run([command, *arguments], cwd=cwd, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
