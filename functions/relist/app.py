"""Reads the table's stream, and rings for listings: lists anew, and rings for, everything that is called for."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.settings import Settings
from colophon.stores.stream import changes_in
from colophon.verbs.listings import groups_in
from colophon.verbs.relist import RelistDoors, bring_all, relist
from colophon.wiring.upkeep import relist_doors

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def doors() -> RelistDoors:
    return relist_doors(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, list[Any]]:
    """One batch of changes or rings, gathered; a failure brings all of it back, and doing it twice does no harm."""
    if event["Records"][0]["eventSource"] == "aws:sqs":
        bring_all([group for record in event["Records"] for group in groups_in(record["body"])], doors().shelves)
    else:
        relist(changes_in(event), doors())
    return {"batchItemFailures": []}
