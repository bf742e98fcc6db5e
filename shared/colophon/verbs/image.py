"""``image``: publish the sized copies of one image, or tombstones where they were. Token, look, bytes, record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from msgspec.structs import replace

from colophon.decision.image import (
    ImageDecision,
    add_unused_warning,
    decide_image,
    is_image_up_to_date,
    recorded_file_keys,
)
from colophon.decision.room import full_item_problem, has_place, outcome_without_row, too_many_files_problem
from colophon.decision.rows import ImageRow, Outcome
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.sweep import due_changes
from colophon.images.copy import Copier
from colophon.page.finished import finish_image, finish_image_tombstone
from colophon.stores.change import PostChange
from colophon.stores.item_size import Room
from colophon.stores.row_encoding import IMAGE_PREFIX
from colophon.stores.table import Conflict, ItemTooLarge
from colophon.trace import follow
from colophon.upload.keys import ImageRef, ImageWithdrawal, parse_key
from colophon.upload.messages import RefreshRequest
from colophon.verbs.answers import RowPair, row_answers, trace_of_rows
from colophon.verbs.clients import ImageClients
from colophon.verbs.own_rows import (
    is_reported_apart,
    may_have_own_rows,
    own_row_beside,
    report_without_room,
    update_own_row,
)
from colophon.verbs.reading import decide_with_reads
from colophon.verbs.stray import update_shadowed_keys
from colophon.verbs.swap import retry_on_conflict
from colophon.verbs.withdrawals import WithdrawalChanges, decide_withdrawals


def refresh_image(request: RefreshRequest, image: ImageRef, copier: Copier, clients: ImageClients) -> None:
    """Bring the objects and the row of ``image`` to what the inbox says now.

    Nothing is done where the row is up to date, unless ``request.force`` finds one of its files missing, or
    ``request.rebuild_files`` asks for them, which also replaces files that hold other bytes. Raises Unavailable.
    """
    retry_on_conflict(partial(_attempt_within_limits, request, image, copier, ImageMemory(), clients), image.key)


def refresh_images(requests: Iterable[RefreshRequest], copier: Copier, clients: ImageClients) -> None:
    """Handle ``requests``, each of which names an image or the withdrawal of one."""
    for request in requests:
        name = parse_key(request.key)
        image = name.image if isinstance(name, ImageWithdrawal) else name
        if isinstance(image, ImageRef):
            refresh_image(request, image, copier, clients)


@dataclass(slots=True)
class ImageMemory:
    """What survives a conflict: contents of versions (they never change), and that DynamoDB refused the post's item."""

    contents: dict[str, object] = field(default_factory=dict)
    is_full: bool = False


def _attempt_within_limits(
    request: RefreshRequest, image: ImageRef, copier: Copier, memory: ImageMemory, clients: ImageClients
) -> None:
    """An attempt; if DynamoDB refuses the post's item as too large, the next one records only what makes it smaller.

    Raises Conflict, and ItemTooLarge if even that is refused.
    """
    try:
        _attempt(request, image, copier, memory, clients)
    except ItemTooLarge as refusal:
        if memory.is_full:
            raise
        memory.is_full = True
        raise Conflict(image.key) from refusal


def _take_snapshot(image: ImageRef, contents: dict[str, object], clients: ImageClients) -> PostSnapshot:
    row, clinic, site = clients.index.read_post(image.post)
    folder = clients.inbox.read_folder(image.post.folder)
    return PostSnapshot(folder=folder, contents=contents, row=row, clinic=clinic, site=site, now=clients.now())


def _attempt(
    request: RefreshRequest, image: ImageRef, copier: Copier, memory: ImageMemory, clients: ImageClients
) -> None:
    snapshot = _take_snapshot(image, memory.contents, clients)
    row = snapshot.row
    update_shadowed_keys(snapshot.folder, clients)
    if not has_place(image, snapshot):
        _wait_for_place(request, image, snapshot, copier, clients)
        return
    must_repair = request.rebuild_files or (request.force and _has_missing_files(row.images.get(image.name), clients))
    if is_image_up_to_date(image, snapshot) and not must_repair:
        return
    decision = decide_with_reads(partial(decide_image, image), snapshot, clients.inbox, copier)
    room = Room(row, is_full=memory.is_full)
    _write_and_record(request, image, snapshot, decision, room, clients)


def _write_and_record(
    request: RefreshRequest,
    image: ImageRef,
    snapshot: PostSnapshot,
    decision: ImageDecision,
    room: Room,
    clients: ImageClients,
) -> None:
    """Bytes, then the row. What can't be recorded is not published; but it is taken down if it is withdrawn."""
    known = snapshot.row.images.get(image.name)
    whole = replace(add_unused_warning(decision.row, image, snapshot), n=known.n if known else 0)
    image_row = room.fit(IMAGE_PREFIX + image.name, known, whole)
    fits = isinstance(image_row, ImageRow)
    withdrawals = _decide_withdrawals(image, snapshot, room, clients)
    if fits or (whole.state == "withdrawn" and not is_reported_apart(whole.outcome, clients.index)):
        _write_objects(image, decision, clients, request)
    if not isinstance(image_row, ImageRow):
        waits = outcome_without_row(image, snapshot.folder.history_of(image.key), full_item_problem(image.post))
        outcome = whole.outcome if whole.state == "withdrawn" else waits
        report_without_room((outcome, *withdrawals.without_room), snapshot, clients)
        change = PostChange(withdrawals=withdrawals.rows, own_rows=withdrawals.own_rows)
    else:
        report_without_room(withdrawals.without_room, snapshot, clients)
        change = _image_change(image, snapshot, image_row, whole.outcome, withdrawals)
    if change.images or change.withdrawals:
        _record(change, snapshot, clients)


def _record(change: PostChange, snapshot: PostSnapshot, clients: ImageClients) -> None:
    known = snapshot.row
    recorded = [
        *(RowPair(known.images.get(name), row) for name, row in change.images.items()),
        *(RowPair(known.withdrawals.get(file), row) for file, row in change.withdrawals.items()),
    ]
    with follow(trace_of_rows(recorded, snapshot)):
        clients.index.record_post(snapshot.post, change)
        for answer in row_answers(recorded, snapshot, clients.now()):
            clients.answered(answer)


def _image_change(
    image: ImageRef, snapshot: PostSnapshot, row: ImageRow, whole: Outcome, withdrawals: WithdrawalChanges
) -> PostChange:
    """What to record; nothing if neither the image's row nor its withdrawal's has changed."""
    known = snapshot.row.images.get(image.name)
    if row == known and not withdrawals.rows:
        return PostChange()
    own_rows = own_row_beside(known, row, whole, may_have_one=may_have_own_rows(snapshot.folder, snapshot.row))
    return PostChange(
        images={image.name: row},
        withdrawals=withdrawals.rows,
        due_changes=due_changes([(image.key, known.next_at if known else None, row.next_at)]),
        own_rows=(*withdrawals.own_rows, *own_rows),
    )


def _wait_for_place(
    request: RefreshRequest, image: ImageRef, snapshot: PostSnapshot, copier: Copier, clients: ImageClients
) -> None:
    """Record that ``image`` waits for a place.

    With ``force`` the row may be lost and not its files: a withdrawal takes them down although there is no place.
    """
    if request.force:
        decision = decide_with_reads(partial(decide_image, image), snapshot, clients.inbox, copier)
        if decision.row.state == "withdrawn":
            _write_objects(image, decision, clients, request)
    withdrawals = _decide_withdrawals(image, snapshot, Room(snapshot.row), clients)
    if withdrawals.rows:
        _record(PostChange(withdrawals=withdrawals.rows, own_rows=withdrawals.own_rows), snapshot, clients)
    report_without_room(withdrawals.without_room, snapshot, clients)
    history = snapshot.folder.history_of(image.key)
    outcome = outcome_without_row(image, history, too_many_files_problem(image.post))
    update_own_row(outcome, snapshot, clients)


def _has_missing_files(row: ImageRow | None, clients: ImageClients) -> bool:
    """Whether a file of the image is missing. Without files in the row, a tombstone may be: that counts as missing."""
    if row is None:
        return False
    return row.state != "ready" or not all(clients.site.read_token(key).etag for key in recorded_file_keys(row))


def _write_objects(image: ImageRef, decision: ImageDecision, clients: ImageClients, request: RefreshRequest) -> None:
    site = clients.site
    put = site.repair if request.rebuild_files else site.check_and_put if request.force else site.put_if_absent
    if decision.copy:
        for size in finish_image(image.post, decision.base, decision.copy):
            put(size)
    for key in decision.tombstones:
        if not request.force or "status" not in site.read_current(key).metadata:
            site.put_tombstone(finish_image_tombstone(image.post, key))


def _decide_withdrawals(
    image: ImageRef, snapshot: PostSnapshot, room: Room, clients: ImageClients
) -> WithdrawalChanges:
    """The changes of the row of the image's withdrawal, if it has or ever had one."""
    key = ImageWithdrawal(image).key
    known = key.removeprefix(image.post.folder) in snapshot.row.withdrawals
    keys = [key] if known or snapshot.folder.history_of(key).ever_uploaded else []
    return decide_withdrawals(keys, snapshot, room, clients, again=True)
