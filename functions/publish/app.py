"""Handles the intake queue and the slow lane: makes pages of uploads."""

from colophon.wiring.garbage_collector import pause_collector, resume_collector

pause_collector()

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from colophon.settings import Settings
from colophon.upload.messages import parse_trace
from colophon.verbs.clients import PublishClients
from colophon.verbs.intake import IntakeBatch
from colophon.wiring.log import log_failures, log_invocation
from colophon.wiring.pages import make_publish_clients

resume_collector()


@cache
def clients() -> PublishClients:
    return make_publish_clients(Settings(os.environ))


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Handle one batch of refresh requests. Messages that fail are retried."""
    with log_invocation(context):
        intake = IntakeBatch((record["body"] for record in event["Records"]), clients())

        def process(record: SQSRecord) -> None:
            with log_failures(record.message_id, parse_trace(record.body)):
                intake.handle(record.body)

        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(event, process, processor, context)
