"""Reads the table's stream: tells uploaders what became of their uploads."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.partial_failures import Record, Report, failures_told, one_by_one, sequence_number
from colophon.settings import Settings
from colophon.stores.stream import change_of
from colophon.verbs.report import report
from colophon.wiring.pages import ReportDoors, report_doors

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def doors() -> ReportDoors:
    return report_doors(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> Report:
    """One batch of changes; the stream begins again at the first that could not be reported."""

    def answer(record: Record) -> None:
        change = change_of(record)
        with failures_told(f"{change.pk} {change.sk}"):
            report(change, doors().inbox, doors().index)

    return one_by_one(event["Records"], sequence_number, answer)
