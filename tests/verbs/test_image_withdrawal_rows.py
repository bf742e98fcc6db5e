"""The row of an image's withdrawal is kept up to date as long as the inbox or the row itself knows of it."""

from typing import cast

import pytest

from colophon.decision.rows import Outcome, WithdrawalRow
from colophon.stores.inbox import Inbox
from colophon.stores.row_encoding import decode_post, encode_attribute, post_key
from colophon.upload.keys import ImageRef
from colophon.upload.messages import RefreshRequest
from colophon.verbs.image import refresh_image
from tests.decision.builder import Uploads, folder
from tests.decision.files import POST, drawing, withdrawal
from tests.decision.in_memory import Drawings, InMemoryInbox
from tests.verbs.account import Account, clients

IMAGE = ImageRef(POST, "x.jpg")
FILE = "x.jpg.withdrawal.yaml"
SHOWN = folder().put("x.jpg", drawing(1))
WITHDRAWN = SHOWN.put(FILE, withdrawal())


def recorded(uploads: Uploads, known: dict[str, WithdrawalRow]) -> dict[str, str]:
    """The states of the withdrawals that are recorded when the image, which has no row, is refreshed."""
    item = {**post_key(POST), **{f"W#{file}": encode_attribute(row) for file, row in known.items()}}
    account = Account({}, {f"post#{POST}": item})
    made = clients(account)
    made.inbox = cast(Inbox, InMemoryInbox(uploads.steps))
    refresh_image(RefreshRequest(IMAGE.key), IMAGE, Drawings(), made)
    in_transactions = [asked["TransactItems"][0]["Update"] for asked in account.asked_of("transact_write_items")]
    (update,) = (*account.asked_of("update_item"), *in_transactions)
    names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
    rows = {names[f"#{name[1:]}"]: value for name, value in values.items() if "M" in value}
    row = decode_post(POST, {**post_key(POST), **rows})
    return {file: found.outcome.state for file, found in row.withdrawals.items()}


KNOWN = {FILE: WithdrawalRow(Outcome(f"{POST.folder}{FILE}", "withdrawn", version="v"), n=1)}


@pytest.mark.parametrize(
    ("uploads", "known", "states"),
    [
        (SHOWN, {}, {}),
        (WITHDRAWN, {}, {FILE: "live"}),
        # Deleted before anything was recorded: the scan asks for it until there is a row.
        (WITHDRAWN.delete(FILE), {}, {FILE: "absent"}),
        # All of its versions are gone: only the row knows of it.
        (SHOWN, KNOWN, {FILE: "absent"}),
    ],
    ids=["none", "in force", "deleted", "erased"],
)
def test_what_is_recorded_of_the_withdrawal_of_an_image(
    uploads: Uploads, known: dict[str, WithdrawalRow], states: dict[str, str]
) -> None:
    assert recorded(uploads, known) == states
