"""Requests for pages whose claims to earlier addresses wait: what they wait for has happened.

They are asked of the index: each was noted there in the transaction that recorded that it waits. A request names no key
of the inbox but an address, or two clinics, and ``publish`` answers it with a request for each page.
"""

from collections.abc import Iterator

from colophon.decision.rows import ClinicRow
from colophon.stores.index import Index
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest

_ROOM, _ACCEPTED = "room", "accepted"


def room_request(address: PageRef) -> RefreshRequest:
    """Refresh the pages that wait for room at ``address``."""
    return RefreshRequest(f"{_ROOM}/{address.post}/{address.lang}/", is_folder=True)


def acceptance_requests(before: ClinicRow, after: ClinicRow) -> Iterator[RefreshRequest]:
    """Refresh the pages of the clinics from which a clinic accepts claims now and did not before."""
    known = before.record.accepts_moves_from if before.record else ()
    for other in after.record.accepts_moves_from if after.record else ():
        if other not in known:
            yield RefreshRequest(f"{_ACCEPTED}/{after.clinic}/{other}/", is_folder=True)


def find_waiting(request: RefreshRequest, index: Index) -> list[RefreshRequest] | None:
    """The requests that answer ``request``, and one for the rest if there are many; None if it is no such request."""
    match request.key.split("/"):
        case [kind, clinic, post, lang, ""] if kind == _ROOM:
            waiting = index.read_claimants_waiting_for_room(PageRef(PostRef(clinic, post), lang))
            return [RefreshRequest(page.key) for page in waiting]
        case [kind, clinic, other, ""] if kind == _ACCEPTED:
            keys, last = index.read_claimants_waiting_for_clinic(clinic, other, request.after)
            rest = [RefreshRequest(request.key, is_folder=True, after=last)] if last else []
            return [*map(RefreshRequest, keys), *rest]
    return None
