"""``report``: write for every upload what became of it. It reads the table's stream alone."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from colophon.decision.rows import Outcome, PostRow
from colophon.decision.stray import StrayRow
from colophon.stores import row_encoding
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.row_encoding import DamagedRow
from colophon.stores.stream import RowChange, StreamImage, without_unreadable
from colophon.stores.table import Conflict
from colophon.upload.keys import PostRef
from colophon.verbs.swap import retry_on_conflict
from colophon.verbs.tasks import TaskRunner


def report(change: RowChange, inbox: Inbox, index: Index, site_url: str = "") -> list[str]:
    """Write the reports of the keys whose outcome ``change`` changed. Returns these keys.

    They give addresses at ``site_url``; if it is empty, at the site's public address.
    A first report says what this change says, if no report is there: a later change replaces it. Any other report
    is swapped: its ETag is the token, the index's item the look.
    """
    before, after = _outcomes_before_and_after(change)
    changed = sorted(key for key, outcome in after.items() if before.get(key) != outcome)
    for key in changed:
        if key in before or not _put_first_report(key, after[key], inbox, site_url):
            retry_on_conflict(partial(_swap_report, key, change, inbox, index, site_url), key)
    return changed


def report_all(
    changes: Sequence[RowChange], inbox: Inbox, index: Index, site_url: str, run: TaskRunner
) -> list[list[str] | Exception]:
    """Report on each of ``changes``, side by side as ``run`` does; what each returned or raised."""
    return run([partial(_report_and_catch, change, inbox, index, site_url) for change in changes])


def _report_and_catch(change: RowChange, inbox: Inbox, index: Index, site_url: str) -> list[str] | Exception:
    try:
        return report(change, inbox, index, site_url)
    except Exception as failure:
        return failure


def _outcomes_before_and_after(change: RowChange) -> tuple[dict[str, Outcome], dict[str, Outcome]]:
    try:
        return outcomes_in_item(change.pk, change.before), outcomes_in_item(change.pk, change.after)
    except DamagedRow:
        readable_change = without_unreadable(change)
        return outcomes_in_item(readable_change.pk, readable_change.before), outcomes_in_item(
            readable_change.pk, readable_change.after
        )


def _put_first_report(key: str, outcome: Outcome, inbox: Inbox, site_url: str) -> bool:
    """Whether there was no report before this one."""
    try:
        inbox.put_report(key, encode_report(compare_versions(outcome, inbox), site_url), "")
    except Conflict:
        return False
    return True


def _swap_report(key: str, change: RowChange, inbox: Inbox, index: Index, site_url: str) -> None:
    tag = inbox.report_etag(key)
    outcome = outcomes_in_item(change.pk, index.read_item(change.pk, change.sk)).get(key)
    if outcome:
        inbox.put_report(key, encode_report(compare_versions(outcome, inbox), site_url), tag)


def compare_versions(outcome: Outcome, inbox: Inbox) -> Outcome:
    """``outcome`` with its ``number_edits``: reads two versions if a text replaced another, and else nothing.

    Versions never change, so that every report on the row says the same.
    """
    if not outcome.replaced_version:
        return outcome
    from colophon.verbs.number_edits import describe_number_edits

    return replace(outcome, number_edits=describe_number_edits(outcome, inbox))


def encode_report(outcome: Outcome, site_url: str = "") -> bytes:
    """The report as JSON, indented for people to read. Its address is as in ``report``."""
    outcome = at_site(outcome, site_url)
    body = {**outcome.as_json(), **outcome.hints_as_json(), "version": outcome.version}
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


def at_site(outcome: Outcome, site_url: str) -> Outcome:
    """``outcome`` with its address at ``site_url``; as it is if that or its address is empty."""
    if not site_url or not outcome.url:
        return outcome
    # The site's own address has no path.
    return replace(outcome, url=site_url + urlsplit(outcome.url).path)


def outcomes_in_item(pk: str, item: StreamImage) -> dict[str, Outcome]:
    """The outcomes in one item of the index, by key; a row for which nothing was ever uploaded has none.

    Nor has a row that keeps only some of the problems: the key's own item has them all.
    """
    return {outcome.key: outcome for outcome in _item_outcomes(pk, dict(item)) if _is_whole(outcome)}


def outcomes_in_post(row: PostRow) -> dict[str, Outcome]:
    """The outcomes in the rows of a post, by key."""
    return {outcome.key: outcome for outcome in _post_outcomes(row) if _is_whole(outcome)}


def _is_whole(outcome: Outcome) -> bool:
    return bool(outcome.version) and not outcome.problems_id


def _post_outcomes(row: PostRow) -> Iterator[Outcome]:
    yield from (page.reported for page in row.pages.values())
    for rows in (row.images, row.withdrawals):
        yield from (one.outcome for one in rows.values())


def _item_outcomes(pk: str, item: dict[str, Any]) -> Iterator[Outcome]:
    if not item:
        return
    kind, _, name = pk.partition("#")
    if kind == "post":
        yield from _post_outcomes(row_encoding.decode_post(PostRef(*name.split("/")), item))
    elif kind == "clinic":
        yield from row_encoding.decode_clinic(name, item).outcomes
    elif kind == "site":
        yield from row_encoding.decode_site(item).outcomes
    elif kind == "stray":
        yield from _as_tuple(row_encoding.decode_row(StrayRow, item).outcome)


def _as_tuple(outcome: Outcome | None) -> Iterable[Outcome]:
    return (outcome,) if outcome else ()
