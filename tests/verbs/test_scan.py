"""The daily scan: an upload of any kind whose event was lost is requested, and nothing else."""

from typing import Any

import pytest

from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue, PurgeQueue
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


def scanned(*keys: str) -> list[str]:
    """The keys that a scan of an inbox with these uploads requests, without any row."""
    account = Account(dict.fromkeys(keys, b"words"))
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
