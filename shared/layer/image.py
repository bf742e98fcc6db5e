"""Builds the image layer: ``python3.13 -m layer.image OUT --machine x86_64``, run in the folder ``infra/image-layer``.

pyvips has no wheel. It is built from the source that ``sources.txt`` pins, by the setuptools that
``build-requirements.txt`` pins, and by nothing else: what runs in the build is what was locked, by hash. Without cffi
among them pyvips compiles nothing, so it does not matter what the build machine has of libvips; its library for Lambda
is in the wheel pyvips-binary.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from layer.byte_code import compile_all
from layer.install import install, install_here, parse_target

_LOCKS = Path()


def main() -> None:
    """Write the layer to ``OUT/python/``. Deletes what was there before."""
    out, machine = parse_target(__doc__)
    layer = out / "python"
    shutil.rmtree(layer, ignore_errors=True)
    install(_LOCKS / "requirements.txt", layer, machine)
    with tempfile.TemporaryDirectory() as place:
        tools, wheels = Path(place, "tools"), Path(place, "wheels")
        install_here(_LOCKS / "build-requirements.txt", tools)
        _build_wheels(_LOCKS / "sources.txt", tools, wheels)
        for wheel in wheels.glob("*.whl"):
            shutil.unpack_archive(wheel, layer, "zip")
    compile_all(layer)


def _build_wheels(sources: Path, tools: Path, wheels: Path) -> None:
    """Ends the program if a source can't be built, or if a wheel holds anything compiled."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--no-deps",
    ]
    command += ["--no-build-isolation", "--no-binary=:all:", "--require-hashes", "--no-cache-dir"]
    environment = os.environ | {"PYTHONPATH": str(tools)}
    done = subprocess.run(  # noqa: S603
        [*command, "--requirement", sources, "--wheel-dir", wheels], env=environment, check=False
    )
    if done.returncode:
        sys.exit(f"pip could not build {sources.name}.")
    compiled = [wheel.name for wheel in wheels.glob("*.whl") if not wheel.stem.endswith("-none-any")]
    if compiled:
        sys.exit(f"These were compiled for this machine, not for Lambda: {', '.join(compiled)}.")


if __name__ == "__main__":
    main()
