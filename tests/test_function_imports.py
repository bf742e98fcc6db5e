"""What the functions do when Lambda imports them, each in a process as fresh as a new sandbox."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Imports the function twice, as two of the emulator's in one process.
_IMPORT_TWICE = """
import gc, json, sys
from importlib.util import module_from_spec, spec_from_file_location

runs, frozen = [], []
gc.collect()
gc.callbacks.append(lambda phase, _: runs.append(phase))
for name in ("first", "second"):
    spec = spec_from_file_location(name, sys.argv[1])
    spec.loader.exec_module(module_from_spec(spec))
    frozen.append(gc.get_freeze_count())
print(json.dumps({"runs": runs, "frozen": frozen, "is_enabled": gc.isenabled()}))
"""


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("functions/*/app.py")))
def test_the_garbage_collector_rests_while_a_function_imports_and_never_looks_at_that(name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "shared"), "AWS_DEFAULT_REGION": "ap-northeast-2"}
    line = [sys.executable, "-c", _IMPORT_TWICE, str(ROOT / "functions" / name / "app.py")]
    found = json.loads(subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout)
    assert found["runs"] == []
    assert found["is_enabled"]
    first, second = found["frozen"]
    assert first > 10_000
    # What one function left behind is not kept for ever when the next one is imported.
    assert second == first
