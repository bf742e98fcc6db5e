"""A site of many posts in emulated AWS: rows and listings are those that publishing them one by one would leave."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote_plus

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import EntryRef, PageRow
from colophon.listings.kinds.clinic import CLINIC
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.language import LANGUAGE
from colophon.listings.kinds.year import YEAR
from colophon.stores import row_encoding
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.stores.site import Site
from colophon.stores.stream import parse_change
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest, encode_message
from colophon.verbs.clients import AssetWriter, PublishClients
from colophon.verbs.intake import IntakeBatch
from colophon.verbs.listings import ListingClients, rebuild
from colophon.verbs.relist import RelistClients, relist
from colophon.verbs.report import report
from tests.bench.corpus import SITE as SETTINGS
from tests.bench.corpus import clinic_file, edition
from tests.bench.post import POSTS_A_CLINIC, make_clinic, make_post
from tests.protocol.harness.cloud import INBOX, SITE, TABLE, Cloud

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


class InMemoryQueue(MessageQueue):
    """A queue in memory: whoever rings it is answered later."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def enqueue(self, rings: object) -> None:
        assert isinstance(rings, list | tuple)
        self.bodies += [encode_message(ring) for ring in rings if isinstance(ring, RefreshRequest)]


class DiscardingPurgeQueue(PurgeQueue):
    """A queue that takes cache tags and forgets them."""

    def __init__(self) -> None:
        pass

    def send(self, tags: object) -> None:
        """Nothing to send to."""


@dataclass
class Functions:
    """The functions, warm: their clients are built and the assets are out."""

    cloud: Cloud

    def __post_init__(self) -> None:
        site = Site(self.cloud.s3, SITE)
        inbox, index = Inbox(self.cloud.s3, INBOX), Index(self.cloud.dynamodb, TABLE)
        self.intake, assets, self._inbox, self._index = InMemoryQueue(), AssetWriter(site), inbox, index
        self._doors = PublishClients(inbox, index, site, lambda: NOW, self.intake, InMemoryQueue(), assets)
        self.shelves = ListingClients(ListingIndex(self.cloud.dynamodb, TABLE), site, assets)

    def upload(self, *files: tuple[str, str]) -> None:
        """Put files into the inbox, and their notifications into the queue."""
        for key, text in files:
            self.cloud.s3.put_object(Bucket=INBOX, Key=key, Body=text.encode())
            record = {"eventSource": "aws:s3", "s3": {"object": {"key": quote_plus(key, safe="/")}}}
            self.intake.bodies.append(json.dumps({"Records": [record]}))

    def settle(self) -> None:
        """Answer all that waits, in batches as Lambda hands them over, and all that follows from it."""
        while self.intake.bodies or self.cloud.table.stream_shard.items:
            batch, self.intake.bodies = self.intake.bodies[:10], self.intake.bodies[10:]
            publish = IntakeBatch(batch, self._doors)
            for body in batch:
                publish.handle(body)
            self._read_stream()

    def _read_stream(self) -> None:
        changes = [parse_change(record) for record in self.cloud.stream()]
        self.skip_stream()
        if changes:
            relist(changes, RelistClients(self.intake, self.shelves, DiscardingPurgeQueue()))
        for change in changes:
            report(change, self._inbox, self._index)

    def skip_stream(self) -> None:
        """Take all that the stream has told so far as answered for."""
        self.cloud.table.stream_shard.items = []


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
            *row_encoding.encode_entry(row),
            {**row_encoding.post_key(ref), "L#en": row_encoding.encode_attribute(kept)},
        ):
            cloud.table.put_item(item)
    cloud.table.stream_shard.items = []


def _days(posts: int, clinic: str) -> Iterator[dt.date]:
    start = next(number for number in range(0, posts, POSTS_A_CLINIC) if make_clinic(number).key == clinic)
    return (make_post(number).posted for number in range(start, min(posts, start + POSTS_A_CLINIC)))
