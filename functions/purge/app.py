"""Answers the purge queue: cache tags, gathered for some seconds, become one invalidation."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.problem import Unavailable
from colophon.settings import Settings
from colophon.stores.cdn import Cdn
from colophon.stores.queues import UnreadableTagsError, tags_in
from colophon.verbs.purge import purge
from colophon.wiring.aws import failures_told
from colophon.wiring.upkeep import purge_doors

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def doors() -> Cdn:
    return purge_doors(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, list[dict[str, str]]]:
    """One batch of messages, gathered; while CloudFront has too much to do all of them come back."""
    read: dict[str, tuple[str, ...]] = {}
    failed: list[str] = []
    for record in event["Records"]:
        try:
            with failures_told(record["messageId"]):
                read[record["messageId"]] = tags_in(record["body"])
        except UnreadableTagsError:
            failed.append(record["messageId"])
    try:
        with failures_told("purge"):
            purge(read, doors())
    except Unavailable:
        failed += read
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
