"""Answers the image queue: photos become clean copies."""

import os
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from colophon.settings import Settings
from colophon.stores.decoder import Decoder
from colophon.upload.messages import rings_in
from colophon.verbs.clients import Doors
from colophon.verbs.image import make_images
from colophon.wiring.aws import failures_told
from colophon.wiring.pages import image_doors


@cache
def doors() -> Doors:
    return image_doors(Settings(os.environ))


@cache
def decoder() -> Decoder:
    return Decoder()


def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """One batch of doorbells; the messages that could not be answered come back."""

    def answer(record: SQSRecord) -> None:
        with failures_told(record.message_id):
            make_images(rings_in(record.body), decoder(), doors())

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event, answer, processor, context)
