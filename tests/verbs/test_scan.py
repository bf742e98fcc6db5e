"""The daily scan: an upload of any kind whose event was lost is requested, and nothing else."""

from typing import Any

import pytest

from colophon.decision.claim import Claim
from colophon.decision.rows import Outcome, PageRow
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
from colophon.stores.row_encoding import encode_attribute, post_key
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import parse_messages
from colophon.verbs.sweep import SweepClients, SweepQueues, scan_whole_inbox
from tests.verbs.account import NOW, Account, clients

# An upload, and the key that is requested for it.
UPLOADS = {
    "posts/a/b/en.md": "posts/a/b/en.md",
    "posts/a/b/x.jpg": "posts/a/b/x.jpg",
    "posts/a/b/withdrawal.yaml": "posts/a/b/withdrawal.yaml",
    "posts/a/b/en.md.withdrawal.yaml": "posts/a/b/en.md.withdrawal.yaml",
    "posts/a/b/x.jpg.withdrawal.yaml": "posts/a/b/x.jpg.withdrawal.yaml",
    "posts/a/b/notes.txt": "posts/a/b/notes.txt",
    "clinics/a/clinic.yaml": "clinics/a/clinic.yaml",
    "clinics/a/withdrawal.yaml": "clinics/a/clinic.yaml",
    "clinics/a/notes.txt": "clinics/a/notes.txt",
    "site.yaml": "site.yaml",
    "site.css": "site.css",
    "site.txt": "site.txt",
}


def scanned(*keys: str, items: dict[str, dict[str, Any]] | None = None) -> list[str]:
    """The keys that a scan of an inbox with these uploads requests, without any row but those in ``items``."""
    account = Account(dict.fromkeys(keys, b"words"), items)
    client: Any = account
    made, queue = clients(account), MessageQueue(client, "intake")
    queues = SweepQueues(queue, MessageQueue(client, "listings"), PurgeQueue(client, "purges"))
    sweep = SweepClients(made.inbox, made.index, ListingIndex(client, "index"), queues, lambda: NOW)
    scan_whole_inbox(sweep, NOW, NOW)
    sent = [asked for asked in account.asked_of("send_message_batch") if asked["QueueUrl"] == "intake"]
    bodies = [entry["MessageBody"] for asked in sent for entry in asked["Entries"]]
    return [request.key for body in bodies for request in parse_messages(body)]


@pytest.mark.parametrize("upload", UPLOADS)
def test_an_upload_whose_event_was_lost_is_requested(upload: str) -> None:
    assert UPLOADS[upload] in scanned(upload)


def test_all_of_them_together_are_requested_each_once() -> None:
    found = scanned(*UPLOADS)
    assert set(found) >= set(UPLOADS.values())
    assert len(found) == len(set(found))


def test_reports_are_not_scanned() -> None:
    assert scanned("reports/posts/a/b/en.md.json") == []


def page_row(post: PostRef, version: str, **more: Any) -> dict[str, Any]:
    """The item of a post that has one page, in English."""
    row = PageRow(Outcome(PageRef(post, "en").key, "live" if version else "absent", version=version), n=1, **more)
    return {**post_key(post), "L#en": encode_attribute(row)}


@pytest.mark.parametrize(("version", "is_requested"), [("", True), ("v", False)])
def test_an_earlier_address_is_requested_for_its_claimant_only_if_it_has_no_text(
    *, version: str, is_requested: bool
) -> None:
    """A post that has texts has its own folder in the inbox, and the scan compares its rows with that."""
    old = PostRef("a", "old")
    items = {
        "post#a/b": page_row(PostRef("a", "b"), "v", claims={"a/old": Claim()}),
        "post#a/old": page_row(old, version),
    }
    assert ("posts/a/old/en.md" in scanned("posts/a/b/en.md", items=items)) == is_requested
