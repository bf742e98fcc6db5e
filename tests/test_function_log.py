"""The functions' log lines: each is one line of JSON with its request and its uploads, some with metrics."""

import json
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, get_args

import pytest
from botocore.session import Session
from msgspec import Struct

from colophon.metrics import MetricName
from colophon.trace import Trace, follow
from colophon.verbs.answers import Answer
from colophon.wiring.log import FunctionLog, log_failures, log_invocation, seconds_since
from colophon.wiring.pages import ReportClients
from colophon_emulator.alarms import Metric
from colophon_emulator.metrics import matches_filter, parse_embedded_metrics

LOG = FunctionLog("night-shelf")
KO = "posts/sorae/cough/ko.md"


class Context(Struct):
    aws_request_id: str = "8f-request"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@cache
def cloudwatch_units() -> list[str]:
    """The units that CloudWatch knows, by AWS's own description of the service."""
    model = Session().get_service_model("cloudwatch")
    return list(model.shape_for("StandardUnit").enum)


def test_a_failure_is_logged_with_its_subject_and_raised_again(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="seven"), log_invocation(Context()), log_failures("message-1", Trace(("v1",))):
        raise ValueError("seven")
    (line,) = capsys.readouterr().out.splitlines()
    logged = json.loads(line)
    assert (logged["level"], logged["subject"], logged["exception_name"]) == ("ERROR", "message-1", "ValueError")
    assert "seven" in logged["exception"]
    assert (logged["request_id"], logged["trace"]) == ("8f-request", ["v1"])
    assert matches_filter('{ $.level = "ERROR" }', line), "the alarm counts it"


def test_an_answer_is_one_line_that_is_a_metric_too(capsys: pytest.CaptureFixture[str]) -> None:
    with log_invocation(Context()), follow(Trace(("v1", "v2"))):
        LOG.log_answer(Answer(KO, "v2", "live", 3, {"SecondsToLive": 4.5}))
    (line,) = capsys.readouterr().out.splitlines()
    logged = json.loads(line)
    told = {name: logged[name] for name in ("level", "key", "version", "state", "rev", "trace", "request_id")}
    assert told == {
        "level": "INFO",
        "key": KO,
        "version": "v2",
        "state": "live",
        "rev": 3,
        "trace": ["v1", "v2"],
        "request_id": "8f-request",
    }
    assert 0 <= logged["milliseconds"] < 60_000
    (sample,) = parse_embedded_metrics(line, 7.0)
    assert sample.metric == Metric("Colophon", "SecondsToLive", (("Stack", "night-shelf"),))
    assert sample.value == 4.5


def test_a_line_without_measures_is_no_metric(capsys: pytest.CaptureFixture[str]) -> None:
    LOG.log_answer(Answer(KO, "v2", "waiting", 0, {}))
    (line,) = capsys.readouterr().out.splitlines()
    assert "_aws" not in json.loads(line)
    assert list(parse_embedded_metrics(line, 7.0)) == []


@pytest.mark.parametrize("name", get_args(MetricName))
def test_every_metric_is_read_back_with_its_value(name: MetricName, capsys: pytest.CaptureFixture[str]) -> None:
    LOG.log_work("Swept.", {name: 2.0})
    line = capsys.readouterr().out
    (sample,) = parse_embedded_metrics(line, 7.0)
    assert (sample.metric.name, sample.value) == (name, 2.0)
    (definition,) = json.loads(line)["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    assert definition["Unit"] in cloudwatch_units()
    assert (definition["Unit"] == "Seconds") == (name.startswith("SecondsTo") or name == "ScanAge")


def test_a_key_that_is_no_text_breaks_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    LOG.log_without_room("posts/a/b/\udc80 한글\n.md")
    (logged,) = lines(capsys)
    assert logged["key"] == "posts/a/b/\udc80 한글\n.md"
    assert logged["KeysWithoutRoom"] == 1


def test_an_unknown_moment_is_no_measure_and_a_fast_clock_gives_no_negative_one() -> None:
    assert seconds_since("SecondsToPurged", 0.0) == {}
    assert seconds_since("SecondsToPurged", 99_999_999_999.0) == {"SecondsToPurged": 0.0}


def test_the_time_of_a_report_counts_from_the_start_of_the_call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = spec_from_file_location("report_app", Path(__file__).parents[1] / "functions" / "report" / "app.py")
    assert spec
    assert spec.loader
    app = module_from_spec(spec)
    spec.loader.exec_module(app)

    def write_slowly(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
        time.sleep(0.05)
        return [[KO] for _ in tasks]

    none: Any = None
    monkeypatch.setattr(app, "clients", lambda: ReportClients(none, none, "", write_slowly))
    monkeypatch.setattr(app, "log", lambda: LOG)
    key = {"pk": {"S": "post#sorae/cough"}, "sk": {"S": "post"}}
    record = {"eventSource": "aws:dynamodb", "dynamodb": {"Keys": key, "SequenceNumber": "1"}}
    assert app.handler({"Records": [record]}, Context()) == {"batchItemFailures": []}
    (line,) = lines(capsys)
    assert line["keys"] == [KO]
    assert line["request_id"] == "8f-request"
    assert line["milliseconds"] >= 50
