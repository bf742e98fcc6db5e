"""``rebuild_all``: one listing that fails stops no other, and the message fails with the first error."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, ImageRow, Outcome, PageRow, SiteRow
from colophon.listings.kinds import in_waves
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.language import LANGUAGE
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.stores.row_changes import decode_change
from colophon.stores.row_encoding import encode_attribute, encode_entry, encode_row, make_key, post_key
from colophon.stores.site import Site
from colophon.stores.stream import RowChange
from colophon.upload.keys import PostRef
from colophon.upload.messages import RefreshRequest, parse_messages
from colophon.verbs.clients import AssetWriter
from colophon.verbs.gathering import Gathering
from colophon.verbs.listings import ListingClients
from colophon.verbs.relist import RelistClients, rebuild_all, relist, tags_of_stale_listings
from tests.listings.feeds import ENTRY


class _NoTable:
    """A table that no row can be read of; ``asked`` are the partitions that were tried."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.purged: list[str] = []

    def send_message(self, **asked: Any) -> None:
        """A message of the purge queue."""
        self.purged += json.loads(asked["MessageBody"])["tags"]

    def send_message_batch(self, **_: Any) -> dict[str, Any]:
        """Takes every message."""
        return {}

    def transact_get_items(self, **params: Any) -> None:
        key = params["TransactItems"][0]["Get"]["Key"]
        self.asked.append(f"{key['pk']['S']} {key['sk']['S']}")
        raise OSError(self.asked[-1])


def test_every_listing_is_tried_and_the_first_error_is_raised() -> None:
    client: Any = _NoTable()
    site = Site(client, "site")
    clients = ListingClients(ListingIndex(client, "index"), site, AssetWriter(site))
    groups = [kind.group(lang) for kind in (HOME, LANGUAGE) for lang in ("en", "ko")]
    with pytest.raises(OSError, match="en") as caught:
        rebuild_all(groups, clients)
    # Those that are rebuilt side by side together, and then each on its own.
    together = sum(len(wave) > 1 for wave in in_waves(groups))
    assert (len(set(client.asked)), len(client.asked)) == (len(groups), len(groups) + together)
    assert str(caught.value) == client.asked[0]


def test_without_listings_nothing_is_read() -> None:
    client: Any = _NoTable()
    site = Site(client, "site")
    assert rebuild_all([], ListingClients(ListingIndex(client, "index"), site, AssetWriter(site))) == {}


def test_a_listing_that_loses_a_post_is_purged_only_once_it_is_swapped() -> None:
    """Else the CDN would fetch the old one once more and keep it: here it can't be rebuilt, so nothing is purged."""
    client: Any = _NoTable()
    site, queue = Site(client, "site"), MessageQueue(client, "queue")
    listings = ListingClients(ListingIndex(client, "index"), site, AssetWriter(site))
    gathering = Gathering(queue, lambda: datetime(2026, 3, 10, tzinfo=UTC), 0)
    clients = RelistClients(queue, listings, PurgeQueue(client, "purges"), gathering)
    shown = EntryRow("en", "a", date(2026, 3, 1), "b", "id", ENTRY)
    removed = replace(shown, id="other", entry=None)
    change = RowChange("entries#en/a", "2026/03/01#b", encode_entry(shown), encode_entry(removed))
    assert tags_of_stale_listings([decoded for each in (change,) if (decoded := decode_change(each))]) == ("l:en",)
    with pytest.raises(OSError, match="en"):
        relist([change], clients)
    assert client.asked
    assert client.purged == []


class _Queue:
    """SQS, which takes every message."""

    def __init__(self) -> None:
        self.requests: list[RefreshRequest] = []

    def send_message_batch(self, **asked: Any) -> dict[str, Any]:
        self.requests += [request for entry in asked["Entries"] for request in parse_messages(entry["MessageBody"])]
        return {}

    def send_message(self, **_: Any) -> None:
        """A purge."""


POST = PostRef("a", "b")


def requested(
    before: dict[str, PageRow],
    after: dict[str, PageRow],
    images_before: dict[str, ImageRow] | None = None,
    images_after: dict[str, ImageRow] | None = None,
) -> list[str]:
    """The keys of the requests that follow when the pages and images of a post change so."""
    items = [
        {
            **post_key(POST),
            **{f"L#{lang}": encode_attribute(row) for lang, row in pages.items()},
            **{f"I#{name}": encode_attribute(row) for name, row in (images or {}).items()},
        }
        for pages, images in ((before, images_before), (after, images_after))
    ]
    return requested_after([RowChange("post#a/b", "post", *items)])


def requested_after(changes: list[RowChange]) -> list[str]:
    """The keys of the requests that follow from ``changes``, all of posts."""
    client: Any = _Queue()
    queue, site = MessageQueue(client, "queue"), Site(client, "site")
    listings = ListingClients(ListingIndex(client, "index"), site, AssetWriter(site))
    gathering = Gathering(queue, lambda: datetime(2026, 3, 10, tzinfo=UTC), 0)
    relist(changes, RelistClients(queue, listings, PurgeQueue(client, "purges"), gathering))
    return [request.key for request in client.requests]


def page(lang: str, n: int = 1, **more: Any) -> PageRow:
    """A live page."""
    row = PageRow(Outcome(f"posts/a/b/{lang}.md", "live", version="v"), n=n, facts_id=f"facts of {lang}")
    return replace(row, **more)


def test_a_page_is_requested_when_its_siblings_show_something_else_than_it_was_made_from() -> None:
    en = page("en", siblings={"ko": "facts of ko"})
    ko = page("ko", siblings={"en": "facts of en"})
    assert requested({"en": en, "ko": ko}, {"en": replace(en, n=2), "ko": ko}) == []
    corrected = replace(ko, n=2, facts_id="other facts")
    assert requested({"en": en, "ko": ko}, {"en": en, "ko": corrected}) == ["posts/a/b/en.md"]


def test_a_sibling_that_readers_never_saw_is_none() -> None:
    """It has no identity yet, and the pages were made without it."""
    en = page("en", siblings={})
    waits = PageRow(Outcome("posts/a/b/ko.md", "waiting", version="v"), n=1)
    assert requested({"en": en}, {"en": en, "ko": waits}) == []
    assert requested({"en": en, "ko": waits}, {"en": en, "ko": replace(waits, n=2, facts_id="f")}) == [en.outcome.key]


@pytest.mark.parametrize(
    ("unused", "named_before", "named_after", "is_requested"),
    [
        (True, False, True, True),
        (True, False, False, False),
        (False, True, False, True),
        (False, True, True, False),
        (False, False, False, False),
    ],
)
def test_an_image_is_looked_at_again_when_its_report_says_otherwise_than_the_texts(
    *, unused: bool, named_before: bool, named_after: bool, is_requested: bool
) -> None:
    image = ImageRow(Outcome("posts/a/b/x.jpg", "live", version="v"), n=1, fp="f", state="ready", unused=unused)
    before, after = (
        {"en": page("en", n, image_names=("x.jpg",) if named else ())}
        for n, named in ((1, named_before), (2, named_after))
    )
    images = {"x.jpg": image}
    assert requested(before, after, images, images) == ["posts/a/b/x.jpg"] * is_requested


def test_an_image_that_changes_in_what_pages_show_has_every_language_requested() -> None:
    def image(fp: str, n: int = 1) -> ImageRow:
        return ImageRow(Outcome("posts/a/b/x.jpg", "live", version="v"), n=n, fp=fp)

    same, other = {"x.jpg": image("f1")}, {"x.jpg": image("f2", 2)}
    pages = {"en": page("en", image_names=("x.jpg",))}
    assert requested(pages, pages, same, {"x.jpg": image("f1", 2)}) == []
    assert requested(pages, pages, same, other) == ["posts/a/b/"]
    assert requested(pages, pages, {}, same) == ["posts/a/b/"]


def requested_by(pk: str, sk: str, before: Any, after: Any) -> list[RefreshRequest]:
    """The requests that follow when the row of a clinic or of the site changes so. No listing can be rebuilt."""
    client: Any = _Queue()
    queue, site = MessageQueue(client, "queue"), Site(client, "site")
    table: Any = _NoTable()
    listings = ListingClients(ListingIndex(table, "index"), site, AssetWriter(site))
    gathering = Gathering(queue, lambda: datetime(2026, 3, 10, tzinfo=UTC), 0)
    images = [{**make_key(pk, sk), **encode_row(row)} for row in (before, after)]
    with suppress(OSError):
        relist([RowChange(pk, sk, *images)], RelistClients(queue, listings, PurgeQueue(client, "purges"), gathering))
    requests: list[RefreshRequest] = client.requests
    return requests


def test_a_changed_clinic_has_its_posts_requested_and_a_withdrawn_one_their_images_too() -> None:
    known = ClinicRow("a", 1, fp="f1", langs=("en",), withdrawal_id="w1")
    changes: list[tuple[dict[str, Any], list[RefreshRequest]]] = [
        ({"inputs_id": "other"}, []),
        ({"fp": "f2"}, [RefreshRequest("posts/a/", is_folder=True)]),
        ({"langs": ("en", "ja")}, [RefreshRequest("posts/a/", is_folder=True)]),
        ({"fp": "f2", "withdrawal_id": "w2"}, [RefreshRequest("posts/a/", is_folder=True, with_images=True)]),
    ]
    for change, expected in changes:
        assert requested_by("clinic#a", "clinic", known, replace(known, n=2, **change)) == expected


def test_a_changed_site_has_every_post_and_every_clinic_requested() -> None:
    known = SiteRow(1, fp="f1")
    assert requested_by("site", "site", known, replace(known, n=2)) == []
    assert requested_by("site", "site", known, replace(known, n=2, fp="f2")) == [
        RefreshRequest("posts/", is_folder=True),
        RefreshRequest("clinics/", is_folder=True),
    ]


def test_a_damaged_row_keeps_no_other_change_of_its_batch_back() -> None:
    """Before it and after it: the stream delivers none of them again once the batch is done."""
    changes = []
    for name in ("first", "damaged", "last"):
        post = PostRef("a", name)
        row = PageRow(Outcome(f"{post.folder}en.md", "live", version="v"), n=1, siblings={"ko": "facts of ko"})
        item = {**post_key(post), "L#en": encode_attribute(row)}
        if name == "damaged":
            item["L#en"]["M"]["row"]["S"] = "no JSON"
        changes.append(RowChange(f"post#{post}", "post", {}, item))
    assert requested_after(changes) == ["posts/a/first/en.md", "posts/a/last/en.md"]
