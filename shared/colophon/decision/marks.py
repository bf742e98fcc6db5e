"""What tells listings that they would show a page otherwise."""

from colophon.decision.covering import Covered
from colophon.decision.identity import fingerprint
from colophon.decision.look import Look
from colophon.decision.parts import Mark
from colophon.page.entry import Entry


def mark_after(known: Mark | None, shown: Entry | Covered | None, fp: str, look: Look) -> Mark | None:
    """The mark of what listings show now: ``shown`` (None: nothing), by a decision whose fingerprint is ``fp``.

    All of a clinic's entries change with its record, and all with the site's. Not with the code: what it makes of an
    entry is the listing's own identity, and whoever has pages made anew rings for listings once.
    """
    if shown is None:
        return known and (Mark(known.posted, fingerprint("left", fp)) if known.value else known)
    value = fingerprint(shown, look.clinic.fp, look.site.fp)
    if known and known.posted == shown.posted and known.value == value:
        return known
    return Mark(shown.posted, fingerprint("listed", fp, value), value, covered=isinstance(shown, Covered))
