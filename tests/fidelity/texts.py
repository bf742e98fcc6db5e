"""Texts for comparisons: Markdown to the outline that is compared."""

from collections.abc import Mapping, Sequence

from colophon.edition.read import read_edition
from colophon.fidelity.compare import compare
from colophon.fidelity.discrepancy import Discrepancy
from colophon.fidelity.glossary import Term
from colophon.fidelity.outline import OutlineReader, TextOutline, add_lines, read_outline

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
    names: Mapping[str, str] = NAMES,
    glossary: Sequence[Term] = (),
) -> TextOutline:
    """The outline of an edition with these fields and this body."""
    edition = read_edition(lang, make_edition(body, lang, *fields, title=title))
    return add_lines(read_outline(edition, names, glossary), edition)


def sentence(text: str, lang: str) -> TextOutline:
    """The outline of one paragraph."""
    return TextOutline(lang, (OutlineReader(lang).read("paragraph", 1, text, 1),))


def compare_bodies(korean: str, english: str, names: Mapping[str, str] = NAMES) -> tuple[Discrepancy, ...]:
    return compare(outline(korean, "ko", names=names), outline(english, "en", names=names), names)
