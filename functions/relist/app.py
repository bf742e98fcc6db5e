"""Reads the table's stream, and rings for listings: lists anew, and rings for, everything that is called for."""

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
    """One batch of changes or rings, gathered; a failure brings all of it back, and doing it twice does no harm."""
    if event["Records"][0]["eventSource"] == "aws:sqs":
        rebuild_all(
            [group for record in event["Records"] for group in parse_groups(record["body"])], clients().listings
        )
    else:
        relist(parse_changes(event), clients())
    return {"batchItemFailures": []}
