"""Handles the image queue: makes clean copies of uploaded images."""

from colophon.wiring.garbage_collector import pause_collector, resume_collector

pause_collector()

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from colophon.settings import Settings, decoder_environment
from colophon.stores.decoder import Decoder
from colophon.upload.messages import parse_messages, parse_trace
from colophon.verbs.clients import ImageClients
from colophon.verbs.image import refresh_images
from colophon.wiring.log import log_failures, log_invocation
from colophon.wiring.pages import make_image_clients

resume_collector()


@cache
def clients() -> ImageClients:
    return make_image_clients(Settings(os.environ))


@cache
def decoder() -> Decoder:
    return Decoder(decoder_environment())


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Handle one batch of refresh requests. Messages that fail are retried."""

    def process(record: SQSRecord) -> None:
        with log_failures(record.message_id, parse_trace(record.body)):
            refresh_images(parse_messages(record.body), decoder(), clients())

    with log_invocation(context):
        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(event, process, processor, context)
