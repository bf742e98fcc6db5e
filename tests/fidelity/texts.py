"""Texts for comparisons: Markdown to the outline that is compared."""

from colophon.edition.source import prepare_source
from colophon.fidelity.compare import Discrepancy, compare
from colophon.fidelity.outline import TextBlock, read_outline


def outline(body: str, title: str = "T") -> tuple[TextBlock, ...]:
    """The outline of a body that begins in line 10 of its file."""
    return read_outline(title, prepare_source(body, 10)[0])


def compare_bodies(korean: str, english: str, *names: str) -> tuple[Discrepancy, ...]:
    return compare(outline(korean), outline(english), names)
