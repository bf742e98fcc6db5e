"""The small stack of the emulation's tests, new for each test."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from colophon_emulator.stack import LocalStack

SMALL = Path(__file__).parent / "small" / "template.yaml"


@pytest.fixture
def stack() -> Iterator[LocalStack]:
    with LocalStack(SMALL) as stack:
        yield stack


@pytest.fixture
def order(stack: LocalStack) -> Callable[..., None]:
    """Sends orders to the function that answers the orders' queue."""
    sqs = stack.client("sqs")

    def sent(*orders: dict[str, Any]) -> None:
        for each in orders:
            sqs.send_message(QueueUrl=stack.outputs["Orders"], MessageBody=json.dumps(each))

    return sent


@pytest.fixture
def rings(stack: LocalStack) -> Callable[[], list[dict[str, Any]]]:
    """Takes what the inbox rang since the last time: one record of S3's events each; test events are passed over."""
    sqs = stack.client("sqs")

    def taken() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while messages := sqs.receive_message(QueueUrl=stack.outputs["Bell"], MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.extend(json.loads(message["Body"]).get("Records", []))
                sqs.delete_message(QueueUrl=stack.outputs["Bell"], ReceiptHandle=message["ReceiptHandle"])
        return found

    return taken


@pytest.fixture
def said(stack: LocalStack) -> Callable[[str], list[Any]]:
    """What a function printed so far, one JSON value a line."""
    return lambda function: [json.loads(line) for line in "".join(stack.functions.logs[function]).splitlines()]


@pytest.fixture
def template_without(tmp_path: Path) -> Callable[[str], LocalStack]:
    """The small stack with a piece cut out of its template, or replaced."""

    def changed(piece: str, instead: str = "") -> LocalStack:
        text = SMALL.read_text(encoding="utf-8")
        assert piece in text
        copy = tmp_path / "template.yaml"
        copy.write_text(text.replace(piece, instead).replace("functions/", f"{SMALL.parent}/functions/"), "utf-8")
        return LocalStack(copy)

    return changed
