"""Who is asked again when room is free at an address, or a clinic accepts more moves."""

from typing import Any

import pytest

from colophon.clinic.record import ClinicRecord
from colophon.decision.rows import ClinicRow
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest
from colophon.verbs.waiting_claims import acceptance_requests, find_waiting, room_request
from tests.verbs.account import Account, clients

ADDRESS = PageRef(PostRef("old-clinic", "old-post"), "en")
_PAGE = 3


class _Waiting(Account):
    """A table with the sort keys of notes, a few to an answer."""

    def __init__(self, notes: dict[str, tuple[str, ...]]) -> None:
        super().__init__({})
        self.notes = notes

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        values = asked["ExpressionAttributeValues"]
        pk, prefix = values[":pk"]["S"], values.get(":prefix", {"S": ""})["S"]
        after = asked.get("ExclusiveStartKey", {"sk": {"S": ""}})["sk"]["S"]
        found = [sk for sk in sorted(self.notes.get(pk, ())) if sk.startswith(prefix) and sk > after]
        items = [{"pk": {"S": pk}, "sk": {"S": sk}} for sk in found[:_PAGE]]
        return {"Items": items, **({"LastEvaluatedKey": items[-1]} if found[_PAGE:] else {})}


def clinic(*accepted: str) -> ClinicRow:
    record = ClinicRecord.model_construct(accepts_moves_from=accepted)
    return ClinicRow("old-clinic", record=record)


@pytest.mark.parametrize(
    ("before", "after", "accepted"),
    [
        (ClinicRow("old-clinic"), clinic("new-1", "new-2"), ["new-1", "new-2"]),
        (clinic("new-1"), clinic("new-1", "new-2"), ["new-2"]),
        (clinic("new-1"), clinic("new-1"), []),
        (clinic("new-1"), clinic(), []),
        (clinic("new-1"), ClinicRow("old-clinic"), []),
    ],
)
def test_clinics_are_asked_that_are_accepted_now_and_were_not_before(
    before: ClinicRow, after: ClinicRow, accepted: list[str]
) -> None:
    expected = [RefreshRequest(f"accepted/old-clinic/{name}/", is_folder=True) for name in accepted]
    assert list(acceptance_requests(before, after)) == expected


def test_every_page_of_the_accepted_clinic_is_asked_once_however_many_wait() -> None:
    keys = tuple(f"posts/new-1/p{number}/en.md" for number in range(8))
    account = _Waiting({"waits#old-clinic": (*keys, "posts/new-10/other/en.md"), "waits#new-1": ("posts/x/y/en.md",)})
    pending = list(acceptance_requests(clinic(), clinic("new-1")))
    asked: list[str] = []
    for _ in range(5):
        found = find_waiting(pending.pop(), clients(account).index) if pending else []
        pending += [each for each in found or () if each.is_folder]
        asked += [each.key for each in found or () if not each.is_folder]
    assert asked == list(keys)


def test_a_request_that_names_no_address_is_answered_by_others() -> None:
    index = clients(_Waiting({})).index
    assert find_waiting(room_request(ADDRESS), index) == []
    for key in ("posts/", "posts/a/", "clinics/", "posts/a/b/", "room/a/b/", "accepted/a/"):
        assert find_waiting(RefreshRequest(key, is_folder=True), index) is None
