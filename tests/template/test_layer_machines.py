"""Each architecture that the template allows has a makefile, which builds both layers for the machine of that name."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from layer.install import MACHINES
from tests.template.sam_build import ROOT

# Lambda's name for the architecture, and the one that wheels have.
MACHINE_OF = {"arm64": "aarch64", "x86_64": "x86_64"}


def _makefile(architecture: str) -> Path:
    return ROOT / "shared/layer" / architecture / "Makefile"


def test_there_is_one_for_each_architecture_of_the_template(sam: dict[str, Any]) -> None:
    allowed = sam["Parameters"]["Architecture"]["AllowedValues"]
    made = sorted(path.parent.name for path in (ROOT / "shared/layer").glob("*/Makefile"))
    assert sorted(allowed) == sorted(MACHINE_OF) == made
    assert set(MACHINE_OF.values()) == set(MACHINES)


@pytest.mark.parametrize(("layer", "module"), [("ColophonLayer", "layer"), ("ImageLayer", "layer.image")])
@pytest.mark.parametrize("architecture", MACHINE_OF)
def test_it_builds_a_layer_for_its_machine(layer: str, module: str, architecture: str) -> None:
    command = ["make", "--dry-run", "--makefile", _makefile(architecture), f"build-{layer}", "ARTIFACTS_DIR=/artifacts"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f'-m {module} "/artifacts" --machine "{MACHINE_OF[architecture]}"' in done.stdout
