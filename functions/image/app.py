"""Answers the image queue: photos become clean copies."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from colophon.partial_failures import Record, Report, failures_told, message_id, one_by_one
from colophon.settings import Settings
from colophon.stores.decoder import Decoder
from colophon.upload.ring import rings_in
from colophon.verbs.doors import Doors
from colophon.verbs.image import make_images
from colophon.wiring.pages import image_doors

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def doors() -> Doors:
    return image_doors(Settings(os.environ))


@cache
def decoder() -> Decoder:
    return Decoder()


def handler(event: dict[str, Any], context: "LambdaContext") -> Report:
    """One batch of doorbells; the messages that could not be answered come back."""

    def answer(record: Record) -> None:
        with failures_told(message_id(record)):
            make_images(rings_in(record["body"]), decoder(), doors())

    return one_by_one(event["Records"], message_id, answer)
