"""Make an image ready, or end it: token, look, bytes, record."""

from collections.abc import Iterable
from functools import partial
from urllib.parse import unquote

from msgspec.structs import replace

from colophon.decision.image import ImageDecision, decide_image, is_image_settled, with_use
from colophon.decision.rows import ImagePart, OrderPart
from colophon.decision.snapshot import Look
from colophon.decision.sweep import agenda
from colophon.decision.withdrawals import decide_order
from colophon.images.copy import WEBP_ENDING, Copier, key_of
from colophon.page.finished import finished_image, image_tombstone
from colophon.stores.change import Change
from colophon.upload.keys import ImageRef, ImageWithdrawal, named
from colophon.upload.messages import Ring
from colophon.verbs.clients import Doors
from colophon.verbs.reading import settle
from colophon.verbs.report import answer_twins
from colophon.verbs.swap import until_landed


def make_image(ring: Ring, image: ImageRef, copier: Copier, doors: Doors) -> None:
    """Bring the objects and the row of ``image``, which ``ring`` rings for, to what the inbox says now.

    Where it is fresh, also where the row says that nothing changed, unless every file that it names is there; where it
    asks for them anew, even then, and in place of whatever else stands there. Raises Unavailable.
    """
    until_landed(partial(_attempt, ring, image, copier, {}, doors), image.key)


def make_images(rings: Iterable[Ring], copier: Copier, doors: Doors) -> None:
    """Answer ``rings``, each of which names an image or the order against one."""
    for ring in rings:
        name = named(ring.key)
        image = name.image if isinstance(name, ImageWithdrawal) else name
        if isinstance(image, ImageRef):
            make_image(ring, image, copier, doors)


def _attempt(ring: Ring, image: ImageRef, copier: Copier, verdicts: dict[str, object], doors: Doors) -> None:
    row, clinic, site = doors.index.post(image.post)
    look = Look(doors.inbox.folder(image.post.folder), row, clinic, site, doors.now(), verdicts)
    answer_twins(look.folder, doors)
    amiss = ring.anew or (ring.fresh and _is_amiss(row.images.get(image.name), doors))
    if is_image_settled(image, look) and not amiss:
        return
    decision = settle(partial(decide_image, image, look), verdicts, doors.inbox, copier)
    orders = _order(image, look, verdicts, doors)
    _stand(image, decision, doors, ring)
    known = row.images.get(image.name)
    part = replace(with_use(decision.part, image, look), n=known.n if known else 0)
    if part != known or orders:
        due = agenda([(image.key, known.next_at if known else None, part.next_at)])
        doors.index.record_post(image.post, Change(images={image.name: part}, orders=orders, agenda=due))


def _is_amiss(part: ImagePart | None, doors: Doors) -> bool:
    """Whether a file of the image is not there, or the row names none, so that tombstones may be missing."""
    if part is None:
        return False
    base, _, narrowed = unquote(part.path).removeprefix("/").rpartition("-")
    keys = [f"{base}-{narrowed}", *(key_of(base, width, WEBP_ENDING) for width in part.widths)]
    return part.state != "ready" or not all(doors.site.token(key).etag for key in keys)


def _stand(image: ImageRef, decision: ImageDecision, doors: Doors, ring: Ring) -> None:
    site = doors.site
    put = site.put_right if ring.anew else site.put_where_gone if ring.fresh else site.put_once
    if decision.copy:
        for size in finished_image(image.post, decision.base, decision.copy):
            put(size)
    for key in decision.tombstones:
        if not ring.fresh or "status" not in site.standing(key).metadata:
            site.close(image_tombstone(image.post, key))


def _order(image: ImageRef, look: Look, verdicts: dict[str, object], doors: Doors) -> dict[str, OrderPart]:
    key = ImageWithdrawal(image).key
    file = key.removeprefix(image.post.folder)
    known = look.row.orders.get(file)
    if known is None and not look.folder.history(key).ever:
        return {}
    part = settle(partial(decide_order, key, look), verdicts, doors.inbox)
    part = replace(part, n=known.n if known else 0)
    return {} if part == known else {file: part}
