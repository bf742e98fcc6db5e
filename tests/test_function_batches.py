"""What the handlers make of a batch: every message of it counts, and the time that is left is in seconds."""

import json
from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from colophon.listings.kinds.home import HOME
from colophon.metrics import Measures
from colophon.trace import Trace, trace_fields
from colophon.verbs.listings import parse_groups

FUNCTIONS = Path(__file__).parents[1] / "functions"


class Context:
    """What Lambda tells a handler."""

    aws_request_id, function_name, memory_limit_in_mb = "request", "function", 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:1:function:f"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 58_000


class Log:
    """The measures that a handler has told of."""

    def __init__(self) -> None:
        self.measures: list[Measures] = []

    def log_work(self, what: str, measures: Measures, **more: object) -> None:
        self.measures.append(measures)


def load(name: str, monkeypatch: pytest.MonkeyPatch, log: Log) -> ModuleType:
    """The handler's module, with a log of the test's own, and no clients."""
    spec = spec_from_file_location(f"{name}_app_of_batches", FUNCTIONS / name / "app.py")
    assert spec
    assert spec.loader
    app = module_from_spec(spec)
    spec.loader.exec_module(app)
    monkeypatch.setattr(app, "log", lambda: log)
    monkeypatch.setattr(app, "clients", _Clients, raising=False)
    monkeypatch.setattr(app, "cdn", lambda: None, raising=False)
    return app


class _Clients:
    listings = None


@pytest.fixture
def log() -> Log:
    return Log()


def test_every_message_about_listings_is_answered(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    """A batch is acknowledged as a whole: what one message names would be lost."""
    app, rebuilt = load("relist", monkeypatch, log), []
    monkeypatch.setattr(app, "rebuild_all", lambda groups, _: rebuilt.extend(groups))
    bodies = [json.dumps({"listings": [{"place": HOME.number, "lang": lang}]}) for lang in ("en", "ja", "ko")]
    records = [{"eventSource": "aws:sqs", "messageId": body, "body": body} for body in bodies]
    assert app.handler({"Records": records}, Context()) == {"batchItemFailures": []}
    assert rebuilt == [group for body in bodies for group in parse_groups(body)]


def test_a_purge_is_measured_from_the_first_upload_of_all_messages(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    app = load("purge", monkeypatch, log)
    purged: list[dict[str, Sequence[str]]] = []
    monkeypatch.setattr(app, "purge", lambda tags, _: purged.append(tags) or 2)
    monkeypatch.setattr(app, "seconds_since", lambda name, since: {name: since})
    bodies = [json.dumps({"tags": [f"p:a/{since}"], **trace_fields(Trace((), since))}) for since in (9.0, 5.0)]
    records: list[dict[str, Any]] = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    assert app.handler({"Records": records}, Context()) == {"batchItemFailures": []}
    assert purged == [{"0": ("p:a/9.0",), "1": ("p:a/5.0",)}]
    assert log.measures == [{"InvalidationPaths": 2.0, "SecondsToPurged": 5.0}]


def test_a_sweep_is_told_how_many_seconds_are_left(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    """A batch that takes longer would be cut off, and its place not be recorded."""
    app, told = load("sweep", monkeypatch, log), []
    monkeypatch.setattr(app, "sweep", lambda _, seconds: told.append(seconds) or {"Overdue": 0})
    app.handler({}, Context())
    assert told == [58.0]
    assert log.measures == [{"Overdue": 0}]
