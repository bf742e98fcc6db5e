"""``infra/README.md`` as its tests read it: its commands, its tables, its links and its computed blocks."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "infra/README.md"
PROGRAMS = ("colophon", "aws", "sam", "make")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")


def text() -> str:
    return PAGE.read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The contents of the code blocks in ``language``."""
    return [content for found, content in _FENCE.findall(text()) if found == language]


def commands(program: str) -> list[str]:
    """Each command of ``program`` on the page, in order: in a block after ``$``, or in the prose."""
    found = [each for each in console_commands() if each.split()[0] == program]
    spans = (" ".join(span.split()) for span in _SPAN.findall(_FENCE.sub("", text())))
    found += [span for span in spans if span.split()[0] == program and span != program]
    return list(dict.fromkeys(found))


def console_commands() -> list[str]:
    """The commands in blocks, joined where a line continues, without what they print and where it goes."""
    lines = "\n".join(blocks("console")).replace("\\\n", " ").splitlines()
    typed = [line[2:] for line in lines if line.startswith("$ ")]
    return [re.sub(r" > \S+$", "", each.strip()) for line in typed for each in line.split(" && ")]


def table_under(heading: str, *, first: str) -> list[list[str]]:
    """The cells of the table whose head begins with ``first``, in the section with that heading."""
    section = re.split(r"^#+ ", text().split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = section.split(f"| {first} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows]


def names_in(cell: str) -> list[str]:
    """What a cell has in code."""
    return _SPAN.findall(cell)


def headings() -> set[str]:
    """The anchors that GitHub makes of the headings."""
    found = re.findall(r"^#+ (.*)$", _FENCE.sub("", text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def links() -> Iterator[str]:
    """Where links and pictures lead."""
    yield from re.findall(r"\]\(([^)]+)\)", _FENCE.sub("", text()))


def computed(name: str) -> str:
    """The block of the page that is computed."""
    return _computed(name).search(text())[1]  # type: ignore[index]


def with_computed(page: str, name: str, content: str) -> str:
    """``page`` with another content of that block."""
    return _computed(name).sub(lambda _: f"<!-- {name} -->\n{content}\n<!-- end -->", page)


def _computed(name: str) -> re.Pattern[str]:
    return re.compile(rf"<!-- {name} -->\n(.*?)\n?<!-- end -->", re.DOTALL)
