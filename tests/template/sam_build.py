"""The SAM command line and what it builds, once for all workers of a test run."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def sam(*words: str, path: Path | None = None) -> None:
    """Run ``sam`` in the project's folder, with the folder ``path`` in front of PATH; it must succeed."""
    with tempfile.TemporaryDirectory() as state:
        environment = os.environ | {
            "PATH": os.pathsep.join([*([str(path)] if path else []), os.environ["PATH"]]),
            "AWS_DEFAULT_REGION": "us-east-1",
            "SAM_CLI_TELEMETRY": "0",
            "__SAM_CLI_APP_DIR": state,
        }
        command = [_sam_command(), *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@cache
def sam_built(architecture: str = "arm64") -> Path:
    """The folder that `sam build` made of the project as it is. Skips the test where it can't be built."""
    # In one place, because SAM keeps there what it needs to download nothing twice.
    home = ROOT / "build/sam"
    home.mkdir(parents=True, exist_ok=True)
    built, of_run = home / architecture, home / f"of-run-{architecture}"
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    python = lambda_python()
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not of_run.exists() or of_run.read_text() != run:
            where = ["--build-dir", str(built), "--cache-dir", str(home / f"cache-{architecture}")]
            override = f"ParameterKey=Architecture,ParameterValue={architecture}"
            sam("build", "--cached", *where, "--parameter-overrides", override, path=python.parent)
            of_run.write_text(run)
    return built


@cache
def lambda_python() -> Path:
    """A python3.13 that runs, as SAM needs it to build for Lambda. Skips the test where there is none."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which("python3.13")
    folders = [Path(sys.base_prefix, "bin"), *(Path(each).parent for each in [on_path] if each)]
    folders += [Path("/usr/local/bin"), *sorted(versions.glob("3.13*/bin"), reverse=True)]
    for folder in folders:
        if (folder / "python3.13").exists() and _runs(folder / "python3.13"):
            return folder / "python3.13"
    pytest.skip("There is no python3.13 here, which is what Lambda runs and SAM builds with.")


def _sam_command() -> str:
    """The `sam` of .venv-tools (`make tools`), else the one on PATH."""
    own = ROOT / ".venv-tools/bin/sam"
    found = str(own) if own.exists() else shutil.which("sam")
    if not found:
        pytest.skip("There is no sam here: run `make tools`.")
    return found


def _runs(python: Path) -> bool:
    """A shim of a version manager is there and does not run."""
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
