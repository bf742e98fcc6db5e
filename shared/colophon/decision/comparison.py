"""What differs between a translation and its original: for the report of its newest upload, and for its readers."""

from msgspec import Struct

from colophon.decision.rows import ClinicRow
from colophon.decision.snapshot import Candidate, PostSnapshot, is_original_shown, original_version
from colophon.edition.model import Edition
from colophon.fidelity.comparison import Comparison, compare_editions
from colophon.fidelity.report import build_warning
from colophon.fidelity.value_pairs import find_word_file
from colophon.problem import Problem
from colophon.upload.keys import PageRef


class Original(Struct, frozen=True):
    """The original that a translation is decided with. ``is_shown``: readers see it; else it waits."""

    edition: Edition
    is_shown: bool


def read_original(page: PageRef, snapshot: PostSnapshot) -> Original | None:
    """The original of the translation ``page``; None if there is no valid one. Raises NeedsVersion."""
    version = original_version(page, snapshot)
    content = snapshot.content(version) if version else None
    return Original(content, is_original_shown(page, snapshot)) if isinstance(content, Edition) else None


def find_reported_translation(candidate: Candidate[Edition], snapshot: PostSnapshot) -> Edition | None:
    """The newest upload, which the report is about, if it is a valid translation. Raises NeedsVersion."""
    version = candidate.rejected[0][0] if candidate.rejected else candidate.version
    content = snapshot.content(version) if version else None
    return content if isinstance(content, Edition) and not content.is_original else None


def compare_with_original(translation: Edition, original: Edition, clinic: ClinicRow) -> Comparison:
    """What was found between the two. Languages that no values can be read in are not compared."""
    if not find_word_file(original.lang) or not find_word_file(translation.lang):
        return Comparison()
    names = clinic.record.names if clinic.record else {}
    return compare_editions(original, translation, names, clinic.glossary)


def comparison_warnings(comparison: Comparison, original: Edition) -> tuple[Problem, ...]:
    """The warnings in the report of a translation."""
    return (*(build_warning(each, f"{original.lang}.md") for each in comparison.unanswered), *comparison.lapsed)
