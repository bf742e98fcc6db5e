"""What SAM takes for a new version of publish: its transform decides by hashes of what it is given."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from colophon_emulator.template import read_template, transform_template

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def packaged() -> dict[str, Any]:
    """template.yaml as `sam package` leaves it: code and layers are in a bucket, under a hash of their content."""
    template = read_template(ROOT / "template.yaml")
    for name, resource in template["Resources"].items():
        for uri in ("CodeUri", "ContentUri"):
            if uri in resource.get("Properties", {}):
                resource["Properties"][uri] = f"s3://packages/{name}-1"
    return template


def _version(template: dict[str, Any], place: Path, parameters: dict[str, str] | None = None) -> str:
    """The logical id of the version that the alias of publish points to. A new one is a new version."""
    path = place / "template.yaml"
    path.write_text(json.dumps(template))
    found = transform_template(path, parameters)["Resources"]
    version: str = found["PublishFunctionAliaslive"]["Properties"]["FunctionVersion"]["Fn::GetAtt"][0]
    assert found[version]["Type"] == "AWS::Lambda::Version"
    return version


def test_the_same_code_is_the_same_version(packaged: dict[str, Any], tmp_path: Path) -> None:
    assert _version(packaged, tmp_path) == _version(packaged, tmp_path)


@pytest.mark.parametrize(
    ("resource", "name", "value"),
    [
        ("ColophonLayer", "ContentUri", "s3://packages/ColophonLayer-2"),
        ("PublishFunction", "CodeUri", "s3://packages/PublishFunction-2"),
        ("PublishFunction", "MemorySize", 1769),
        ("PublishFunction", "Timeout", 90),
    ],
)
def test_a_change_of_code_layer_or_configuration_alone_publishes_a_version(
    packaged: dict[str, Any], tmp_path: Path, resource: str, name: str, value: Any
) -> None:
    changed = copy.deepcopy(packaged)
    changed["Resources"][resource]["Properties"][name] = value
    assert _version(changed, tmp_path) != _version(packaged, tmp_path)


@pytest.mark.parametrize(
    ("resource", "name"),
    [("ColophonLayer", "PublishLambdaVersion"), ("PublishFunction", "AutoPublishAliasAllProperties")],
)
def test_without_either_property_a_change_of_the_layer_publishes_none(
    packaged: dict[str, Any], tmp_path: Path, resource: str, name: str
) -> None:
    """Why they are there: the new layer would go to $LATEST, which nothing calls."""
    broken = copy.deepcopy(packaged)
    del broken["Resources"][resource]["Properties"][name]
    changed = copy.deepcopy(broken)
    changed["Resources"]["ColophonLayer"]["Properties"]["ContentUri"] = "s3://packages/ColophonLayer-2"
    assert _version(changed, tmp_path) == _version(broken, tmp_path)


def test_layers_of_another_function_publish_none(packaged: dict[str, Any], tmp_path: Path) -> None:
    changed = copy.deepcopy(packaged)
    changed["Resources"]["ImageLayer"]["Properties"]["ContentUri"] = "s3://packages/ImageLayer-2"
    assert _version(changed, tmp_path) == _version(packaged, tmp_path)


def test_nothing_that_is_in_no_version_changes_by_itself(packaged: dict[str, Any]) -> None:
    """Lambda refuses to publish a version that is equal to the last, and the deployment fails (SAM's issue 3281)."""
    defaults = packaged["Globals"]["Function"]
    assert "Tags" not in packaged["Resources"]["PublishFunction"]["Properties"].keys() | defaults.keys()


def test_no_parameter_but_the_processor_is_a_property_of_publish(packaged: dict[str, Any]) -> None:
    """The value of a parameter is in no hash (SAM's issue 3820). With another processor the layer is another, too."""
    defaults = packaged["Globals"]["Function"]
    text = json.dumps([packaged["Resources"]["PublishFunction"]["Properties"], defaults])
    referred = [name for name in packaged["Parameters"] if f'{{"Ref": "{name}"}}' in text]
    # Lanes are those of the event sources, Rollout that of the deployment group.
    assert referred == ["Architecture", "Lanes", "Rollout"]
