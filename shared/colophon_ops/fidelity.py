"""Compares the translations of an inbox's folder with their originals, and adds what differs to their outcomes."""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.rows import Outcome
from colophon.edition.source import prepare_source
from colophon.edition.split import split_file
from colophon.fidelity.compare import compare
from colophon.fidelity.outline import TextBlock, read_outline
from colophon.fidelity.report import FidelityWarning, build_warning
from colophon.problem import Refused
from colophon.upload.fields import Fields
from colophon.upload.keys import ClinicFile, PageRef, parse_key
from colophon.upload.limits import MAX_EDITION_BYTES
from colophon.upload.strict import parse_fields
from colophon.upload.text import decode

# The languages that were measured: the original's, and those of translations.
_ORIGINAL, _MEASURED = "ko", frozenset({"en"})
_SHOWN = frozenset({"live", "scheduled", "waiting"})


class _Text(Struct, frozen=True):
    """A file as it is compared."""

    fields: Fields
    outline: tuple[TextBlock, ...]


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
    original, translation = _read(root / original_key), _read(root / page.key)
    if original is None or translation is None:
        return
    names = (original.fields.get_text("title"), translation.fields.get_text("source", "title"))
    known = [*_clinic_names(root, page.post.clinic), *(name for name in names if name)]
    for discrepancy in compare(original.outline, translation.outline, known):
        yield build_warning(discrepancy, f"{_ORIGINAL}.md")


def _read(path: Path) -> _Text | None:
    """The text at ``path``; None if there is none that can be read."""
    try:
        file = split_file(decode(path.read_bytes(), MAX_EDITION_BYTES))
        fields = parse_fields(file.front_matter, 2)
    except (OSError, Refused):
        return None
    source, _ = prepare_source(unicodedata.normalize("NFC", file.body), file.body_line)
    return _Text(fields, read_outline(fields.get_text("title") or "", source, fields.line_of(("title",)) or 1))


def _clinic_names(root: Path, clinic: str) -> Iterator[str]:
    """The registered names in the clinic's record, whether or not the record is valid."""
    try:
        fields = parse_fields(decode((root / ClinicFile(clinic).key).read_bytes(), MAX_EDITION_BYTES), 1)
    except (OSError, Refused):
        return
    names = fields.get("names")
    yield from (name for name in (names.values() if isinstance(names, dict) else ()) if isinstance(name, str))
