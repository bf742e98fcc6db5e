"""Whatever checkov may not ask for has its reason beside it. `make lint-infra` runs checkov itself."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from colophon_emulator.template import transform_template
from tests.template.transformed import ROOT, read_templates, resources
from tests.tools.checkov_templates import CONFIG, TEMPLATES, write_templates

WORDS_OF_A_REASON = 6


def _skips() -> list[tuple[str, dict[str, Any]]]:
    templates = {**read_templates(), "Edge": transform_template(ROOT / "infra/edge-alarms.yaml")}
    return [
        (logical_id, skip)
        for _, logical_id, resource in resources(templates)
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]


@pytest.mark.parametrize(("logical_id", "skip"), _skips(), ids=[f"{name}-{skip['id']}" for name, skip in _skips()])
def test_a_skip_of_one_resource_says_why(logical_id: str, skip: dict[str, Any]) -> None:
    assert set(skip) == {"id", "comment"}
    assert len(skip["comment"].split()) >= WORDS_OF_A_REASON, logical_id


def test_a_skip_everywhere_has_its_reason_above_it() -> None:
    lines = CONFIG.read_text().splitlines()
    skipped = yaml.load(CONFIG.read_text(), Loader=yaml.CSafeLoader)["skip-check"]
    for check in skipped:
        above = lines[lines.index(f"  - {check}") - 1]
        assert re.match(r"  # .+\.$", above), check


def test_no_check_is_skipped_in_both_places() -> None:
    everywhere = set(yaml.load(CONFIG.read_text(), Loader=yaml.CSafeLoader)["skip-check"])
    assert everywhere.isdisjoint(skip["id"] for _, skip in _skips())


def test_checkov_gets_every_template_with_its_skips(tmp_path: Path) -> None:
    write_templates(tmp_path)
    assert {path.stem for path in tmp_path.iterdir()} == {path.stem for path in TEMPLATES}
    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert text.count('"comment"') == len(_skips()) > 0
    assert "AWS::Serverless" not in text
