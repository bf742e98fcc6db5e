"""Reads the table's stream and the listing queue: rebuilds listings, and enqueues what else a change calls for."""

from colophon.wiring.garbage_collector import pause_collector, resume_collector

pause_collector()

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.settings import Settings
from colophon.stores.stream import parse_changes
from colophon.trace import merge_traces
from colophon.upload.messages import parse_trace
from colophon.verbs.listings import parse_groups
from colophon.verbs.relist import RelistClients, rebuild_all, relist
from colophon.wiring.log import FunctionLog, log_failures, log_invocation, make_log, seconds_since
from colophon.wiring.upkeep import make_relist_clients

if TYPE_CHECKING:
    # A cold start does not wait for this package: the function needs nothing else of it.
    from aws_lambda_powertools.utilities.typing import LambdaContext

resume_collector()


@cache
def clients() -> RelistClients:
    return make_relist_clients(Settings(os.environ))


@cache
def log() -> FunctionLog:
    return make_log(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, list[Any]]:
    """Handle one batch of changes or of listing groups together. After a failure all of it is retried."""
    with log_invocation(context):
        if event["Records"][0]["eventSource"] == "aws:sqs":
            _rebuild_listings([record["body"] for record in event["Records"]])
        else:
            _follow_changes(event)
    return {"batchItemFailures": []}


def _rebuild_listings(bodies: list[str]) -> None:
    with log_failures("listings", merge_traces(map(parse_trace, bodies))):
        groups = [group for body in bodies for group in parse_groups(body)]
        rebuild_all(groups, clients().listings)
        log().log_work("Rebuilt listings.", {}, groups=len(groups))


def _follow_changes(event: dict[str, Any]) -> None:
    changes = tuple(parse_changes(event))
    with log_failures("changes", merge_traces(change.trace for change in changes)):
        removals = relist(changes, clients())
        measures = seconds_since("SecondsToUnlisted", removals.since)
        log().log_work("Followed changes of the index.", measures, changes=len(changes))
