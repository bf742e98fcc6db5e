"""Answers the intake queue: uploads become pages."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.partial_failures import Record, Report, failures_told, message_id, one_by_one
from colophon.settings import Settings
from colophon.verbs.doors import PublishDoors
from colophon.verbs.intake import Intake
from colophon.wiring.pages import publish_doors

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def doors() -> PublishDoors:
    return publish_doors(Settings(os.environ))


def handler(event: dict[str, Any], context: "LambdaContext") -> Report:
    """One batch of doorbells; the messages that could not be answered come back."""
    intake = Intake((record["body"] for record in event["Records"]), doors())

    def answer(record: Record) -> None:
        with failures_told(message_id(record)):
            intake.answer(record["body"])

    return one_by_one(event["Records"], message_id, answer)
