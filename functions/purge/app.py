"""Handles the purge queue: makes one invalidation of the cache tags of some seconds."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.problem import Unavailable
from colophon.settings import Settings
from colophon.stores.cdn import Cdn
from colophon.stores.queues import UnreadableTagsError, parse_tags
from colophon.verbs.purge import purge
from colophon.wiring.aws import log_failures
from colophon.wiring.upkeep import make_purge_client

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def cdn() -> Cdn:
    return make_purge_client(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, list[dict[str, str]]]:
    """Handle one batch of messages together. If CloudFront does not accept the request now, all are retried."""
    tags_by_message: dict[str, tuple[str, ...]] = {}
    failed: list[str] = []
    for record in event["Records"]:
        try:
            with log_failures(record["messageId"]):
                tags_by_message[record["messageId"]] = parse_tags(record["body"])
        except UnreadableTagsError:
            failed.append(record["messageId"])
    try:
        with log_failures("purge"):
            purge(tags_by_message, cdn())
    except Unavailable:
        failed += tags_by_message
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
