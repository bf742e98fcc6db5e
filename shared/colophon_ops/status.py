"""The outcomes of one upload, of a folder, or of the whole inbox."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from colophon.decision.history import is_made_by_other_code
from colophon.decision.rows import Outcome
from colophon.stores import row_encoding
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.upload.keys import PostRef
from colophon.verbs.report import at_site
from colophon_ops.answers import all_outcomes, outcomes_in, outcomes_in_row_of
from colophon_ops.backlog import deployed_code
from colophon_ops.errors import Misused
from colophon_ops.inbox_path import InboxPath, list_command
from colophon_ops.number_edits import add_number_edits
from colophon_ops.outcomes import sort_by_key
from colophon_ops.page_history import PageHistory, page_histories, post_of_folder
from colophon_ops.redrive import count_dead_letters
from colophon_ops.target import Target


class Status(Struct, frozen=True):
    """``outcomes`` sorted by key; ``dead_letters`` is the number of messages by queue, without empty queues.

    ``pages`` are the histories of the pages if ``status`` was called for one edition or one post. ``stale`` is the
    number of editions, of all, that another version than the deployed one published or judged.
    """

    outcomes: tuple[Outcome, ...]
    dead_letters: Mapping[str, int]
    pages: tuple[PageHistory, ...] = ()
    stale: int = 0


def status(target: Target, key: str = "") -> Status:
    """The outcome of the upload at ``key``, of all below it, or of everything if ``key`` is empty.

    Raises Misused if the index knows nothing about ``key``.
    """
    index = Index(target.client("dynamodb"), target.table)
    if not key:
        return _whole_status(index, target)
    inbox = Inbox(target.client("s3"), target.inbox_bucket)
    outcomes = (add_number_edits(each, inbox) for each in _outcomes(index, key.rstrip("/")))
    found = sort_by_key(at_site(each, target.local_site_url) for each in outcomes)
    if not found:
        what = f"Nothing is known about {key}. It was never uploaded, or has not been processed yet."
        raise Misused(f"{what} Check the name ({list_command(key)}), or run this again in a minute.")
    return Status(tuple(found), {}, page_histories(index, key.rstrip("/")))


def _whole_status(index: Index, target: Target) -> Status:
    """The table is read once."""
    code, stale = deployed_code(index), 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal stale
        for item in index.scan_items():
            stale += _count_stale(item, code)
            yield item

    found = sort_by_key(at_site(each, target.local_site_url) for each in outcomes_in(counted()))
    return Status(tuple(found), count_dead_letters(target), stale=stale)


def _count_stale(item: dict[str, Any], code: str) -> int:
    kind, _, name = item["pk"]["S"].partition("#")
    if kind != "post":
        return 0
    row = row_encoding.decode_post(PostRef(*name.split("/")), item)
    return sum(is_made_by_other_code(page, code) for page in row.pages.values())


def _outcomes(index: Index, key: str) -> list[Outcome]:
    """One upload or one post's folder is in one row; for anything wider the whole table is read."""
    post, path = post_of_folder(key), InboxPath(Path(), key)
    in_row = outcomes_in_row_of(index, f"{key}/withdrawal.yaml" if post else key)
    found = [outcome for outcome in in_row if path.covers(outcome.key)]
    return found or [outcome for outcome in all_outcomes(index) if outcome.version and path.covers(outcome.key)]
