"""``image``: publish the sized copies of one image, or tombstones where they were. Token, look, bytes, record."""

from collections.abc import Iterable
from functools import partial

from msgspec.structs import replace

from colophon.decision.image import (
    ImageDecision,
    add_unused_warning,
    decide_image,
    is_image_up_to_date,
    recorded_file_keys,
)
from colophon.decision.rows import ImageRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.sweep import due_changes
from colophon.decision.withdrawals import decide_withdrawal
from colophon.images.copy import Copier
from colophon.page.finished import finish_image, finish_image_tombstone
from colophon.stores.change import PostChange
from colophon.upload.keys import ImageRef, ImageWithdrawal, parse_key
from colophon.upload.messages import RefreshRequest
from colophon.verbs.clients import ImageClients
from colophon.verbs.reading import decide_with_reads
from colophon.verbs.stray import update_shadowed_keys
from colophon.verbs.swap import retry_on_conflict


def refresh_image(request: RefreshRequest, image: ImageRef, copier: Copier, clients: ImageClients) -> None:
    """Bring the objects and the row of ``image`` to what the inbox says now.

    Nothing is done where the row is up to date, unless ``request.force`` finds one of its files missing, or
    ``request.rebuild_files`` asks for them, which also replaces files that hold other bytes. Raises Unavailable.
    """
    retry_on_conflict(partial(_attempt, request, image, copier, {}, clients), image.key)


def refresh_images(requests: Iterable[RefreshRequest], copier: Copier, clients: ImageClients) -> None:
    """Handle ``requests``, each of which names an image or the withdrawal of one."""
    for request in requests:
        name = parse_key(request.key)
        image = name.image if isinstance(name, ImageWithdrawal) else name
        if isinstance(image, ImageRef):
            refresh_image(request, image, copier, clients)


def _attempt(
    request: RefreshRequest, image: ImageRef, copier: Copier, contents: dict[str, object], clients: ImageClients
) -> None:
    row, clinic, site = clients.index.read_post(image.post)
    snapshot = PostSnapshot(
        folder=clients.inbox.read_folder(image.post.folder),
        contents=contents,
        row=row,
        clinic=clinic,
        site=site,
        now=clients.now(),
    )
    update_shadowed_keys(snapshot.folder, clients)
    must_repair = request.rebuild_files or (request.force and _has_missing_files(row.images.get(image.name), clients))
    if is_image_up_to_date(image, snapshot) and not must_repair:
        return
    decision = decide_with_reads(partial(decide_image, image), snapshot, clients.inbox, copier)
    withdrawals = _decide_withdrawals(image, snapshot, clients)
    _write_objects(image, decision, clients, request)
    known = row.images.get(image.name)
    image_row = replace(add_unused_warning(decision.row, image, snapshot), n=known.n if known else 0)
    if image_row != known or withdrawals:
        due = due_changes([(image.key, known.next_at if known else None, image_row.next_at)])
        clients.index.record_post(
            image.post, PostChange(images={image.name: image_row}, withdrawals=withdrawals, due_changes=due)
        )


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


def _decide_withdrawals(image: ImageRef, snapshot: PostSnapshot, clients: ImageClients) -> dict[str, WithdrawalRow]:
    key = ImageWithdrawal(image).key
    file = key.removeprefix(image.post.folder)
    known = snapshot.row.withdrawals.get(file)
    if known is None and not snapshot.folder.history_of(key).ever_uploaded:
        return {}
    row = decide_with_reads(partial(decide_withdrawal, key), snapshot, clients.inbox)
    row = replace(row, n=known.n if known else 0)
    return {} if row == known else {file: row}
