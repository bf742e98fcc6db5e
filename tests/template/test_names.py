"""No resource of the transformed templates has a literal name: a second stack in the same account would not deploy."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.template.transformed import Templates, depends_on_stack, put, read_templates, resources

# Properties called so that give a resource no name, each with the reason.
NO_NAMES = {
    ("AWS::CloudWatch::Alarm", "MetricName"): "names what is watched",
    ("AWS::CodeDeploy::DeploymentGroup", "DeploymentConfigName"): "AWS's own",
    ("AWS::Lambda::Alias", "Name"): "unique to its function",
}


def _name_paths(templates: Templates) -> Iterator[tuple[str, str, Any]]:
    """Stack, path and value of every property that names a resource.

    Some types have their name within one property: CloudFront's in ...Config, a budget's in Budget.
    """
    for stack, logical_id, resource in resources(templates):
        for key, value in resource.get("Properties", {}).items():
            path = f"{logical_id}/Properties/{key}"
            if key.endswith("Name") and (resource["Type"], key) not in NO_NAMES:
                yield stack, path, value
            inner = value if isinstance(value, dict) else {}
            for name in ("Name", f"{resource['Type'].rpartition('::')[2]}Name"):
                if name in inner:
                    yield stack, f"{path}/{name}", inner[name]


def literal_names(templates: Templates) -> list[str]:
    return [
        f"{stack}:{path}"
        for stack, path, value in _name_paths(templates)
        if not depends_on_stack(value, templates, stack)
    ]


def test_no_name_is_literal() -> None:
    assert literal_names(read_templates()) == []


def test_the_schedule_has_no_name_at_all() -> None:
    """SAM would give it one, of the event's and the function's (event_sources of its source), without OmitName."""
    (schedule,) = (each for _, _, each in resources(read_templates(), "AWS::Scheduler::Schedule"))
    assert "Name" not in schedule["Properties"]


@pytest.mark.parametrize(("stack", "path"), [each[:2] for each in _name_paths(read_templates())])
def test_a_literal_name_in_any_place_is_found(stack: str, path: str) -> None:
    broken = read_templates()
    put(f"{stack}:{path}", "the-same-everywhere")(broken)
    assert literal_names(broken) == [f"{stack}:{path}"]


@pytest.mark.parametrize("value", ["SweepFunctionEveryMinute", {"Fn::Sub": "every-minute-${AWS::Region}"}])
def test_a_schedule_with_a_name_of_its_own_is_found(value: Any) -> None:
    broken = read_templates()
    put("SweepFunctionEveryMinute/Properties/Name", value)(broken)
    assert literal_names(broken) == [":SweepFunctionEveryMinute/Properties/Name"]


def test_a_literal_name_within_a_property_is_found() -> None:
    broken = read_templates()
    budget = {"Type": "AWS::Budgets::Budget", "Properties": {"Budget": {"BudgetName": "colophon"}}}
    broken["Alarms"]["Resources"]["Costs"] = budget
    assert literal_names(broken) == ["Alarms:Costs/Properties/Budget/BudgetName"]


def test_a_literal_that_a_nested_stack_is_given_is_found() -> None:
    broken = read_templates()
    put("Alarms/Properties/Parameters/SiteStack", "colophon")(broken)
    assert "Alarms:Dashboard/Properties/DashboardName" in literal_names(broken)


def test_every_exception_is_in_the_templates() -> None:
    found = {(each["Type"], key) for _, _, each in resources(read_templates()) for key in each.get("Properties", {})}
    assert NO_NAMES.keys() <= found
