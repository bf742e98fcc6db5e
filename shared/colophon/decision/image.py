"""What must stand for an image: its clean copy, and tombstones at every path where it no longer may."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote

from colophon.decision.identity import fingerprint
from colophon.decision.look import Look, image_order_keys
from colophon.decision.orders import Order, orders_at, withdrawn_by
from colophon.decision.outcome import Outcome, State
from colophon.decision.page import clinic_order
from colophon.decision.parts import ImagePart
from colophon.decision.reading import Bad, Found, Wanted, search
from colophon.images.copy import RECIPE, Copy, key_of
from colophon.page.view import ImageState
from colophon.upload.keys import ImageRef
from colophon.upload.versions import History


@dataclass(frozen=True, slots=True)
class ImageDecision:
    """``copy`` must be at ``key``; at each of ``tombstones`` must be a tombstone. ``part`` is the row to keep."""

    part: ImagePart
    key: str = ""
    copy: Copy | None = None
    tombstones: tuple[str, ...] = ()


def is_image_settled(image: ImageRef, look: Look) -> bool:
    """Whether nothing that decides about ``image`` has changed since its row was recorded."""
    part = look.row.images.get(image.name)
    if part is None:
        return not _known(image, look)
    return part.seen == _seen(image, look) and (part.next_at is None or look.now < part.next_at)


def decide_image(image: ImageRef, look: Look) -> ImageDecision | Wanted:
    """What must stand for ``image``, or the version to read before that can be said."""
    history = look.folder.history(image.key)
    orders = _orders(image, look)
    if isinstance(orders, Wanted):
        return orders
    found = search(history, look.verdicts, _no_objection)
    if isinstance(found, Wanted):
        return found
    copies = _copies(history, found, orders, look)
    if isinstance(copies, Wanted):
        return copies
    ended = history.times_deleted() + sum(order.lifted for order in orders)
    covering = orders if history.present else orders[:-1]
    shown = None if any(order.order for order in covering) else found.value
    lives = {copy: ended + count - 1 for copy, count in copies.items()}
    key = key_of(image, shown, lives[shown]) if shown else ""
    paths = {key_of(image, copy, times) for copy, last in lives.items() for times in range(last + 1)}
    return ImageDecision(_part(image, look, found, covering, key), key, shown, tuple(sorted(paths - {key})))


def _orders(image: ImageRef, look: Look) -> tuple[Order, ...] | Wanted:
    """The withdrawals of ``image``, the clinic's last: whoever changes that one rings for what lies in the inbox."""
    orders = orders_at(image_order_keys(image), look.folder, look.verdicts, look.now)
    return orders if isinstance(orders, Wanted) else (*orders, clinic_order(look))


def _no_objection(_: Copy) -> Bad | None:
    return None


def _copies(history: History, found: Found[Copy], orders: tuple[Order, ...], look: Look) -> dict[Copy, int] | Wanted:
    """Every copy that the listing can name, and how often its bytes came. Older ones are read only at need."""
    copies: Counter[Copy] = Counter()
    versions = [version for spelling in (history, *history.beside) for version in spelling.runs()]
    if len(versions) <= 1 and not any(order.order or order.lifted for order in orders):
        return {found.value: 1} if found.value else {}
    for version in versions:
        if version.deleted:
            continue
        if version.id not in look.verdicts:
            return Wanted(version)
        verdict = look.verdicts[version.id]
        if isinstance(verdict, Copy):
            copies[verdict] += 1
    return dict(copies)


def _part(image: ImageRef, look: Look, found: Found[Copy], orders: tuple[Order, ...], key: str) -> ImagePart:
    history = look.folder.history(image.key)
    newest = history.newest
    standing = tuple(order for order in orders if order.order)
    state: ImageState = "ready" if key else "withdrawn" if standing else "absent"
    passed = found.passed[0][1].problems if found.passed else ()
    outcome_state = _outcome_state(found, bool(standing), bool(passed), history)
    problems = tuple(withdrawn_by(order) for order in standing) if standing else passed
    if not history.present:
        problems = ()
    path = "/" + quote(key) if key else ""
    outcome = Outcome(newest.key if newest else image.key, outcome_state, path, problems, newest.id if newest else "")
    decided = found.version or found.ended
    refused = newest.id if newest and not found.ever else ""
    fp = fingerprint(RECIPE, path, decided.id if decided else "", refused, [order.identity for order in orders])
    copy = found.value
    return ImagePart(
        outcome,
        seen=_seen(image, look),
        fp=fp,
        came=_came(image, found, look),
        state=state,
        path=path,
        width=copy.width if copy and key else 0,
        height=copy.height if copy and key else 0,
        next_at=min((order.ends_at for order in orders if order.ends_at and order.ends_at > look.now), default=None),
    )


def _came(image: ImageRef, found: Found[Copy], look: Look) -> bool:
    """Whether the image ever came, in any spelling of its name: a text that showed it must not wait for it again."""
    beside = [version for twin in look.folder.history(image.key).beside for version in twin.runs()]
    earlier = any(version.deleted or isinstance(look.verdicts.get(version.id), Copy) for version in beside)
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
