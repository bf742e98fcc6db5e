"""Queues, the table and their readers: nothing is lost, nothing waits for ever, nothing is handled twice at once."""

import re
from typing import Any

import pytest

from colophon_emulator.deploy import find_all_dependencies
from colophon_emulator.deployment import Deployment, Resource

SOURCES = {f"{name}Queue": f"{name}DeadQueue" for name in ("Intake", "Slow", "Image", "Listing", "Purge")}
READERS = [
    ("publish", "IntakeQueue"),
    ("publish slow", "SlowQueue"),
    ("image", "ImageQueue"),
    ("relist listings", "ListingQueue"),
    ("purge", "PurgeQueue"),
]
TWO_WEEKS = 1_209_600


def test_the_inbox_and_nobody_else_may_ring_the_intake_queue(stack: Deployment) -> None:
    policy = stack.resources["IntakeQueuePolicy"].properties
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert policy["Queues"] == [stack.resources["IntakeQueue"].ref]
    assert statement == {
        "Sid": "AllowInboxNotifications",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": stack.resources["IntakeQueue"].arn,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnEquals": {"aws:SourceArn": stack.resources["InboxBucket"].arn},
        },
    }


def test_s3_may_ring_before_the_bucket_is_told_to(sam: dict[str, Any]) -> None:
    assert "IntakeQueuePolicy" in find_all_dependencies("InboxBucket", sam["Resources"])


@pytest.mark.parametrize(("source", "dead"), SOURCES.items())
def test_a_queue_gives_up_into_a_queue_that_keeps_longer(stack: Deployment, source: str, dead: str) -> None:
    queue, letters = stack.resources[source], stack.resources[dead]
    assert queue.properties["RedrivePolicy"]["deadLetterTargetArn"] == letters.arn
    assert queue.properties["RedrivePolicy"]["maxReceiveCount"] >= 5, "the least that the Lambda guide advises"
    assert letters.properties["MessageRetentionPeriod"] > queue.properties["MessageRetentionPeriod"]
    assert letters.properties["RedriveAllowPolicy"] == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [queue.arn],
    }


def test_every_queue_is_encrypted_and_every_last_stop_keeps_two_weeks(stack: Deployment) -> None:
    for queue in stack.of_type("AWS::SQS::Queue"):
        assert queue.properties["SqsManagedSseEnabled"] is True
        if queue.logical_id not in SOURCES:
            assert queue.properties["MessageRetentionPeriod"] == TWO_WEEKS


@pytest.mark.parametrize(("verb", "queue"), READERS)
def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(
    stack: Deployment, functions: dict[str, Resource], mappings: dict[str, Resource], verb: str, queue: str
) -> None:
    mapping = mappings[verb].properties
    assert mapping["EventSourceArn"] == stack.resources[queue].arn
    window = mapping.get("MaximumBatchingWindowInSeconds", 0)
    needed = 6 * functions[verb.partition(" ")[0]].properties["Timeout"] + window
    assert stack.resources[queue].properties["VisibilityTimeout"] >= needed


# Of the table's stream: what they leave out is in test_stream_filters.
STREAM_READERS = ("relist", "report")


def test_no_reader_of_a_queue_filters_and_each_takes_back_only_what_failed(mappings: dict[str, Resource]) -> None:
    assert set(mappings) == {"publish", "publish slow", "image", "relist", "relist listings", "report", "purge"}
    for verb, mapping in mappings.items():
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        if verb not in STREAM_READERS:
            assert "FilterCriteria" not in mapping.properties, "a filter discards what does not match"
        assert mapping.properties.get("MaximumBatchingWindowInSeconds", 0) <= (5 if verb == "purge" else 2)
        assert mapping.properties.get("Enabled", True) is True


@pytest.mark.parametrize("verb", ["publish", "publish slow", "image", "relist listings", "purge"])
def test_a_queue_reader_is_bounded(mappings: dict[str, Resource], verb: str) -> None:
    assert 2 <= mappings[verb].properties["ScalingConfig"]["MaximumConcurrency"] <= 50


def test_the_parameter_bounds_what_two_functions_run_at_once(own_domain: Deployment) -> None:
    lanes = [
        each.properties["ScalingConfig"]["MaximumConcurrency"]
        for each in own_domain.of_type("AWS::Lambda::EventSourceMapping")
        if each.logical_id in ("PublishFunctionIntake", "ImageFunctionImages")
    ]
    assert lanes == [3, 3]


def test_a_throttled_message_has_more_than_an_hour_before_it_is_given_up(stack: Deployment) -> None:
    for name in ("IntakeQueue", "SlowQueue", "ImageQueue"):
        queue = stack.resources[name].properties
        assert queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"] > 3600


def test_no_alarm_about_dead_letters_gives_another_number_of_tries(stack: Deployment) -> None:
    words = {10: "ten", 15: "fifteen"}
    for name in ("Intake", "Slow", "Image", "Listing"):
        tries = stack.resources[f"{name}Queue"].properties["RedrivePolicy"]["maxReceiveCount"]
        said = re.findall(r"(\w+) tries", stack.resources[f"Alarms/{name}DeadNotEmpty"].properties["AlarmDescription"])
        assert set(said) <= {words[tries], str(tries)}


def test_the_slow_lane_leaves_most_of_publish_to_uploads(mappings: dict[str, Resource]) -> None:
    slow, uploads = (
        mappings[name].properties["ScalingConfig"]["MaximumConcurrency"] for name in ("publish slow", "publish")
    )
    assert 4 * slow <= uploads


def test_a_purge_is_tried_for_hours_and_gathers_what_comes_within_seconds(
    stack: Deployment, mappings: dict[str, Resource]
) -> None:
    queue, mapping = stack.resources["PurgeQueue"].properties, mappings["purge"].properties
    assert queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"] > 3 * 3600
    assert mapping["BatchSize"] == 1000
    assert mapping["MaximumBatchingWindowInSeconds"] == 5


def test_relist_has_posts_that_come_together_listed_by_one_batch(
    mappings: dict[str, Resource], functions: dict[str, Resource]
) -> None:
    assert mappings["relist"].properties["ParallelizationFactor"] == 1
    assert functions["relist"].properties["MemorySize"] >= 1024


@pytest.mark.parametrize(("verb", "failed"), [("relist", "RelistFailedQueue"), ("report", "ReportFailedQueue")])
def test_a_stream_reader_begins_at_the_start_and_gives_up_into_its_queue(
    stack: Deployment, mappings: dict[str, Resource], verb: str, failed: str
) -> None:
    mapping = mappings[verb].properties
    assert mapping["EventSourceArn"] == stack.resources["IndexTable"].attributes["StreamArn"]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 0 < mapping["MaximumRetryAttempts"] < 100
    assert 0 < mapping["MaximumRecordAgeInSeconds"] < 86_400, "a stream forgets after a day"
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == stack.resources[failed].arn


def test_the_stream_has_two_readers_and_never_a_third(stack: Deployment, mappings: dict[str, Resource]) -> None:
    stream = stack.resources["IndexTable"].attributes["StreamArn"]
    assert [verb for verb, each in sorted(mappings.items()) if each.properties["EventSourceArn"] == stream] == [
        "relist",
        "report",
    ]


def test_the_table_is_what_the_functions_expect(stack: Deployment) -> None:
    properties = stack.resources["IndexTable"].properties
    keys = {key["KeyType"]: key["AttributeName"] for key in properties["KeySchema"]}
    kinds = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in properties["AttributeDefinitions"]}
    assert keys == {"HASH": "pk", "RANGE": "sk"}
    assert kinds == {"pk": "S", "sk": "S"}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert properties["SSESpecification"]["SSEEnabled"] is True
