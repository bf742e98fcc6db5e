"""What is said of a withdrawal itself: whether it is in force, and what its uploader should mend."""

from colophon.decision.identity import fingerprint
from colophon.decision.look import Look
from colophon.decision.moving import targets_at
from colophon.decision.orders import order_at, order_outcome
from colophon.decision.parts import OrderPart
from colophon.decision.reading import Wanted
from colophon.upload.keys import ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, named
from colophon.upload.versions import Folder


def decide_order(key: str, look: Look) -> OrderPart | Wanted:
    """The row to keep for the withdrawal at ``key`` in the post's folder, or the version to read first."""
    order = order_at(look.folder, key, look.verdicts, look.now)
    if isinstance(order, Wanted):
        return order
    covers, claimants = covers_upload(key, look.folder), _claimants(key, look)
    outcome = order_outcome(order, look.folder.history(key), covers=covers, claimants=claimants)
    return OrderPart(outcome, seen=order_seen(key, look))


def order_seen(key: str, look: Look) -> str:
    """The identity of what decides about the withdrawal at ``key``, time aside, from the listing alone."""
    covers = covers_upload(key, look.folder)
    return fingerprint(look.folder.history(key).identity(), covers, () if covers else _claimants(key, look))


def covers_upload(key: str, folder: Folder) -> bool:
    """Whether what the withdrawal at ``key`` names was ever uploaded to its post's ``folder``."""
    match named(key):
        case PostWithdrawal():
            return any(isinstance(named(other), PageRef) for other in folder.uploaded())
        case PageWithdrawal(page=page):
            return folder.history(page.key).ever
        case ImageWithdrawal(image=image):
            return folder.history(image.key).ever
    return False


def _claimants(key: str, look: Look) -> tuple[str, ...]:
    """The live posts that claim an address which the withdrawal at ``key`` names, or to which its claimants moved."""
    match named(key):
        case PostWithdrawal():
            langs = sorted(look.row.claims)
        case PageWithdrawal(page=page):
            langs = [page.lang]
        case _:
            langs = []
    return tuple(sorted({post for lang in langs for post in targets_at(PageRef(look.post, lang), look)}))
