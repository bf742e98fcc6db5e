"""Which withdrawals cover a page, and the day under which a clinic's covers it in the clinic's months."""

from datetime import date

from msgspec import Struct

from colophon.decision.look import Look, page_order_keys
from colophon.decision.orders import Order, orders_at
from colophon.decision.reading import Found, Wanted, search
from colophon.edition.model import Edition
from colophon.upload.keys import ClinicWithdrawal, PageRef


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
