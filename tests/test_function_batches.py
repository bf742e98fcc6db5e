"""What the handlers make of a batch: every message of it counts, and the time that is left is in seconds."""

import json
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from colophon.listings.kinds.home import HOME
from colophon.metrics import Measures
from colophon.stores.cdn import Cdn
from colophon.stores.inbox import ScanBatch
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.trace import Trace, trace_fields
from colophon.upload.versions import build_folder
from colophon.verbs.clients import AssetWriter
from colophon.verbs.listings import ListingClients
from tests.verbs.account import Account
from tests.verbs.fake_stores import FakeStores

FUNCTIONS = Path(__file__).parents[1] / "functions"


class FakeLog:
    """The measures that a handler has logged."""

    def __init__(self) -> None:
        self.measures: list[Measures] = []

    def log_work(self, what: str, measures: Measures, **more: object) -> None:
        self.measures.append(measures)


def context(milliseconds: int = 58_000) -> Any:
    """What Lambda tells a handler, with so much time left."""
    names = ("aws_request_id", "function_name", "memory_limit_in_mb", "invoked_function_arn")
    return SimpleNamespace(**dict.fromkeys(names, "any"), get_remaining_time_in_millis=lambda: milliseconds)


def load(name: str, log: FakeLog, **clients: object) -> ModuleType:
    """The handler's module as a cold start loads it, with these ``clients``."""
    spec = spec_from_file_location(f"{name}_app_of_batches", FUNCTIONS / name / "app.py")
    assert spec
    assert spec.loader
    app = module_from_spec(spec)
    spec.loader.exec_module(app)
    for factory, made in {"log": log, **clients}.items():
        setattr(app, factory, lambda made=made: made)
    return app


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


def test_every_message_about_listings_is_answered(log: FakeLog) -> None:
    """A batch is acknowledged as a whole: what one message names would be lost."""
    langs = ("en", "ja", "ko")
    homes = [f"{lang}/index.html" for lang in langs]
    account = Account({})
    account.lost = {f"{lang}/{name}" for lang in langs for name in ("index.html", "feed.xml", "feed.json")}
    client: Any = account
    site = Site(client, "site")
    listings = ListingClients(ListingIndex(client, "index"), site, AssetWriter(site))
    app = load("relist", log, clients=SimpleNamespace(listings=listings))
    bodies = [json.dumps({"listings": [{"place": HOME.number, "lang": lang}]}) for lang in langs]
    records = [{"eventSource": "aws:sqs", "messageId": body, "body": body} for body in bodies]
    assert app.handler({"Records": records}, context()) == {"batchItemFailures": []}
    assert [key for asked in account.asked_of("put_object") if (key := asked["Key"]) in homes] == homes


def test_a_purge_is_measured_from_the_first_upload_of_all_messages(log: FakeLog) -> None:
    account = Account({})
    client: Any = account
    app = load("purge", log, cdn=Cdn(client, "site"))
    since_by_tag = {"p:a/x": 900.0, "p:b/x": 500.0}
    bodies = [json.dumps({"tags": [tag], **trace_fields(Trace((), since))}) for tag, since in since_by_tag.items()]
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    began = time.time()
    assert app.handler({"Records": records}, context()) == {"batchItemFailures": []}
    (asked,) = account.asked_of("create_invalidation")
    assert asked["InvalidationBatch"]["Paths"]["Items"] == [f"#{tag}" for tag in since_by_tag]
    (measures,) = log.measures
    assert measures["InvalidationPaths"] == 2
    assert began - 500.01 <= measures["SecondsToPurged"] <= time.time() - 499.99


@pytest.mark.parametrize(("milliseconds", "place"), [(20_000, "posts/a.txt"), (58_000, "")])
def test_a_sweep_ends_before_its_time_is_over(milliseconds: int, place: str, log: FakeLog) -> None:
    """A batch that takes longer would be cut off, and its place not be recorded."""
    stores = FakeStores()
    folder = build_folder("posts/a.txt", [])
    stores.batches = {"": ScanBatch((folder,), "posts/a.txt"), "posts/a.txt": ScanBatch((folder,), "")}
    load("sweep", log, clients=stores.clients()).handler({}, context(milliseconds))
    assert [row.after for row in stores.recorded] == [place]
    assert [measures["Overdue"] for measures in log.measures] == [0]
