"""cfn-lint has nothing to say, of what is written and of what SAM makes of it."""

import json
from pathlib import Path

import pytest
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from colophon_emulator.template import transform_template


def _findings(path: Path) -> list[str]:
    found = lint_file(path, config=ManualArgs(regions=["us-east-1", "ap-northeast-2"]))
    return [f"{match.rule.id} line {match.linenumber}: {match.message}" for match in found]


@pytest.mark.parametrize("name", ["template.yaml", "infra/cdn.yaml", "infra/alarms.yaml", "infra/edge-alarms.yaml"])
def test_cfn_lint_finds_nothing_in_what_is_written(root: Path, name: str) -> None:
    assert _findings(root / name) == []


def test_every_template_is_linted(root: Path) -> None:
    names = sorted(path.name for path in (root / "infra").glob("*.yaml"))
    assert names == ["alarms.yaml", "cdn.yaml", "edge-alarms.yaml"]


def test_cfn_lint_finds_nothing_in_what_sam_makes_of_it(root: Path, tmp_path: Path) -> None:
    (tmp_path / "infra").symlink_to(root / "infra")
    plain = tmp_path / "template.json"
    plain.write_text(json.dumps(transform_template(root / "template.yaml")))
    assert _findings(plain) == []
