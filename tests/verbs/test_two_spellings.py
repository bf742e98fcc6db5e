"""A key whose other spelling is superseded: what was said of the key itself is cleared, unless it still holds."""

from unicodedata import normalize

import pytest

from colophon.decision.rows import Outcome, OutcomeState
from colophon.decision.stray import StrayRow
from colophon.stores.row_encoding import encode_row, stray_key
from colophon.verbs.stray import update_shadowed_keys
from tests.verbs.account import POST, Account, clients

COMPOSED = f"{POST.folder}{normalize('NFC', 'café.jpg')}"
DECOMPOSED = normalize("NFD", COMPOSED)


def item(key: str, state: OutcomeState) -> dict[str, dict[str, str]]:
    return {**stray_key(key), **encode_row(StrayRow(key, 1, f"v of {key}", Outcome(key, state, version=f"v of {key}")))}


@pytest.mark.parametrize(("state", "is_cleared"), [("superseded", True), ("absent", True), ("waiting", False)])
def test_a_key_that_counts_again_is_no_longer_said_to_be_superseded(state: OutcomeState, *, is_cleared: bool) -> None:
    """One that waits for a place in its post's item has no other row that would say so."""
    items = {COMPOSED: item(COMPOSED, state), DECOMPOSED: item(DECOMPOSED, "superseded")}
    account = Account({COMPOSED: b"", DECOMPOSED: b""}, items)
    made = clients(account)
    update_shadowed_keys(made.inbox.read_folder(POST.folder), made)
    written = {asked["Item"]["sk"]["S"]: asked["Item"]["row"]["S"] for asked in account.asked_of("put_item")}
    assert written.keys() == ({COMPOSED} if is_cleared else set())
    assert not any("outcome" in row for row in written.values())
