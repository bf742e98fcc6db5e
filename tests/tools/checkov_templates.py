"""Runs checkov over the templates as SAM's transform makes them: ``make lint-infra``. Fails if it finds anything.

``python -m tests.tools.checkov_templates CHECKOV`` with the path of the program.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from colophon_emulator.template import transform_template

ROOT = Path(__file__).parents[2]
TEMPLATES = (ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml")))
CONFIG = ROOT / "tests/tools/checkov.yaml"


def write_templates(folder: Path) -> None:
    """Each template, transformed, as a JSON file in ``folder``."""
    for path in TEMPLATES:
        text = json.dumps(transform_template(path), indent=1)
        (folder / path.name).with_suffix(".json").write_text(text)


def run_checkov(checkov: str, folder: Path) -> int:
    command = [checkov, "--config-file", str(CONFIG), "--directory", str(folder)]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        write_templates(Path(place))
        sys.exit(run_checkov(sys.argv[1], Path(place)))
