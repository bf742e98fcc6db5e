"""Withdrawals as they stand at one moment: which cover a page or an image, and what their uploader is told."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from colophon.decision.identity import fingerprint
from colophon.decision.redirects import targets_at
from colophon.decision.rows import OrderPart, Outcome
from colophon.decision.snapshot import Bad, Found, Look, Verdicts, Wanted, page_order_keys, search
from colophon.edition.model import Edition
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, named
from colophon.upload.versions import NEVER, Folder, History
from colophon.withdrawal import CLOCKS_DIFFER, UNREADABLE, Withdrawal


class Order(Struct, frozen=True):
    """One key's order. ``identity`` never returns to an old value; ``lifted`` counts how often it was ended.

    ``order`` is None where none stands. ``problems`` are for whoever uploaded it. At ``ends_at`` it ends by itself;
    until ``early_until`` it withdraws before the moment that it is dated.
    """

    key: str
    identity: tuple[str, ...]
    order: Withdrawal | None = None
    lifted: int = 0
    problems: tuple[Problem, ...] = ()
    ends_at: datetime | None = None
    early_until: datetime | None = None
    over: bool = False

    @property
    def next_at(self) -> datetime | None:
        """When something of it, or of what is said of it, changes by itself."""
        return self.early_until or self.ends_at


def order_at(folder: Folder, key: str, verdicts: Verdicts, now: datetime) -> Order | Wanted:
    """What the withdrawal at ``key`` orders at ``now``. It counts by its key, whether or not it can be read."""
    history = folder.history(key)
    if history is NEVER:
        return Order(key, ())
    lifted = _times_ended(history)
    if not history.present:
        return Order(key, history.identity(), lifted=lifted)
    version = next(history.runs())
    if version.id not in verdicts:
        return Wanted(version)
    verdict = verdicts[version.id]
    if not isinstance(verdict, Withdrawal):
        problems = verdict.problems if isinstance(verdict, Bad) else ()
        return Order(key, history.identity(), UNREADABLE, lifted, problems)
    endless = _endless_before(history, verdicts) if verdict.until else None
    if isinstance(endless, Wanted):
        return endless
    if endless:
        return Order(key, history.identity(), endless, lifted, (_ends_no_other(endless),))
    if verdict.stands(now):
        early = verdict.at - CLOCKS_DIFFER if verdict.until and verdict.at else now
        early_until = early if now < early else None
        return Order(key, history.identity(), verdict, lifted, ends_at=verdict.until, early_until=early_until)
    return Order(key, (*history.identity(), "over"), None, lifted + 1, over=True)


def _times_ended(history: History) -> int:
    """How often an order here was deleted or gave way to another: as many times what it withdrew may have been shown.

    It never gets less. Where the key was written in several ways, every upload and every deletion counts.
    """
    spellings = (history, *history.beside)
    if history.beside:
        return sum(1 for spelling in spellings for _ in spelling.runs())
    return sum(not version.deleted for version in tuple(history.runs())[1:])


def _endless_before(history: History, verdicts: Verdicts) -> Withdrawal | Wanted | None:
    """The order without an end that a hold was put in the place of: only its deletion ends it."""
    for version in tuple(history.runs())[1:]:
        if version.deleted:
            return None
        if version.id not in verdicts:
            return Wanted(version)
        verdict = verdicts[version.id]
        if isinstance(verdict, Withdrawal) and not verdict.until:
            return verdict
    return None


def orders_at(keys: Iterable[str], folder: Folder, verdicts: Verdicts, now: datetime) -> tuple[Order, ...] | Wanted:
    """What the withdrawals at ``keys`` order at ``now``, in that order."""
    orders: list[Order] = []
    for key in keys:
        order = order_at(folder, key, verdicts, now)
        if isinstance(order, Wanted):
            return order
        orders.append(order)
    return tuple(orders)


def order_outcome(order: Order, history: History, *, covers: bool, claimants: Sequence[str] = ()) -> Outcome:
    """The report of a withdrawal itself. ``covers`` is whether what it names was ever uploaded; where it was not,
    ``claimants`` are the posts (``<clinic>/<post>``) whose earlier address it names."""
    newest = history.newest
    version = newest.id if newest else ""
    key = newest.key if newest else order.key
    if not history.present:
        return Outcome(key, "absent", version=version)
    if order.over:
        return Outcome(key, "superseded", problems=(_over(),), version=version)
    if not covers and not claimants:
        return Outcome(key, "waiting", problems=(*order.problems, _covers_nothing()), version=version)
    unread = (_withdraws_all_the_same(),) if order.order is UNREADABLE else ()
    early = (_withdraws_already(order.order),) if order.order and order.early_until else ()
    ends = () if covers else (_withdraws_an_address(claimants),)
    return Outcome(key, "live", problems=(*order.problems, *unread, *early, *ends), version=version)


def withdrawn_by(order: Order) -> Problem:
    """What the report of a withdrawn upload says."""
    kind = order.order.kind if order.order else "withdrawn"
    return Problem(f"{order.key} withdraws it ({kind}).", "To show it again, delete that file.", severity="warning")


def _over() -> Problem:
    return Problem("This hold is over: it ended by itself.", "Delete the file when convenient.", severity="warning")


def _ends_no_other(endless: Withdrawal) -> Problem:
    what = f"A hold can't take the place of an order without an end: the one before it ({endless.kind}) still stands."
    return Problem(what, "Delete the file first, to end that order; then upload the hold.", severity="warning")


def _withdraws_all_the_same() -> Problem:
    what = "It withdraws all the same, as kind withdrawn for reason other."
    return Problem(what, "Mend the file, so that readers are told why; or delete it, to end it.", severity="warning")


def _withdraws_already(hold: Withdrawal) -> Problem:
    at, until = (moment.isoformat() if moment else "" for moment in (hold.at, hold.until))
    what = f"“at”, {at}, is still to come, but the hold withdraws already, and until {until}."
    fix = "Write as at when it was ordered, and an until at most 30 days after that; or delete the file until then."
    return Problem(what, fix, "at", severity="warning")


def _withdraws_an_address(claimants: Sequence[str]) -> Problem:
    what = f"No text was ever uploaded here. It withdraws an earlier address of {' and '.join(claimants)}, "
    fix = "Delete the file, to have readers led on from this address again."
    return Problem(f"{what}so that readers are not led there from it.", fix, severity="warning")


def _covers_nothing() -> Problem:
    what = "It names nothing that was ever uploaded here."
    fix = "Check the file's name and folder. It will count as soon as what it names is uploaded."
    return Problem(what, fix, severity="waiting")


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


class Covered(Struct, frozen=True):
    """A page that a clinic's withdrawal covers: its day, and the id of the version that says so."""

    posted: date
    version: str


def orders_over(page: PageRef, look: Look) -> tuple[Order, ...] | Wanted:
    """Every withdrawal that covers ``page``, those that are over too; or the version to read first."""
    orders = orders_at(page_order_keys(page), look.folder, look.verdicts, look.now)
    # Whoever changes a clinic's withdrawal rings for texts that lie in the inbox: a deleted one must not hang on it.
    if isinstance(orders, Wanted) or not look.folder.history(page.key).present:
        return orders
    return (*orders, clinic_order(look))


def clinic_order(look: Look) -> Order:
    """The clinic's withdrawal, as the index holds it."""
    row = look.clinic
    key = ClinicWithdrawal(look.post.clinic).key
    return Order(key, (row.order_id,), row.order, row.lifted, ends_at=row.order.until if row.order else None)


def covered_by_clinic(page: PageRef, look: Look) -> Covered | Wanted | None:
    """The day of the newest valid text of ``page`` while its clinic is withdrawn, shown once or not: the month it
    belongs to is withdrawn with it, and the inbox alone says which that is. None where there is none."""
    history = look.folder.history(page.key)
    if look.clinic.order is None or not history.present:
        return None
    found: Found[Edition] | Wanted = search(history, look.verdicts)
    if isinstance(found, Wanted):
        return found
    if found.version is None or found.value is None:
        return None
    return Covered(found.value.front.source.posted, found.version.id)
