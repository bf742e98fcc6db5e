"""Installs the locked requirements for another machine, from wheels only: no code of a package runs in the build."""

import subprocess
import sys
from pathlib import Path

# Lambda's Python 3.13 runs on Amazon Linux 2023, whose glibc is 2.34 (AWS Lambda Developer Guide, "Lambda runtimes").
_GLIBC = ("manylinux_2_28", "manylinux2014")
MACHINES = ("aarch64", "x86_64")


def install(lock: Path, layer: Path, machine: str) -> None:
    """Install the requirements in ``lock`` into the folder ``layer``, for this version of CPython on ``machine``.

    Wheels come from the index that pip is configured for, and each must match a hash in ``lock``. If pip fails, it
    prints why, and the program ends.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += [
        "--no-user",
        "--no-deps",
        "--no-compile",
        "--require-hashes",
        "--only-binary=:all:",
        "--implementation=cp",
    ]
    command += [f"--python-version={sys.version_info[0]}.{sys.version_info[1]}"]
    command += [f"--platform={glibc}_{machine}" for glibc in _GLIBC]
    done = subprocess.run([*command, "--target", layer, "--requirement", lock], check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"pip could not install {lock.name} for {machine}.")
