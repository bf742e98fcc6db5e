"""A small stack, new for each test, and what tests send to it and read from it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from colophon_emulator.stack import EmulatedStack

SMALL = Path(__file__).parent / "small" / "template.yaml"


@pytest.fixture
def stack() -> Iterator[EmulatedStack]:
    with EmulatedStack(SMALL) as stack:
        yield stack


@pytest.fixture
def send_orders(stack: EmulatedStack) -> Callable[..., None]:
    """Sends orders to the queue of the function Answer."""
    sqs = stack.client("sqs")

    def send(*orders: dict[str, Any]) -> None:
        for each in orders:
            sqs.send_message(QueueUrl=stack.outputs["Orders"], MessageBody=json.dumps(each))

    return send


@pytest.fixture
def read_events(stack: EmulatedStack) -> Callable[[], list[dict[str, Any]]]:
    """Takes the records of the S3 events since the last call; test events are left out."""
    sqs = stack.client("sqs")

    def take() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while messages := sqs.receive_message(QueueUrl=stack.outputs["Events"], MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.extend(json.loads(message["Body"]).get("Records", []))
                sqs.delete_message(QueueUrl=stack.outputs["Events"], ReceiptHandle=message["ReceiptHandle"])
        return found

    return take


@pytest.fixture
def printed(stack: EmulatedStack) -> Callable[[str], list[Any]]:
    """What a function has printed so far, one JSON value per line."""
    return lambda function: [json.loads(line) for line in "".join(stack.functions.logs[function]).splitlines()]


@pytest.fixture
def template_without(tmp_path: Path) -> Callable[[str], EmulatedStack]:
    """The small stack with a piece of its template removed or replaced."""

    def make(piece: str, instead: str = "") -> EmulatedStack:
        text = SMALL.read_text(encoding="utf-8")
        assert piece in text
        copy = tmp_path / "template.yaml"
        copy.write_text(text.replace(piece, instead).replace("functions/", f"{SMALL.parent}/functions/"), "utf-8")
        return EmulatedStack(copy)

    return make
