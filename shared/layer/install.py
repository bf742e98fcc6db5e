"""Installs the locked requirements for another machine, from wheels only: no code of a package runs in the build."""

import argparse
import platform
import subprocess
import sys
from pathlib import Path

from layer.byte_code import PYTHON

# Lambda's Python 3.13 runs on Amazon Linux 2023, whose glibc is 2.34 (AWS Lambda Developer Guide, "Lambda runtimes").
_GLIBC = ("manylinux_2_28", "manylinux2014")
MACHINES = ("aarch64", "x86_64")


def install(lock: Path, layer: Path, machine: str) -> None:
    """Install the requirements in ``lock`` into the folder ``layer``, for this version of CPython on ``machine``.

    Wheels come from the index that pip is configured for, and each must match a hash in ``lock``. If pip fails, it
    prints why, and the program ends.
    """
    version = f"--python-version={sys.version_info[0]}.{sys.version_info[1]}"
    platforms = [f"--platform={glibc}_{machine}" for glibc in _GLIBC]
    _pip_install(lock, layer, ["--implementation=cp", version, *platforms], machine)


def install_here(lock: Path, folder: Path) -> None:
    """The same for this machine: what a build itself needs."""
    _pip_install(lock, folder, [], "this machine")


def _pip_install(lock: Path, folder: Path, options: list[str], machine: str) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-user", "--no-deps", "--no-compile", "--require-hashes", "--only-binary=:all:", *options]
    done = subprocess.run([*command, "--target", folder, "--requirement", lock], check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"pip could not install {lock.name} for {machine}.")


def parse_target(description: str | None) -> tuple[Path, str]:
    """The folder and the machine of the command line. Ends the program if this is not Lambda's Python."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--machine", choices=MACHINES, default="aarch64", help="the architecture of the functions")
    options = arguments.parse_args()
    if sys.version_info[:2] != PYTHON:
        running = platform.python_version()
        sys.exit(f"The layer's byte-code is for Python {PYTHON[0]}.{PYTHON[1]}; this is {running}.")
    return options.out.resolve(), options.machine
