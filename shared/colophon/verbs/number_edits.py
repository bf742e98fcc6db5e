"""The numbers that a text changed since the version before. No correction of it says so: see ``replaced_version``."""

from collections.abc import Sequence

from colophon.decision.rows import Outcome
from colophon.edition.model import Edition
from colophon.edition.read import read_edition
from colophon.fidelity.compare import compare
from colophon.fidelity.discrepancy import Discrepancy, DiscrepancyKind
from colophon.fidelity.outline import read_outline
from colophon.fidelity.value_pairs import find_word_file
from colophon.problem import Refused
from colophon.stores.inbox import Inbox
from colophon.upload.keys import PageRef, parse_key

# Two texts of this size that differ in each of thousands of numbers take a second of a whole processor, and so three or
# four of the function's share; usual ones a few milliseconds. Longer ones are not compared.
MAX_COMPARED_BYTES = 65_536
_NUMBERS: frozenset[DiscrepancyKind] = frozenset({"number", "percent", "date", "unit"})
_QUOTED, _MAX_LETTERS = 3, 40


def describe_number_edits(outcome: Outcome, inbox: Inbox) -> str:
    """A sentence about them; empty if there are none, or if one of the two versions can't be read any more."""
    page = parse_key(outcome.key)
    if not isinstance(page, PageRef) or not find_word_file(page.lang):
        return ""
    before = _read(page, outcome.key, outcome.replaced_version, inbox)
    after = _read(page, outcome.key, outcome.version, inbox) if before else None
    if before is None or after is None:
        return ""
    found = compare(read_outline(before), read_outline(after), {})
    return _describe([each for each in found if each.kind in _NUMBERS])


def _read(page: PageRef, key: str, version_id: str, inbox: Inbox) -> Edition | None:
    content = inbox.find_content(key, version_id, MAX_COMPARED_BYTES)
    try:
        return read_edition(page.lang, content) if content is not None else None
    except Refused:
        # Other code has published it.
        return None


def _describe(edits: Sequence[Discrepancy]) -> str:
    if not edits:
        return ""
    quoted = ", ".join(_quote(each) for each in edits[:_QUOTED])
    more = f" and {len(edits) - _QUOTED} more" if len(edits) > _QUOTED else ""
    numbers = f"{len(edits)} number{'' if len(edits) == 1 else 's'} changed ({quoted}{more})"
    return f"Since the version before, {numbers}, and no correction says so."


def _quote(edit: Discrepancy) -> str:
    before, after = (" ".join(text.split())[:_MAX_LETTERS] for text in (edit.there, edit.here))
    if before and after:
        return f"{before} → {after}"
    return f"{before} removed" if before else f"{after} added"
