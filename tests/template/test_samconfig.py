"""Each environment of samconfig.toml is a stack of its own, with parameters that the template takes."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from colophon_emulator.resolve import resolve_parameters

ROOT = Path(__file__).parents[2]
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ("default", "staging", "production")


def test_there_is_one_for_a_first_stack_one_for_trying_and_one_for_readers() -> None:
    assert set(CONFIG) - {"version"} == set(ENVIRONMENTS)


def test_each_has_a_stack_of_its_own() -> None:
    names = [CONFIG[name]["deploy"]["parameters"]["stack_name"] for name in ENVIRONMENTS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_it_may_make_roles_and_nested_stacks_and_names_no_bucket_of_anyone(name: str) -> None:
    deploy = CONFIG[name]["deploy"]["parameters"]
    assert deploy["capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    assert deploy["resolve_s3"] is True
    assert "s3_bucket" not in deploy


@pytest.mark.parametrize("name", ["staging", "production"])
def test_build_and_deploy_are_given_the_same_parameters_and_the_template_takes_them(
    name: str, sam: dict[str, Any]
) -> None:
    overrides = CONFIG[name]["global"]["parameters"]["parameter_overrides"]
    given = dict(each.split("=", 1) for each in overrides)
    assert "Architecture" in given
    values = resolve_parameters(sam, given, name)
    assert {key: str(values[key]) for key in given} == given
    assert not any("parameter_overrides" in CONFIG[name][command]["parameters"] for command in ("build", "deploy"))
