"""Alarms: whatever was given up on, fell behind or keeps failing wakes somebody, if anybody is to be woken."""

import json
from typing import Any

import pytest

from colophon.wiring.aws import count_without_room
from colophon_emulator.deployment import Deployment


@pytest.fixture(scope="module")
def watched(stack: Deployment) -> dict[tuple[str, str], dict[str, Any]]:
    """Each alarm's properties by metric and by the queue or function that it watches."""
    return {
        (alarm.properties["MetricName"], alarm.properties["Dimensions"][0]["Value"]): dict(alarm.properties)
        for alarm in stack.of_type("AWS::CloudWatch::Alarm")
        if "Dimensions" in alarm.properties
    }


def test_a_message_in_any_last_stop_alarms(stack: Deployment, watched: dict[tuple[str, str], dict[str, Any]]) -> None:
    for queue in stack.of_type("AWS::SQS::Queue"):
        if "RedrivePolicy" not in queue.properties:
            alarm = watched["ApproximateNumberOfMessagesVisible", queue.attributes["QueueName"]]
            assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Maximum", "GreaterThanThreshold")
            assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0, 1)


def test_what_waits_too_long_alarms(stack: Deployment, watched: dict[tuple[str, str], dict[str, Any]]) -> None:
    for queue in ("IntakeQueue", "ImageQueue", "PurgeQueue"):
        assert ("ApproximateAgeOfOldestMessage", stack.resources[queue].attributes["QueueName"]) in watched
    for function in ("RelistFunction", "ReportFunction"):
        assert ("IteratorAge", stack.resources[function].ref) in watched


def test_a_function_that_keeps_failing_alarms(
    stack: Deployment, watched: dict[tuple[str, str], dict[str, Any]]
) -> None:
    for function in stack.of_type("AWS::Lambda::Function"):
        assert watched["Errors", function.ref]["EvaluationPeriods"] > 1, "one failed call heals by itself"


def test_a_post_without_room_alarms_by_the_metric_that_the_functions_log(
    stack: Deployment, watched: dict[tuple[str, str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    table = stack.resources["IndexTable"].ref
    count_without_room(table, "posts/a/b/c.jpg")
    logged = json.loads(capsys.readouterr().out)
    (metric,) = logged["_aws"]["CloudWatchMetrics"]
    (name,) = (each["Name"] for each in metric["Metrics"])
    assert (logged[name], logged["key"]) == (1, "posts/a/b/c.jpg")
    alarm = watched[name, table]
    assert alarm["Namespace"] == metric["Namespace"]
    assert {each["Name"]: each["Value"] for each in alarm["Dimensions"]} == {
        dimension: logged[dimension] for dimension in metric["Dimensions"][0]
    }
    assert (alarm["Statistic"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("Sum", 0, 1)


def test_silence_is_no_alarm_and_every_alarm_says_what_to_do(
    watched: dict[tuple[str, str], dict[str, Any]],
) -> None:
    for alarm in watched.values():
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["AlarmDescription"].endswith(".")


def test_an_address_is_mailed_and_without_one_nobody_is(stack: Deployment, own_domain: Deployment) -> None:
    assert list(stack.of_type("AWS::SNS::Topic")) == []
    assert not any("AlarmActions" in alarm.properties for alarm in stack.of_type("AWS::CloudWatch::Alarm"))
    (topic,) = own_domain.of_type("AWS::SNS::Topic")
    subscriptions = topic.properties["Subscription"]
    assert {each["Protocol"] for each in subscriptions} == {"email"}
    assert [each["Endpoint"] for each in subscriptions] == ["night.watch@example.com", "day.watch@example.com"]
    for alarm in own_domain.of_type("AWS::CloudWatch::Alarm"):
        assert alarm.properties["AlarmActions"] == [topic.ref]


def test_the_dashboard_draws_every_queue_and_function(stack: Deployment) -> None:
    (dashboard,) = stack.of_type("AWS::CloudWatch::Dashboard")
    body = dashboard.properties["DashboardBody"]
    drawn = [queue.attributes["QueueName"] for queue in stack.of_type("AWS::SQS::Queue")]
    drawn += [function.ref for function in stack.of_type("AWS::Lambda::Function")]
    assert all(f'"{name}"' in body for name in drawn)
