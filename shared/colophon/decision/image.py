"""What must stand for an image: its clean copy, and tombstones at every path where it no longer may."""

from urllib.parse import quote

from msgspec import Struct

from colophon.decision.covering import clinic_order
from colophon.decision.identity import fingerprint
from colophon.decision.image_paths import lives_of, paths_of
from colophon.decision.image_use import is_unused
from colophon.decision.look import Look, image_order_keys
from colophon.decision.orders import Order, orders_at, withdrawn_by
from colophon.decision.outcome import Outcome, State
from colophon.decision.parts import ImagePart
from colophon.decision.reading import Found, Wanted, outlined, search
from colophon.decision.waiting import next_after
from colophon.images.copy import RECIPE, Copy, Outline, base_of, key_of, keys_of
from colophon.upload.keys import ImageRef
from colophon.upload.versions import History
from colophon.views import ImageState


class ImageDecision(Struct, frozen=True):
    """Each size of ``copy`` must be at its key, which begins with ``base``; at each of ``tombstones`` a tombstone.

    ``part`` is the row to keep, whether any text shows the image not yet told.
    """

    part: ImagePart
    base: str = ""
    copy: Copy | None = None
    tombstones: tuple[str, ...] = ()


def is_image_settled(image: ImageRef, look: Look) -> bool:
    """Whether nothing that decides about ``image`` has changed since its row was recorded."""
    part = look.row.images.get(image.name)
    if part is None:
        return not _known(image, look)
    in_time = part.next_at is None or look.now < part.next_at
    return part.seen == _seen(image, look) and part.unused == is_unused(part, image, look) and in_time


def decide_image(image: ImageRef, look: Look) -> ImageDecision | Wanted:
    """What must stand for ``image``, or the version to read before that can be said."""
    history = look.folder.history(image.key)
    orders = _orders(image, look)
    if isinstance(orders, Wanted):
        return orders
    found: Found[Copy] | Wanted = search(history, look.verdicts)
    if isinstance(found, Wanted):
        return found
    ended = history.times_deleted() + sum(order.lifted for order in orders)
    lives = lives_of(history, found.value.outline if found.value else None, ended, look)
    if isinstance(lives, Wanted):
        return lives
    covering = orders if history.present else orders[:-1]
    shown = None if any(order.order for order in covering) else found.value
    base = base_of(image, shown.outline.source, lives[shown.outline]) if shown else ""
    standing = set(keys_of(image, shown.outline, lives[shown.outline])) if shown else set()
    part = _part(image, look, found, covering, base)
    return ImageDecision(part, base, shown, tuple(sorted(paths_of(image, lives) - standing)))


def _orders(image: ImageRef, look: Look) -> tuple[Order, ...] | Wanted:
    """The withdrawals of ``image``, the clinic's last: whoever changes that one rings for what lies in the inbox."""
    orders = orders_at(image_order_keys(image), look.folder, look.verdicts, look.now)
    return orders if isinstance(orders, Wanted) else (*orders, clinic_order(look))


def _part(image: ImageRef, look: Look, found: Found[Copy], orders: tuple[Order, ...], base: str) -> ImagePart:
    history = look.folder.history(image.key)
    newest = history.newest
    standing = tuple(order for order in orders if order.order)
    state: ImageState = "ready" if base else "withdrawn" if standing else "absent"
    passed = found.passed[0][1].problems if found.passed else ()
    outcome_state = _outcome_state(found, bool(standing), bool(passed), history)
    problems = tuple(withdrawn_by(order) for order in standing) if standing else passed
    if not history.present:
        problems = ()
    fallback = found.value.fallback if found.value and base else None
    path = "/" + quote(key_of(base, fallback.width, fallback.ending)) if fallback else ""
    outcome = Outcome(newest.key if newest else image.key, outcome_state, path, problems, newest.id if newest else "")
    decided = found.version or found.ended
    refused = newest.id if newest and not found.ever else ""
    fp = fingerprint(RECIPE, path, decided.id if decided else "", refused, [order.identity for order in orders])
    return ImagePart(
        outcome,
        seen=_seen(image, look),
        fp=fp,
        came=_came(image, found, look),
        state=state,
        path=path,
        width=fallback.width if fallback else 0,
        height=fallback.height if fallback else 0,
        widths=found.value.widths if found.value and base else (),
        next_at=next_after(look.now, (order.next_at for order in orders)),
    )


def _came(image: ImageRef, found: Found[Copy], look: Look) -> bool:
    """Whether the image ever came, in any spelling of its name: a text that showed it must not wait for it again."""
    beside = [version for twin in look.folder.history(image.key).beside for version in twin.runs()]
    earlier = any(version.deleted or isinstance(outlined(version, look.verdicts), Outline) for version in beside)
    return found.ever or earlier or look.folder.history(image_order_keys(image)[1]).ever


def _outcome_state(found: Found[Copy], withdrawn: bool, refused: bool, history: History) -> State:
    if not history.present:
        return "absent"
    if withdrawn:
        return "withdrawn"
    return "refused" if refused else "live"


def _seen(image: ImageRef, look: Look) -> str:
    history = look.folder.history(image.key)
    orders = [look.folder.history(key).identity() for key in image_order_keys(image)]
    return fingerprint(RECIPE, history.identity(), orders, look.clinic.order_id if history.present else "")


def _known(image: ImageRef, look: Look) -> bool:
    return any(look.folder.history(key).ever for key in (image.key, image_order_keys(image)[1]))
