"""Claims of a page whose row was lost: which of them its earlier addresses still keep."""

from typing import Any, cast

import pytest
from msgspec.structs import replace

from colophon.decision.claim import Claim, ClaimTarget
from colophon.decision.rows import PostRow
from colophon.stores.inbox import Inbox
from colophon.stores.row_encoding import claim_attribute, encode_attribute, post_key
from colophon.upload.keys import PageRef, PostRef
from colophon.verbs.earlier_addresses import find_standing_claims
from tests.decision.builder import folder
from tests.decision.files import CLINIC, POST, text
from tests.verbs.account import Account, clients

PAGE = PageRef(POST, "en")
# More than one read takes.
ADDRESSES = [f"{CLINIC}/old-{number:03}" for number in range(120)]
_ADDRESSES_PER_VERSION = 20


class _Addresses(Account):
    """A table in which each address keeps one claim of the page."""

    def __init__(self, claim: Claim) -> None:
        super().__init__({})
        self.claim = claim

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        if operation != "batch_get_item":
            return super()._answer(operation, asked)
        (keys,) = asked["RequestItems"].values()
        attribute = {claim_attribute("en", POST): encode_attribute(self.claim)}
        return {"Responses": {"index": [{**key, **attribute} for key in keys["Keys"]]}}


@pytest.mark.parametrize("targets", [(ClaimTarget(str(POST)),), ()], ids=["made", "ended"])
def test_every_address_that_any_version_named_is_asked_for_claims_that_stand(targets: tuple[ClaimTarget, ...]) -> None:
    claim = Claim(targets, "an id")
    uploads = folder()
    for start in range(0, len(ADDRESSES), _ADDRESSES_PER_VERSION):
        named = ADDRESSES[start : start + _ADDRESSES_PER_VERSION]
        uploads = uploads.put("en.md", text(f"Moved {start}", moved_from=named))
    seen = uploads.decide_at_once()
    account = _Addresses(claim)
    made = clients(account)
    made.inbox = cast(Inbox, seen.source)
    found = find_standing_claims(PAGE, replace(seen.look(), row=PostRow(POST)), made)
    assert found == (dict.fromkeys(ADDRESSES, claim) if targets else {})
    asked = [key for call in account.asked_of("batch_get_item") for key in call["RequestItems"]["index"]["Keys"]]
    assert asked == [post_key(PostRef(*address.split("/"))) for address in ADDRESSES]
