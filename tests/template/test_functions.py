"""The functions: what they are told, where they log, what they run on."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.session import Session

from colophon.settings import Settings
from colophon.wiring.log import make_log
from colophon.wiring.pages import make_image_clients, make_publish_clients, make_report_clients
from colophon.wiring.upkeep import make_purge_client, make_relist_clients, make_sweep_clients
from colophon_emulator.deployment import Deployment, Resource

VERBS = ["publish", "image", "relist", "report", "sweep", "purge"]
WIRED: dict[str, Callable[[Settings], object]] = {
    "publish": make_publish_clients,
    "image": make_image_clients,
    "report": make_report_clients,
    "relist": make_relist_clients,
    "sweep": make_sweep_clients,
    "purge": make_purge_client,
}
# Read by no code of ours.
OTHERS = {"PYDANTIC_DISABLE_PLUGINS"}


class Told(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def test_there_is_a_function_for_every_verb(root: Path, functions: dict[str, Resource]) -> None:
    folders = {path.parent.name for path in (root / "functions").glob("*/app.py")}
    assert set(functions) == folders == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_a_function_is_told_what_it_asks_for_and_nothing_else(
    functions: dict[str, Resource], monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    variables: dict[str, str] = functions[verb].properties["Environment"]["Variables"]
    told = Told({name: value for name, value in variables.items() if name not in OTHERS})
    WIRED[verb](Settings(told))
    make_log(Settings(told))
    assert told.asked == set(told)


@pytest.mark.parametrize("verb", VERBS)
def test_a_function_runs_on_arm_with_its_layers_and_keeps_its_log_for_a_time(
    stack: Deployment, functions: dict[str, Resource], verb: str
) -> None:
    properties = functions[verb].properties
    # SAM puts a hash of the content after a layer's name.
    layers = {layer.ref: layer.logical_id[:-10] for layer in stack.of_type("AWS::Lambda::LayerVersion")}
    carried = {"ColophonLayer", "ImageLayer"} if verb == "image" else {"ColophonLayer"}
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == ["arm64"]
    assert properties["Handler"] == "app.handler"
    assert sorted(layers[ref] for ref in properties["Layers"]) == sorted(carried)
    logs = {log.ref: log.properties["RetentionInDays"] for log in stack.of_type("AWS::Logs::LogGroup")}
    assert int(logs[properties["LoggingConfig"]["LogGroup"]]) == 30


@pytest.mark.parametrize("verb", VERBS)
def test_a_call_without_an_answer_ends_before_its_function(
    functions: dict[str, Resource], monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Else one slow answer takes the whole batch with it, and nothing is logged."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made = []
    create = Session.create_client

    def remember(session: Session, *arguments: Any, **named: Any) -> Any:
        made.append(create(session, *arguments, **named))
        return made[-1]

    monkeypatch.setattr(Session, "create_client", remember)
    WIRED[verb](Settings(functions[verb].properties["Environment"]["Variables"]))
    assert made
    for client in made:
        config = client.meta.config
        attempts = config.retries["total_max_attempts"]
        # Standard mode waits less than 1, 2, 4, ... seconds between attempts (boto3's guide, "Retries").
        waits = sum(2**retry for retry in range(attempts - 1))
        longest = attempts * (config.connect_timeout + config.read_timeout) + waits
        assert longest < functions[verb].properties["Timeout"], client.meta.service_model.service_name


def test_every_parameter_says_what_it_is_for(sam: dict[str, Any]) -> None:
    interface = sam["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(sam["Parameters"]) == sorted(interface["ParameterLabels"])
    assert all(len(parameter["Description"]) > 40 for parameter in sam["Parameters"].values())


def test_an_operator_finds_what_the_commands_need(stack: Deployment) -> None:
    wanted = {"InboxBucket", "SiteBucket", "SiteUrl", "DistributionDomain", "DistributionId", "Table"}
    names = ("Intake", "Slow", "Image", "Listing", "Purge")
    queues = {f"{name}{kind}Url" for name in names for kind in ("Queue", "DeadQueue")}
    people = {f"{name}PolicyArn" for name in ("Uploader", "ClinicUploader", "Editor", "Operator", "Eraser")}
    watching = {"AlarmTopic", "EdgeAlarmParameters"}
    assert wanted | queues | people | watching == set(stack.outputs)
