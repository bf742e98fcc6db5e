"""Alarms: what was given up on, fell behind, keeps failing or breaks a promise reaches an operator."""

import json
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pytest

from colophon.metrics import DIMENSION, NAMESPACE, MetricName, metric_fields
from colophon.wiring.aws import now
from colophon_emulator.alarms import Metric, Sample, evaluate_alarm, parse_metric
from colophon_emulator.deployment import Deployment
from colophon_emulator.template import read_template

ALARM = "AWS::CloudWatch::Alarm"
# CloudFormation user guide, "Understand CloudFormation quotas".
MOST_RESOURCES, MOST_PARAMETERS = 500, 200
NOON = 100_000_000.0


@pytest.fixture(scope="module")
def alarms(stack: Deployment) -> dict[str, dict[str, Any]]:
    """Each alarm's properties by its name in the template."""
    return {each.logical_id.rpartition("/")[2]: dict(each.properties) for each in stack.of_type(ALARM)}


@pytest.fixture(scope="module")
def watched(alarms: dict[str, dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The properties of the alarms on one metric, by it and by the queue, function or table that it is of."""
    one = (alarm for alarm in alarms.values() if len(alarm.get("Dimensions", [])) == 1)
    return {(alarm["MetricName"], alarm["Dimensions"][0]["Value"]): alarm for alarm in one}


def test_a_message_in_any_last_stop_alarms(stack: Deployment, watched: dict[tuple[str, str], dict[str, Any]]) -> None:
    for queue in stack.of_type("AWS::SQS::Queue"):
        if "RedrivePolicy" not in queue.properties:
            alarm = watched["ApproximateNumberOfMessagesVisible", queue.attributes["QueueName"]]
            assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Maximum", "GreaterThanThreshold")
            assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0, 1)


def test_what_waits_too_long_alarms(stack: Deployment, watched: dict[tuple[str, str], dict[str, Any]]) -> None:
    for queue in stack.of_type("AWS::SQS::Queue"):
        if "RedrivePolicy" in queue.properties:
            assert ("ApproximateAgeOfOldestMessage", queue.attributes["QueueName"]) in watched
    streams = (each for each in stack.of_type("AWS::Lambda::EventSourceMapping") if "stream/" in _source(each))
    readers = {each.properties["FunctionName"] for each in streams}
    assert readers
    for function in readers:
        assert ("IteratorAge", function) in watched


def _source(mapping: Any) -> str:
    return str(mapping.properties["EventSourceArn"])


def test_every_function_alarms_when_it_keeps_failing_or_is_throttled(
    stack: Deployment, alarms: dict[str, dict[str, Any]], watched: dict[tuple[str, str], dict[str, Any]]
) -> None:
    filters = {each.properties["LogGroupName"]: each.properties for each in stack.of_type("AWS::Logs::MetricFilter")}
    for function in stack.of_type("AWS::Lambda::Function"):
        assert watched["Errors", function.ref]["EvaluationPeriods"] > 1, "one failed call heals by itself"
        assert ("Throttles", function.ref) in watched
        (made,) = filters[function.properties["LoggingConfig"]["LogGroup"]]["MetricTransformations"]
        logged = Metric(made["MetricNamespace"], made["MetricName"])
        assert any(parse_metric(alarm) == logged for alarm in alarms.values() if "MetricName" in alarm)


def test_every_metric_of_the_functions_is_watched_or_drawn(
    stack: Deployment, alarms: dict[str, dict[str, Any]]
) -> None:
    ours = {
        name: metric
        for alarm in alarms.values()
        if alarm.get("Namespace") == NAMESPACE
        for name, metric in [_own(alarm)]
    }
    drawn = {row[1] for widget in _widgets(stack) for row in widget["metrics"] if row[0] == NAMESPACE}
    assert drawn | ours.keys() == set(get_args(MetricName))
    for name, metric in ours.items():
        fields: Any = metric_fields({name: 1.0}, "colophon", now())
        (directive,) = fields["_aws"]["CloudWatchMetrics"]
        assert metric == Metric(directive["Namespace"], directive["Metrics"][0]["Name"], ((DIMENSION, "colophon"),))


def _own(alarm: dict[str, Any]) -> tuple[Any, Metric]:
    return alarm["MetricName"], parse_metric(alarm)


def _widgets(stack: Deployment) -> list[dict[str, Any]]:
    (dashboard,) = stack.of_type("AWS::CloudWatch::Dashboard")
    return [widget["properties"] for widget in json.loads(dashboard.properties["DashboardBody"])["widgets"]]


def test_each_alarm_fires_at_its_threshold_and_is_over_below_it(alarms: dict[str, dict[str, Any]]) -> None:
    for name, alarm in alarms.items():
        step = 1 if alarm["ComparisonOperator"] == "GreaterThanThreshold" else -1
        beyond = _samples(alarm, float(alarm["Threshold"]) + step)
        assert evaluate_alarm(alarm, beyond, NOON, quota=100) == "ALARM", name
        within = _samples(alarm, float(alarm["Threshold"]))
        assert evaluate_alarm(alarm, within, NOON, quota=100) == "OK", name


def _samples(alarm: dict[str, Any], value: float) -> list[Sample]:
    """One sample of the first metric of ``alarm`` in each of its periods."""
    stat = next((each["MetricStat"] for each in alarm.get("Metrics", []) if "MetricStat" in each), None)
    metric, period = (parse_metric(stat["Metric"]), stat["Period"]) if stat else (parse_metric(alarm), alarm["Period"])
    return [Sample(metric, NOON - number * period, value) for number in range(alarm["EvaluationPeriods"])]


def test_silence_alarms_only_where_there_must_be_a_sign_of_life(alarms: dict[str, dict[str, Any]]) -> None:
    silent = {name for name, alarm in alarms.items() if evaluate_alarm(alarm, [], NOON) != "OK"}
    assert silent == {"SweepNotRunning"}


def test_every_alarm_says_what_to_do_and_is_told_to_be_over(
    stack: Deployment, alarms: dict[str, dict[str, Any]]
) -> None:
    (topic,) = stack.of_type("AWS::SNS::Topic")
    for name, alarm in alarms.items():
        assert alarm["AlarmDescription"].endswith("."), name
        assert (alarm["AlarmActions"], alarm["OKActions"]) == ([topic.ref], [topic.ref]), name


def test_addresses_are_mailed_and_without_one_no_mail_is_sent(stack: Deployment, own_domain: Deployment) -> None:
    nothing, topic = (each.resources["Alarms/AlarmTopic"] for each in (stack, own_domain))
    assert nothing.properties["Subscription"] == []
    assert topic.properties["Subscription"] == [
        {"Protocol": "email", "Endpoint": "night.watch@example.com"},
        {"Protocol": "email", "Endpoint": "day.watch@example.com"},
    ]


def test_a_budget_needs_an_amount_and_an_address(stack: Deployment, own_domain: Deployment) -> None:
    assert list(stack.of_type("AWS::Budgets::Budget")) == []
    (budget,) = own_domain.of_type("AWS::Budgets::Budget")
    assert budget.properties["Budget"]["BudgetLimit"] == {"Amount": 40, "Unit": "USD"}
    (notice,) = budget.properties["NotificationsWithSubscribers"]
    assert [each["Address"] for each in notice["Subscribers"]] == ["night.watch@example.com", "day.watch@example.com"]


def test_the_dashboard_draws_every_queue_and_function(stack: Deployment) -> None:
    (dashboard,) = stack.of_type("AWS::CloudWatch::Dashboard")
    body = dashboard.properties["DashboardBody"]
    drawn = [queue.attributes["QueueName"] for queue in stack.of_type("AWS::SQS::Queue")]
    drawn += [function.ref for function in stack.of_type("AWS::Lambda::Function")]
    assert all(f'"{name}"' in body for name in drawn)


def test_the_picture_of_the_dashboard_shows_it_as_it_is_now(root: Path, stack: Deployment) -> None:
    """``make dashboard`` draws it again."""
    picture = root / "infra/dashboard.svg"
    texts = {text.text for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")}
    labels = {row[-1]["label"] for widget in _widgets(stack) for row in widget["metrics"]}
    assert labels | {widget["title"] for widget in _widgets(stack)} <= texts
    assert picture.stat().st_size < 200_000


def test_the_nested_stack_is_far_from_the_limits(root: Path) -> None:
    template = read_template(root / "infra/alarms.yaml")
    assert len(template["Resources"]) < MOST_RESOURCES / 2
    assert len(template["Parameters"]) < MOST_PARAMETERS / 2


@pytest.mark.parametrize(("metric", "value"), [("5xxErrorRate", 6.0), ("FunctionExecutionErrors", 1.0)])
def test_alarms_at_the_edge_fire(root: Path, metric: str, value: float) -> None:
    template = read_template(root / "infra/edge-alarms.yaml")
    found = [each["Properties"] for each in template["Resources"].values() if each["Type"] == ALARM]
    matching = [alarm for alarm in found if alarm["MetricName"] == metric]
    assert matching
    for alarm in matching:
        plain = {
            **alarm,
            "Dimensions": [{"Name": each["Name"], "Value": str(each["Value"])} for each in alarm["Dimensions"]],
        }
        assert {"Name": "Region", "Value": "Global"} in plain["Dimensions"]
        assert evaluate_alarm(plain, _samples(plain, value), NOON) == "ALARM"
        assert evaluate_alarm(plain, _samples(plain, 0), NOON) == "OK"
