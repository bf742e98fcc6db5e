"""Reads the table's stream: rings for, and lists anew, everything that a change calls for."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from colophon.settings import Settings
from colophon.stores.stream import changes_in
from colophon.verbs.relist import RelistDoors, relist
from colophon.wiring import relist_doors


@cache
def doors() -> RelistDoors:
    return relist_doors(Settings(os.environ))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[Any]]:
    """One batch of changes, gathered; a failure brings the whole batch back, and ringing twice does no harm."""
    relist(changes_in(event), doors())
    return {"batchItemFailures": []}
