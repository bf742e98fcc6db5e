"""Reads the table's stream and the listing queue: rebuilds listings, and enqueues what else a change calls for."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.settings import Settings
from colophon.stores.stream import parse_changes
from colophon.verbs.listings import parse_groups
from colophon.verbs.relist import RelistClients, rebuild_all, relist
from colophon.wiring.upkeep import make_relist_clients

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def clients() -> RelistClients:
    return make_relist_clients(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, list[Any]]:
    """Handle one batch of changes or of listing groups together. After a failure all of it is retried."""
    if event["Records"][0]["eventSource"] == "aws:sqs":
        rebuild_all(
            [group for record in event["Records"] for group in parse_groups(record["body"])], clients().listings
        )
    else:
        relist(parse_changes(event), clients())
    return {"batchItemFailures": []}
