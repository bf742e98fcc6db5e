"""The template as it would be deployed: every function of it resolved, nested stacks included."""

from pathlib import Path
from typing import Any

import pytest

from colophon_emulator.deploy import deploy
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.engine import run_moto
from colophon_emulator.template import read_template

ROOT = Path(__file__).parents[2]
OWN_DOMAIN = {
    "SiteDomain": "posts.example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
    "AlarmEmail": "night.watch@example.com,day.watch@example.com",
    "MonthlyBudget": "40",
    "Architecture": "x86_64",
    "InboxBucketName": "posts-of-an-earlier-stack",
    "Lanes": "3",
    "PriceClass": "PriceClass_100",
    "ReportTopic": "yes",
    "Rollout": "AllAtOnce",
    "WebAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/readers/11111111-2222-3333-4444-555555555555",
}


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sam() -> dict[str, Any]:
    """template.yaml as it is written."""
    return read_template(ROOT / "template.yaml")


@pytest.fixture(scope="session")
def stack() -> Deployment:
    """The stack without any parameter given."""
    with run_moto():
        return deploy(ROOT / "template.yaml", {}, "colophon")


@pytest.fixture(scope="session")
def own_domain() -> Deployment:
    """The stack with every parameter given."""
    with run_moto():
        return deploy(ROOT / "template.yaml", OWN_DOMAIN, "colophon")


@pytest.fixture(scope="session")
def functions(stack: Deployment) -> dict[str, Resource]:
    """The functions by their verb."""
    return {Path(function.local_path).name: function for function in stack.of_type("AWS::Lambda::Function")}


@pytest.fixture(scope="session")
def mappings(stack: Deployment, functions: dict[str, Resource]) -> dict[str, Resource]:
    """The event source mappings by their function's verb; that of a second one is told by its name in the template."""
    verbs = {function.logical_id: verb for verb, function in functions.items()}
    found: dict[str, Resource] = {}
    for each in stack.of_type("AWS::Lambda::EventSourceMapping"):
        function = stack.find_function(each.properties["FunctionName"])
        assert function is not None
        verb = verbs[function.logical_id]
        second = next((name for name in ("Listings", "Slow") if each.logical_id.endswith(name)), "")
        found[f"{verb} {second.lower()}" if second else verb] = each
    return found
