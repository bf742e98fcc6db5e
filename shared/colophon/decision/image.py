"""What must be published for an image: its clean copy, and tombstones at every path where it may no longer be."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.editions import next_after
from colophon.decision.identity import fingerprint
from colophon.decision.rows import ImagePart, Outcome, PostRow, State
from colophon.decision.snapshot import Found, Look, Wanted, image_order_keys, outlined, search
from colophon.decision.withdrawals import Order, clinic_order, orders_at, withdrawn_by
from colophon.images.copy import RECIPE, Copy, Outline, base_of, key_of, keys_of
from colophon.problem import Problem
from colophon.upload.keys import ImageRef
from colophon.upload.versions import History
from colophon.views import ImageState


def lives_of(history: History, shown: Outline | None, ended: int, look: Look) -> Mapping[Outline, int] | Wanted:
    """For every upload at ``history``, in any spelling, how often the image had ended when its last life began.

    ``ended`` counts how often it was deleted, or an order against it lifted. Older versions are read only at need:
    where there is but one and nothing ever ended, ``shown`` says all.
    """
    versions = [version for spelling in (history, *history.beside) for version in spelling.runs()]
    if len(versions) <= 1 and not ended:
        return {shown: 0} if shown else {}
    came: Counter[Outline] = Counter()
    for version in versions:
        outline = None if version.deleted else outlined(version, look.verdicts)
        if isinstance(outline, Wanted):
            return outline
        if outline:
            came[outline] += 1
    # The same bytes that come again after others begin another life, though nothing was deleted or withdrawn.
    return {outline: ended + times - 1 for outline, times in came.items()}


def paths_of(image: ImageRef, lives: Mapping[Outline, int]) -> set[str]:
    """The site keys of all of them."""
    return {key for outline, last in lives.items() for life in range(last + 1) for key in keys_of(image, outline, life)}


_PATIENCE = timedelta(days=1)
# Their text was not read, so nobody knows what it shows.
_UNREAD = ("withdrawn", "refused")


def is_shown_nowhere(name: str, row: PostRow) -> bool:
    """Whether no text of the post names the image, be it one that waits. Where one was not read, it may."""
    pages = row.pages.values()
    return not any(name in part.uses or part.outcome.state in _UNREAD for part in pages)


def is_unused(part: ImagePart, image: ImageRef, look: Look) -> bool:
    """Whether the uploader of ``image`` should be told by now that no text shows it."""
    due = _due(image, look)
    return _may_be_unused(part, image, look) and (due is None or look.now >= due)


def with_use(part: ImagePart, image: ImageRef, look: Look) -> ImagePart:
    """``part``, with a word to its uploader if no text shows it, and the moment at which that is to be asked again."""
    if is_unused(part, image, look):
        problems = (*part.outcome.problems, _shown_nowhere(image))
        return replace(part, unused=True, outcome=replace(part.outcome, problems=problems))
    if _may_be_unused(part, image, look):
        return replace(part, next_at=min(moment for moment in (part.next_at, _due(image, look)) if moment))
    return part


def _may_be_unused(part: ImagePart, image: ImageRef, look: Look) -> bool:
    return part.state == "ready" and is_shown_nowhere(image.name, look.row)


def _due(image: ImageRef, look: Look) -> datetime | None:
    """When patience ends. None where nobody can say when the image came: in a folder on disk."""
    since = next((version.since for version in look.folder.history(image.key).runs()), None)
    return since + _PATIENCE if since else None


def _shown_nowhere(image: ImageRef) -> Problem:
    fix = f"Name it in a text of {image.post.folder} as ![what it shows]({image.name}), or delete it."
    return Problem("No text of the post shows this image.", fix, severity="warning")


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
