"""The prose of code, messages and papers keeps to engineers' plain English: these words and phrases are not in it.

The wire format keeps a few of them as names of fields: they are exempt where they are quoted exactly.
"""

import re
from pathlib import Path

import pytest

from colophon.language.served import served_languages

ROOT = Path(__file__).parents[1]
SUFFIXES = {".css", ".html", ".js", ".md", ".py", ".sh", ".toml", ".xml", ".yaml", ".yml"}
# Texts in other languages, where a word may look like one of these.
OTHER_LANGUAGES = {f"{lang}.yaml" for lang in served_languages() if lang != "en"}
# ARCHITECTURE.md may use this comparison once.
COMPARISON = "doorbell"
# CONTRIBUTING.md lists words that are not used in the rows of one table, below this heading.
TABLE_OF_WORDS = "| concept |"

BANNED = (
    "abreast", "amiss", "anew", "be it", "bells?", "comes? again", "doorbells?", "goes on", "hang(s|ing)? on",
    "has not come", "have not come", "in vain", "mended", "mends?", "nobody('s)?", "rings?", "rung", "shel(f|ves)",
    "somebody('s)?", "tells? of", "told of", "whence", "wherefrom", "whoever('s)?", "wish(es)?",
)  # fmt: skip
_BANNED = re.compile(rf"(?<![\w-])(?:{'|'.join(BANNED)})(?![\w-])", re.IGNORECASE)
# Names of fields and attributes in messages and rows.
_WIRE_NAME = re.compile(r"""(["'])(anew|rings|shelf)\1|`(anew|rings|shelf)`""")


def areas() -> list[Path]:
    packages = [*ROOT.glob("shared/*"), *ROOT.glob("functions/*")]
    folders = [path for path in packages if path.is_dir() and path.name not in ("colophon", "__pycache__")]
    inner = [path for path in ROOT.glob("shared/colophon/*") if path.name != "__pycache__"]
    papers = [ROOT / f"{name}.md" for name in ("README", "ARCHITECTURE", "CONTRIBUTING")]
    return sorted([*folders, *inner, ROOT / "infra", ROOT / "template.yaml", *papers])


def files_of(area: Path) -> list[Path]:
    if area.is_file():
        return [area]
    return [path for path in sorted(area.rglob("*")) if path.suffix in SUFFIXES and path.name not in OTHER_LANGUAGES]


def find_banned(path: Path) -> list[str]:
    """Each line of ``path`` with a banned word, as ``file:line: word``."""
    hits: list[str] = []
    in_table = False
    may_compare = path.name == "ARCHITECTURE.md"
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        in_table = line.startswith(TABLE_OF_WORDS) or (in_table and line.startswith("|"))
        if in_table and path.name == "CONTRIBUTING.md":
            continue
        for match in _BANNED.finditer(_WIRE_NAME.sub("", line)):
            if may_compare and match[0].lower() == COMPARISON:
                may_compare = False
                continue
            hits.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    return hits


@pytest.mark.parametrize("area", areas(), ids=lambda area: str(area.relative_to(ROOT)))
def test_no_banned_word_is_used(area: Path) -> None:
    assert [hit for path in files_of(area) for hit in find_banned(path)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("The page is made anew.", "anew"), ("Nobody answers.", "Nobody"), ("two shelves", "shelves"), ("a string", "")],
)
def test_a_banned_word_is_found_in_any_case_but_not_inside_another_word(text: str, expected: str) -> None:
    match = _BANNED.search(text)
    assert (match[0] if match else "") == expected
