"""What is said of a withdrawal itself: whether it is in force, and what its uploader should mend."""

from colophon.decision.identity import fingerprint
from colophon.decision.look import Look
from colophon.decision.orders import order_at, order_outcome
from colophon.decision.parts import OrderPart
from colophon.decision.reading import Wanted
from colophon.upload.keys import ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, named


def decide_order(key: str, look: Look) -> OrderPart | Wanted:
    """The row to keep for the withdrawal at ``key`` in the post's folder, or the version to read first."""
    order = order_at(look.folder, key, look.verdicts, look.now)
    if isinstance(order, Wanted):
        return order
    covers = _covers(key, look)
    return OrderPart(order_outcome(order, look.folder.history(key), covers=covers), seen=order_seen(key, look))


def order_seen(key: str, look: Look) -> str:
    """The identity of what decides about the withdrawal at ``key``, time aside, from the listing alone."""
    return fingerprint(look.folder.history(key).identity(), _covers(key, look))


def _covers(key: str, look: Look) -> bool:
    match named(key):
        case PostWithdrawal():
            return any(isinstance(named(other), PageRef) for other in look.folder.uploaded())
        case PageWithdrawal(page=page):
            return look.folder.history(page.key).ever
        case ImageWithdrawal(image=image):
            return look.folder.history(image.key).ever
    return False
