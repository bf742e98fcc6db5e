"""A site of many posts in emulated AWS: rows and listings are those that publishing them one by one would leave."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus
from zlib import crc32

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import EntryRef, PageRow
from colophon.listings.kinds.clinic import CLINIC
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.language import LANGUAGE
from colophon.listings.kinds.year import YEAR
from colophon.stores import listing_keys, row_encoding
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.stores.site import Site
from colophon.stores.stream import RowChange, parse_change
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest, encode_message, parse_messages
from colophon.verbs.clients import AssetWriter, PublishClients
from colophon.verbs.gathering import Gathering
from colophon.verbs.image import refresh_images
from colophon.verbs.intake import IntakeBatch
from colophon.verbs.listings import ListingClients, rebuild
from colophon.verbs.relist import RelistClients, relist
from colophon.verbs.report import report_all
from colophon.verbs.tasks import TaskRunner, run_in_order
from colophon_emulator.event_filters import matches_filters, parse_filters
from colophon_emulator.template import read_template
from tests.bench.corpus import SITE as SETTINGS
from tests.bench.corpus import clinic_file, edition
from tests.bench.post import POSTS_A_CLINIC, make_clinic, make_post
from tests.protocol.harness.cloud import INBOX, SITE, TABLE, Cloud
from tests.protocol.harness.world import cached_copier

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


class InMemoryQueue(MessageQueue):
    """A queue in memory: its messages are handled later."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def enqueue(self, messages: object) -> None:
        assert isinstance(messages, list | tuple)
        self.bodies += [encode_message(each) for each in messages if isinstance(each, RefreshRequest)]

    def send(self, bodies: Sequence[str], delay: int = 0) -> None:
        """Keep ``bodies``, whatever their delay."""
        self.bodies += bodies


class DiscardingPurgeQueue(PurgeQueue):
    """A queue that takes cache tags and forgets them."""

    def __init__(self) -> None:
        pass

    def send(self, tags: object) -> None:
        """Nothing to send to."""


@cache
def functions_of_template() -> dict[str, Any]:
    """The properties of the functions in template.yaml."""
    resources = read_template(ROOT / "template.yaml")["Resources"]
    return {name: resource["Properties"] for name, resource in resources.items() if name.endswith("Function")}


@dataclass
class Functions:
    """The functions, warm: their clients are built and the assets are out. ``running`` is the one that works now."""

    cloud: Cloud

    running: str = ""
    invocations: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        site = Site(self.cloud.s3, SITE)
        inbox, index = Inbox(self.cloud.s3, INBOX), Index(self.cloud.dynamodb, TABLE)
        self.images = InMemoryQueue()
        self.intake, assets, self._inbox, self._index = InMemoryQueue(), AssetWriter(site), inbox, index
        self.run_reports: TaskRunner = run_in_order
        self.publish_clients = PublishClients(inbox, index, site, lambda: NOW, self.intake, self.images, assets)
        self.shelves = ListingClients(ListingIndex(self.cloud.dynamodb, TABLE), site, assets)
        # What the search costs depends on time and not on posts (``search_cost``), so its messages are not handled.
        self.gathering = Gathering(InMemoryQueue(), lambda: NOW, 60)

    def upload(self, *files: tuple[str, str | bytes]) -> None:
        """Put files into the inbox, and their notifications into the queue."""
        for key, content in files:
            body = content if isinstance(content, bytes) else content.encode()
            version = self.cloud.s3.put_object(Bucket=INBOX, Key=key, Body=body)["VersionId"]
            stored = {"key": quote_plus(key, safe="/"), "versionId": version}
            record = {"eventSource": "aws:s3", "eventTime": NOW.isoformat(), "s3": {"object": stored}}
            self.intake.bodies.append(json.dumps({"Records": [record]}))

    def settle(self) -> None:
        """Answer all that waits, in batches as Lambda hands them over, and all that follows from it."""
        while self.intake.bodies or self.images.bodies or self.cloud.table.stream_shard.items:
            self.publish_waiting(10)
            self._make_images()
            self._read_stream()

    def publish_waiting(self, most: int) -> None:
        """One batch of the intake queue, of at most ``most`` messages."""
        batch, self.intake.bodies = self.intake.bodies[:most], self.intake.bodies[most:]
        if batch:
            self._invoke("publish")
            publish = IntakeBatch(batch, self.publish_clients)
            for body in batch:
                publish.handle(body)

    def _make_images(self) -> None:
        batch, self.images.bodies = self.images.bodies, []
        for body in batch:
            self._invoke("image")
            refresh_images(parse_messages(body), cached_copier, self.publish_clients)

    def _read_stream(self) -> None:
        records = self.cloud.stream()
        self.skip_stream()
        for some in _batches_at_once(records):
            if changes := self.filter("Relist", some):
                self._invoke("relist")
                relist(changes, RelistClients(self.intake, self.shelves, DiscardingPurgeQueue(), self.gathering))
        if changes := self.filter("Report", records):
            self._invoke("report")
            written = report_all(changes, self._inbox, self._index, "", self.run_reports)
            assert not (failures := [each for each in written if isinstance(each, Exception)]), failures

    def _invoke(self, function: str) -> None:
        self.running = function
        self.invocations[function] += 1

    @staticmethod
    def filter(function: str, records: list[Any]) -> list[RowChange]:
        """The changes that the template's mapping lets through to ``function``."""
        mapping = functions_of_template()[f"{function}Function"]["Events"]["Changes"]["Properties"]
        patterns = parse_filters(mapping)
        return [parse_change(record) for record in records if matches_filters(record, patterns)]

    def skip_stream(self) -> None:
        """Take all that the stream has told so far as answered for."""
        self.cloud.table.stream_shard.items = []


def _batches_at_once(records: list[Any]) -> list[list[Any]]:
    """``records`` as relist's mapping divides them: by their items, in as many batches as it has of a shard."""
    mapping = functions_of_template()["RelistFunction"]["Events"]["Changes"]["Properties"]
    batches: dict[int, list[Any]] = {}
    for record in records:
        item = json.dumps(record["dynamodb"]["Keys"], sort_keys=True)
        batches.setdefault(crc32(item.encode()) % mapping.get("ParallelizationFactor", 1), []).append(record)
    return list(batches.values())


def build_site(cloud: Cloud, posts: int) -> Functions:
    """Make a site of ``posts`` posts and return the functions that keep it, with nothing left to do."""
    functions = Functions(cloud)
    functions.upload(("site.yaml", SETTINGS))
    clinics = [make_clinic(number) for number in range(0, posts, POSTS_A_CLINIC)]
    functions.upload(*((f"clinics/{clinic.key}/clinic.yaml", clinic_file(clinic)) for clinic in clinics))
    functions.settle()
    first = make_post(0)
    functions.upload((PageRef(PostRef(first.clinic.key, first.name), "en").key, edition(first)))
    functions.settle()
    _copy_rows(cloud, PostRef(first.clinic.key, first.name), posts)
    for clinic in clinics:
        for year in sorted({posted.year for posted in _days(posts, clinic.key)}):
            rebuild(YEAR.group("en", clinic.key, year), functions.shelves)
        rebuild(CLINIC.group("en", clinic.key), functions.shelves)
    rebuild(LANGUAGE.group("en"), functions.shelves)
    rebuild(HOME.group("en"), functions.shelves)
    functions.skip_stream()
    return functions


def _copy_rows(cloud: Cloud, first: PostRef, posts: int) -> None:
    """Give every other post the rows of the first, with its own name, title, day and topics in them."""
    part = row_encoding.decode_post(first, cloud.items()[(f"post#{first}", "post")]).pages["en"]
    entry = next(
        row_encoding.decode_row(EntryRow, item)
        for (pk, _), item in cloud.items().items()
        if pk.startswith("entries#en/")
    ).entry
    assert entry is not None
    for number in range(1, posts):
        post = make_post(number)
        ref = PostRef(post.clinic.key, post.name)
        own = replace(entry, clinic=ref.clinic, post=ref.post, posted=post.posted, title=post.title, tags=post.tags)
        row = EntryRow("en", ref.clinic, post.posted, ref.post, f"{number:064}", own)
        kept: PageRow = replace(part, entry_ref=EntryRef(post.posted, row.id, row.id))
        for item in (
            row_encoding.encode_entry(row),
            listing_keys.recent_day_key(row),
            {**row_encoding.post_key(ref), "L#en": row_encoding.encode_attribute(kept)},
        ):
            cloud.table.put_item(item)
    cloud.table.stream_shard.items = []


def _days(posts: int, clinic: str) -> Iterator[dt.date]:
    start = next(number for number in range(0, posts, POSTS_A_CLINIC) if make_clinic(number).key == clinic)
    return (make_post(number).posted for number in range(start, min(posts, start + POSTS_A_CLINIC)))
