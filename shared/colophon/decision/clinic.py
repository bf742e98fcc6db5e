"""What a clinic's folder says: its record, and whether the whole clinic is withdrawn."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from colophon.clinic.record import ClinicRecord
from colophon.decision.identity import fingerprint
from colophon.decision.rows import ClinicRow, Outcome, SiteRow, State
from colophon.decision.snapshot import Found, Verdicts, Wanted, search
from colophon.decision.withdrawals import Order, order_at, order_outcome
from colophon.upload.keys import ClinicFile, ClinicWithdrawal
from colophon.upload.versions import Folder


class ClinicLook(Struct, frozen=True):
    """What was seen of a clinic: its row and the site's, then its folder, and the versions read so far."""

    row: ClinicRow
    site: SiteRow
    folder: Folder
    now: datetime
    verdicts: Verdicts


def is_clinic_settled(look: ClinicLook) -> bool:
    """Whether nothing has changed since the clinic's row was recorded.

    A clinic of which nothing lies in the inbox is not rung for when the site changes, and so must not hang on it.
    """
    row = look.row
    due = row.next_at is not None and look.now >= row.next_at
    lies_there = any(look.folder.history(key).present for key in _keys(row.clinic))
    return not due and row.seen == _seen(look) and (row.site_fp == look.site.fp or not lies_there)


def decide_clinic(look: ClinicLook) -> ClinicRow | Wanted:
    """The row to keep for the clinic (``n`` not yet counted up), or the version to read first."""
    clinic = look.row.clinic
    record_key, order_key = _keys(clinic)
    found: Found[ClinicRecord] | Wanted = search(look.folder.history(record_key), look.verdicts)
    if isinstance(found, Wanted):
        return found
    order = order_at(look.folder, order_key, look.verdicts, look.now)
    if isinstance(order, Wanted):
        return order
    decided = found.version or found.ended
    order_id = fingerprint(order.identity) if order.identity else ""
    row = ClinicRow(
        clinic,
        look.row.n,
        fp=fingerprint(decided.id if decided else "", order_id),
        seen=_seen(look),
        record=found.value,
        ever=found.ever,
        order=order.order,
        order_id=order_id,
        lifted=order.lifted,
        outcomes=_outcomes(look, found, order),
        next_at=order.next_at,
        site_fp=look.site.fp,
    )
    settings = look.site.settings
    return replace(row, langs=settings.languages) if settings else row


def is_open(clinic: ClinicRow) -> bool:
    """Whether anything of a clinic may be shown at all."""
    record = clinic.record
    return bool(record and record.status == "active" and record.permission and not clinic.order)


def _outcomes(look: ClinicLook, found: Found[ClinicRecord], order: Order) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    records = look.folder.history(ClinicFile(look.row.clinic).key)
    if records.newest:
        problems = found.passed[0][1].problems if found.passed else ()
        state: State = "absent" if not records.present else "refused" if problems else "live"
        outcomes.append(Outcome(records.newest.key, state, "", problems, records.newest.id))
    orders = look.folder.history(order.key)
    if orders.ever:
        outcomes.append(order_outcome(order, orders, covers=records.ever))
    return tuple(outcomes)


def _seen(look: ClinicLook) -> str:
    return fingerprint([look.folder.history(key).identity() for key in _keys(look.row.clinic)])


def _keys(clinic: str) -> tuple[str, str]:
    return ClinicFile(clinic).key, ClinicWithdrawal(clinic).key
