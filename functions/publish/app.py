"""Answers the intake queue: uploads become pages."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from colophon.settings import Settings
from colophon.verbs.clients import PublishDoors
from colophon.verbs.intake import Intake
from colophon.wiring.aws import failures_told
from colophon.wiring.pages import publish_doors


@cache
def doors() -> PublishDoors:
    return publish_doors(Settings(os.environ))


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """One batch of doorbells; the messages that could not be answered come back."""
    intake = Intake((record["body"] for record in event["Records"]), doors())

    def answer(record: SQSRecord) -> None:
        with failures_told(record.message_id):
            intake.answer(record.body)

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, answer, processor, context)
