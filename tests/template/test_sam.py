"""The SAM command line takes the template and builds it, without Docker and without an account."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
OURS = {".css", ".html", ".js", ".py", ".typed", ".xml", ".yaml"}


@pytest.fixture(scope="module")
def sam_command(root: Path) -> str:
    """The `sam` of .venv-tools (`make tools`), else the one on PATH."""
    own = root / ".venv-tools/bin/sam"
    found = str(own) if own.exists() else shutil.which("sam")
    if not found:
        pytest.skip("There is no sam here: run `make tools`.")
    return found


@pytest.fixture(scope="module")
def python() -> Path:
    """A folder with a python3.13 that runs: SAM builds for the Lambda runtime with nothing else."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which("python3.13")
    folders = [Path(sys.base_prefix, "bin"), *(Path(each).parent for each in [on_path] if each)]
    folders += [Path("/usr/local/bin"), *sorted(versions.glob("3.13*/bin"), reverse=True)]
    for folder in folders:
        if (folder / "python3.13").exists() and _runs(folder / "python3.13"):
            return folder
    pytest.skip("There is no python3.13 here, which is what Lambda runs and SAM builds with.")


def _runs(python: Path) -> bool:
    """A shim of a version manager is there and does not run."""
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def _run(command: list[str], root: Path, state: Path, *path: Path) -> None:
    environment = os.environ | {
        "PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]]),
        "AWS_DEFAULT_REGION": "us-east-1",
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(state),
    }
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_sam_finds_the_template_valid(sam_command: str, root: Path, tmp_path: Path) -> None:
    _run([sam_command, "validate", "--lint"], root, tmp_path)


def test_sam_builds_functions_and_layers_that_hold_what_they_need_and_no_more(
    sam_command: str, python: Path, root: Path, tmp_path: Path
) -> None:
    # In one place, because SAM keeps there what it needs to download nothing twice.
    built = root / "build/sam/built"
    where = ["--build-dir", str(built), "--cache-dir", str(root / "build/sam/cache")]
    _run([sam_command, "build", "--cached", *where], root, tmp_path, python)
    for verb in ("Publish", "Image", "Relist", "Report"):
        assert _names(built / f"{verb}Function") == {"app.py"}
    assert _names(built / "ImageLayer/python") >= {"pyvips"}
    assert {path.name for path in built.iterdir() if (path / "template.yaml").exists()} == {"Cdn", "Alarms"}
    layer = built / "ColophonLayer/python"
    assert list((built / "ColophonLayer").iterdir()) == [layer], "SAM adds python/ itself"
    assert (layer / "colophon/templates/post.html").exists()
    assert (layer / "colophon/notices/en.yaml").exists()
    assert {path.suffix for path in (layer / "colophon").rglob("*") if path.is_file()} <= OURS
    assert _names(layer) - _installed(layer) == {"colophon", "requirements.txt"}
    assert not any("x86_64" in path.name for path in layer.rglob("*.so")), "the functions run on arm64"


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _installed(layer: Path) -> set[str]:
    """The names at the top of the layer that a requirement brought."""
    records = layer.glob("*.dist-info/RECORD")
    lines = (line for record in records for line in record.read_text(encoding="utf-8").splitlines())
    brought = {line.partition("/")[0].partition(",")[0] for line in lines}
    return brought | {path.name for path in layer.iterdir() if path.name.endswith((".dist-info", ".data"))}
