"""What fails in a batch comes back by itself, and the log says why."""

import json

import pytest

from colophon.partial_failures import Record, failures_told, message_id, one_by_one, sequence_number


def _messages(*names: str) -> list[Record]:
    return [{"messageId": name, "body": name} for name in names]


def test_only_what_could_not_be_answered_comes_back() -> None:
    answered: list[str] = []

    def answer(record: Record) -> None:
        if record["body"] == "two":
            raise ValueError("two")
        answered.append(record["body"])

    report = one_by_one(_messages("one", "two", "three"), message_id, answer)
    assert report == {"batchItemFailures": [{"itemIdentifier": "two"}]}
    assert answered == ["one", "three"]


def test_a_record_of_a_stream_is_known_by_its_sequence_number() -> None:
    def answer(_: Record) -> None:
        raise ValueError

    records = [{"eventID": "1", "dynamodb": {"SequenceNumber": "111"}}]
    assert one_by_one(records, sequence_number, answer) == {"batchItemFailures": [{"itemIdentifier": "111"}]}


def test_nothing_comes_back_where_all_was_answered() -> None:
    assert one_by_one(_messages("one"), message_id, lambda _: None) == {"batchItemFailures": []}


def test_a_failure_is_logged_with_its_subject_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="seven"), failures_told("posts/a/b"):
        raise ValueError("seven")
    told = json.loads(capsys.readouterr().out)
    assert told["level"] == "ERROR"
    assert told["subject"] == "posts/a/b"
    assert "seven" in told["exception"]
