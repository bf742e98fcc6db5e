"""Handles the purge queue: makes one invalidation of the cache tags of some seconds."""

from colophon.wiring.garbage_collector import pause_collector, resume_collector

pause_collector()

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.problem import Unavailable
from colophon.settings import Settings
from colophon.stores.cdn import Cdn
from colophon.stores.queues import UnreadableTagsError, parse_tags
from colophon.trace import merge_traces
from colophon.upload.messages import parse_trace
from colophon.verbs.purge import purge
from colophon.wiring.log import FunctionLog, log_failures, log_invocation, make_log, seconds_since
from colophon.wiring.upkeep import make_purge_client

if TYPE_CHECKING:
    # A cold start does not wait for this package: the function needs nothing else of it.
    from aws_lambda_powertools.utilities.typing import LambdaContext

resume_collector()


@cache
def cdn() -> Cdn:
    return make_purge_client(Settings(os.environ))


@cache
def log() -> FunctionLog:
    return make_log(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, list[dict[str, str]]]:
    """Handle one batch of messages together. If CloudFront does not accept the request now, all are retried."""
    with log_invocation(context):
        failed = _purge_records(event["Records"])
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _purge_records(records: list[dict[str, Any]]) -> list[str]:
    """Purge the tags of ``records``. Returns the ids of those that must be retried."""
    tags_by_message: dict[str, tuple[str, ...]] = {}
    failed: list[str] = []
    for record in records:
        try:
            with log_failures(record["messageId"], parse_trace(record["body"])):
                tags_by_message[record["messageId"]] = parse_tags(record["body"])
        except UnreadableTagsError:
            failed.append(record["messageId"])
    trace = merge_traces(parse_trace(record["body"]) for record in records)
    try:
        with log_failures("purge", trace):
            paths = purge(tags_by_message, cdn())
            # Accepted is all that a caller is told: CloudFront then reaches its edges within seconds.
            measures = {"InvalidationPaths": float(paths), **seconds_since("SecondsToPurged", trace.since)}
            log().log_work("Purged.", measures)
    except Unavailable:
        failed += tags_by_message
    return failed
