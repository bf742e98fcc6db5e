"""Token, look, record: who decides reads the rows first, the inbox after them, and writes on the rows' condition.

If the inbox were read first, an answer that is older than the row could be recorded over a newer one.
"""

from collections.abc import Callable

import pytest

from colophon.upload.keys import ImageRef
from colophon.upload.messages import RefreshRequest
from colophon.verbs.clients import PublishClients
from colophon.verbs.clinic_and_site import update_clinic, update_site
from colophon.verbs.image import refresh_image
from colophon.verbs.publish import PublishRequest, publish
from colophon.verbs.stray import update_stray
from tests.decision.in_memory import Drawings
from tests.verbs.account import POST, Account, clients

ROWS = ("get_item", "transact_get_items")
WRITES = ("put_item", "update_item", "transact_write_items")


SITE = b"url: https://archive.example\nname: {en: Archive}\nlanguages: [en]\noriginal_language: ko\n"
CASES: dict[str, tuple[str, bytes, Callable[[PublishClients], object]]] = {
    "the site": ("site.yaml", SITE, update_site),
    "a clinic": ("clinics/a/clinic.yaml", b"names: [\n", lambda to: update_clinic("a", to)),
    "a post": ("posts/a/b/en.md", b"---\n---\n", lambda to: publish(POST, PublishRequest(frozenset({"en"})), to)),
    "an image": (
        "posts/a/b/x.jpg",
        b"drawing",
        lambda to: refresh_image(RefreshRequest("posts/a/b/x.jpg"), ImageRef(POST, "x.jpg"), Drawings(), to),
    ),
    "a stray": ("stray.txt", b"words", lambda to: update_stray("stray.txt", to)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_rows_are_read_before_the_inbox_and_written_on_condition_that_they_are_the_same(case: str) -> None:
    key, content, answer = CASES[case]
    account = Account({key: content})
    answer(clients(account))
    rows = [at for at, call in enumerate(account.calls) if call in ROWS]
    look = account.calls.index("list_object_versions")
    writes = [at for at, call in enumerate(account.calls) if call in WRITES]
    assert rows[0] < look < writes[0]
    # Nothing that the decision was made from was read again in between.
    assert not [at for at in rows if look < at < writes[0]]
    request = account.requests[writes[0]]
    first = next(iter(request["TransactItems"][0].values())) if "TransactItems" in request else request
    assert "attribute_not_exists" in first["ConditionExpression"]


HOLD = b"kind: hold\nreason: legal\nat: 2026-03-09T00:00:00+00:00\nuntil: 2026-03-20T09:00:00+09:00\n"


def test_the_end_of_a_clinics_hold_is_noted_in_the_transaction_that_records_it() -> None:
    account = Account({"clinics/a/withdrawal.yaml": HOLD})
    update_clinic("a", clients(account))
    ((recorded, due),) = [asked["TransactItems"] for asked in account.asked_of("transact_write_items")]
    assert recorded["Put"]["Item"]["pk"] == {"S": "clinic#a"}
    assert due["Put"]["Item"]["sk"] == {"S": "2026-03-20T00:00:00.000000Z clinics/a/clinic.yaml"}
