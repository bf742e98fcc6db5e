"""Rows of keys that their post's item has no room for: they say what its rows and its folder still say."""

import pytest

from colophon.decision.rows import ImageRow, Outcome, PageRow, PostRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot
from colophon.stores.row_encoding import encode_attribute, post_key
from colophon.verbs.own_rows import update_own_row
from tests.verbs.account import POST, Account, clients

ROWS = {"L#en": PageRow, "I#x.jpg": ImageRow, "W#withdrawal.yaml": WithdrawalRow}
ROWS |= {f"W#{file}.withdrawal.yaml": WithdrawalRow for file in ("en.md", "x.jpg")}
FILES = {"L#en": "en.md", "I#x.jpg": "x.jpg"}


@pytest.mark.parametrize("attribute", ROWS)
def test_a_key_whose_row_was_recorded_meanwhile_is_not_reported_apart(attribute: str) -> None:
    """The row that is in the post's item now answers for the key, and says something else."""
    key = POST.folder + FILES.get(attribute, attribute.removeprefix("W#"))
    row = ROWS[attribute](Outcome(key, "live", version=f"v of {key}"), n=1)
    for items, recorded in (({}, True), ({"post#a/b": {**post_key(POST), attribute: encode_attribute(row)}}, False)):
        account = Account({key: b""}, items)
        made = clients(account)
        rows, clinic, site = made.index.read_post(POST)
        folder = made.inbox.read_folder(POST.folder)
        snapshot = PostSnapshot(folder=folder, contents={}, row=PostRow(POST), clinic=clinic, site=site, now=made.now())
        waiting = Outcome(key, "waiting", version=f"v of {key}")
        assert update_own_row(waiting, snapshot, made) == recorded
        assert len(account.asked_of("put_item")) == recorded
        assert bool(rows.pages or rows.images or rows.withdrawals) != recorded
