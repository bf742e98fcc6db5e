"""Texts for comparisons: Markdown to the outline that is compared."""

from collections.abc import Mapping

from colophon.edition.read import read_edition
from colophon.fidelity.compare import compare
from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.outline import TextBlock, TextOutline, read_outline

NAMES = {"ko": "하늘담의원", "en": "Haneuldam Clinic"}


def make_edition(body: str, lang: str, *fields: str, title: str = "T") -> bytes:
    """A file whose body begins in line 12."""
    front = [
        f"title: {title}",
        "source:",
        "  channel: blog",
        "  url: https://blog.example/1",
        "  posted: 2026-01-02",
        "  title: T",
    ]
    if lang != "ko":
        front += ["translation:", "  at: 2026-02-03T10:00:00+09:00", "  system: Machine"]
    front += fields
    front += ["#"] * (9 - len(front))
    return "\n".join(["---", *front, "---", body, ""]).encode()


def outline(
    body: str,
    lang: str = "ko",
    *fields: str,
    title: str = "T",
) -> TextOutline:
    """The outline of an edition with these fields and this body."""
    return read_outline(read_edition(lang, make_edition(body, lang, *fields, title=title)))


def sentence(text: str, lang: str) -> TextOutline:
    """The outline of one paragraph."""
    return TextOutline(lang, (TextBlock("paragraph", 1, lang, text),))


def compare_bodies(korean: str, english: str, names: Mapping[str, str] = NAMES) -> tuple[Discrepancy, ...]:
    return compare(outline(korean, "ko"), outline(english, "en"), names)
