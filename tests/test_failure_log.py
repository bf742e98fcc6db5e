"""A message that fails is in the log, with its subject and its cause."""

import json

import pytest

from colophon.wiring.aws import log_failures


def test_a_failure_is_logged_with_its_subject_and_raised_again(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="seven"), log_failures("posts/a/b"):
        raise ValueError("seven")
    record = json.loads(capsys.readouterr().out)
    assert record["level"] == "ERROR"
    assert record["message"] == "Message failed; it will be retried."
    assert record["subject"] == "posts/a/b"
    assert "seven" in record["exception"]
