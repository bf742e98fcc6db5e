"""Compares the translations of an inbox's folder with their originals, and adds what differs to their outcomes."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from colophon.clinic.record import read_clinic
from colophon.decision.rows import Outcome
from colophon.edition.model import Edition
from colophon.edition.read import read_edition
from colophon.fidelity.compare import compare
from colophon.fidelity.outline import read_outline
from colophon.fidelity.report import FidelityWarning, build_warning
from colophon.problem import Refused
from colophon.upload.keys import ClinicFile, PageRef, parse_key

# The languages that were measured: the original's, and those of translations.
_ORIGINAL, _MEASURED = "ko", frozenset({"en"})
_SHOWN = frozenset({"live", "scheduled", "waiting"})


class Comparisons:
    """Compares translations of the inbox at ``root``, each again only after a file that it is made from has changed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[object, tuple[FidelityWarning, ...]]] = {}

    def add_warnings(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """``outcomes`` with a warning for all that differs between a translation and its original.

        What is refused is not compared. A folder without its Korean original has nothing to compare with.
        """
        return [replace(each, problems=(*each.problems, *self._warnings_of(each))) for each in outcomes]

    def _warnings_of(self, outcome: Outcome) -> tuple[FidelityWarning, ...]:
        page = parse_key(outcome.key)
        if not isinstance(page, PageRef) or page.lang not in _MEASURED or outcome.state not in _SHOWN:
            return ()
        original = PageRef(page.post, _ORIGINAL).key
        read_from = (outcome.key, original, ClinicFile(page.post.clinic).key)
        stamp = tuple(_stamp(self._root / key) for key in read_from)
        if self._known.get(outcome.key, ("",))[0] != stamp:
            self._known[outcome.key] = (stamp, tuple(_compare(self._root, page, original)))
        return self._known[outcome.key][1]


def _stamp(path: Path) -> tuple[int, int]:
    """What differs after a file has changed."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_size, found.st_mtime_ns)


def _compare(root: Path, page: PageRef, original_key: str) -> Iterator[FidelityWarning]:
    original, translation = _read(root, original_key, _ORIGINAL), _read(root, page.key, page.lang)
    if original is None or translation is None:
        return
    names = _read_names(root, page.post.clinic)
    there, here = (read_outline(edition, names, with_lines=True) for edition in (original, translation))
    for discrepancy in compare(there, here, names):
        yield build_warning(discrepancy, f"{_ORIGINAL}.md")


def _read(root: Path, key: str, lang: str) -> Edition | None:
    """The edition at ``key``; None if there is none that is valid."""
    try:
        return read_edition(lang, (root / key).read_bytes())
    except (OSError, Refused):
        return None


def _read_names(root: Path, clinic: str) -> Mapping[str, str]:
    """The registered names in the clinic's record; none if the record is not valid."""
    try:
        return read_clinic((root / ClinicFile(clinic).key).read_bytes()).names
    except (OSError, Refused):
        return {}
