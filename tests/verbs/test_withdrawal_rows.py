"""Which withdrawals of a post are decided for a request, and what is recorded of them."""

from typing import cast

import pytest
from msgspec.structs import replace

from colophon.decision.rows import PostRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot
from colophon.stores.inbox import Inbox
from colophon.stores.item_size import Room
from colophon.upload.limits import MAX_KEYS
from colophon.verbs.withdrawals import WithdrawalChanges, decide_withdrawals, withdrawal_keys
from tests.decision.builder import Uploads, folder
from tests.decision.files import POST, text, withdrawal
from tests.decision.in_memory import InMemoryInbox
from tests.verbs.account import Account, clients

FILES = ("withdrawal.yaml", "en.md.withdrawal.yaml", "ja.md.withdrawal.yaml", "x.jpg.withdrawal.yaml")
POSTS, ENGLISH, JAPANESE, IMAGES = FILES
NOW = withdrawal(at="2026-03-10T09:00:00+09:00")


def withdrawn(more: int = 0) -> Uploads:
    """A text, a withdrawal of each kind, and so many further files."""
    uploads = folder().put("en.md", text("Coughs"))
    for name in (*FILES, *(f"{number:03}.jpg" for number in range(more))):
        uploads = uploads.put(name, NOW)
    return uploads


def look(uploads: Uploads, **rows: WithdrawalRow) -> PostSnapshot:
    """What is seen of ``uploads``, with these rows of withdrawals and no others."""
    source = InMemoryInbox(uploads.steps)
    return replace(
        folder().decide().look(), folder=source.read_folder(POST.folder), row=PostRow(POST, withdrawals=rows)
    )


def decided(snapshot: PostSnapshot, uploads: Uploads, *, again: bool = False) -> WithdrawalChanges:
    made = clients(Account({}))
    made.inbox = cast(Inbox, InMemoryInbox(uploads.steps))
    keys = [f"{POST.folder}{file}" for file in (POSTS, ENGLISH)]
    return decide_withdrawals(keys, snapshot, Room(snapshot.row), made, again=again)


@pytest.mark.parametrize(
    ("more", "langs", "known", "files"),
    [
        (0, {"en"}, (), {POSTS, ENGLISH, JAPANESE}),
        (0, set(), (), {POSTS, ENGLISH, JAPANESE}),
        # Of very many those of the request, and those whose rows are to be kept up to date.
        (MAX_KEYS, {"en"}, (), {POSTS, ENGLISH}),
        (MAX_KEYS, {"en"}, (JAPANESE,), {POSTS, ENGLISH, JAPANESE}),
        (MAX_KEYS, set(), (IMAGES,), {POSTS}),
    ],
)
def test_a_request_decides_about_the_withdrawals_of_its_pages(
    more: int, langs: set[str], known: tuple[str, ...], files: set[str]
) -> None:
    uploads = withdrawn(more)
    rows = decided(look(withdrawn()), withdrawn()).rows
    snapshot = look(uploads, **{file: rows.get(file, rows[POSTS]) for file in known})
    keys = withdrawal_keys(frozenset(langs), snapshot)
    assert {key.removeprefix(POST.folder) for key in keys} == files
    assert keys == sorted(keys)


def test_a_row_is_written_once_and_counts_on_from_the_one_before() -> None:
    uploads = withdrawn()
    first = decided(look(uploads), uploads).rows
    assert {file: row.n for file, row in first.items()} == {POSTS: 0, ENGLISH: 0}
    recorded = {file: replace(row, n=3) for file, row in first.items()}
    for again in (False, True):
        assert decided(look(uploads, **recorded), uploads, again=again).rows == {}
    changed = uploads.put(ENGLISH, withdrawal("gone"))
    (row,) = decided(look(changed, **recorded), changed).rows.values()
    assert (row.n, row.outcome.version) == (3, f"version {len(changed.steps)}")
