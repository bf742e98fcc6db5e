"""What could not be answered for is in the log, with its subject and its cause."""

import json

import pytest

from colophon.wiring.aws import log_failures


def test_a_failure_is_logged_with_its_subject_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="seven"), log_failures("posts/a/b"):
        raise ValueError("seven")
    told = json.loads(capsys.readouterr().out)
    assert told["level"] == "ERROR"
    assert told["subject"] == "posts/a/b"
    assert "seven" in told["exception"]
