"""A clinic's glossary: what is read, and the line and the fix of everything that is wrong."""

import pytest

from colophon.clinic.glossary import read_glossary
from colophon.problem import Refused
from colophon.upload.limits import MAX_GLOSSARY_BYTES, MAX_TERMS

TERMS = "terms:\n  - ko: 추나\n    en: Chuna therapy\n    never: [massage]\n  - {ko: 침, en: acupuncture}\n"


def test_a_term_has_a_word_for_each_language_and_words_that_are_never_written() -> None:
    first, second = read_glossary(TERMS.encode()).terms
    assert (first.words, first.never) == ({"ko": "추나", "en": "Chuna therapy"}, ("massage",))
    assert (second.words, second.never) == ({"ko": "침", "en": "acupuncture"}, ())


def test_json_is_read_too() -> None:
    (term,) = read_glossary(b'{"terms": [{"ko": "a", "zh-Hans": "b"}]}').terms
    assert term.words == {"ko": "a", "zh-Hans": "b"}


def test_as_many_terms_as_are_allowed() -> None:
    assert len(read_glossary(_terms(MAX_TERMS)).terms) == MAX_TERMS


# What is wrong: the line, the field, words of what and of fix.
WRONG = {
    "no Korean word": ("terms:\n  - en: Chuna\n", 2, "terms.0.ko", "is missing", "Add ko"),
    "nothing about translations": ("terms:\n  - ko: 추나\n", 2, "terms.0", "says nothing", "Add the word"),
    "the same term twice": (TERMS + "  - {ko: 침, en: needle}\n", 5, "terms.1.ko", "more than once", "Keep it once"),
    "a tag in another case": ("terms:\n  - {ko: a, EN: b}\n", 2, "terms.0.EN", "canonical form", "en"),
    "a field that does not exist": ("terms:\n  - {ko: a, nevr: b}\n", 2, "terms.0.nevr", "canonical", "Write a tag"),
    "an empty word": ("terms:\n  - ko: a\n    en: ''\n", 3, "terms.0.en", "is empty", "Write a value"),
    "a word of signs": (
        "terms:\n  - ko: ---\n    en: b\n",
        2,
        "terms.0.ko",
        "no letter and no digit",
        "as texts write",
    ),
    "signs that are never written": (
        "terms:\n  - ko: a\n    never: [b, '\"\"']\n",
        3,
        "terms.0.never.1",
        "no letter and no digit",
        "as texts write",
    ),
    "one word instead of a list": ("terms:\n  - ko: a\n    never: b\n", 3, "terms.0.never", "must be a list", "- "),
    "a word that is wanted and never written": (
        "terms:\n  - ko: a\n    en: Chuna\n    never: [b, chuna]\n",
        4,
        "terms.0.never.1",
        "is the term’s word in “en”",
        "Remove it from one",
    ),
    "a term that is no group": ("terms:\n  - Chuna\n", 2, "terms.0", "must be a group", "indented"),
    "no list": ("terms:\n  ko: a\n", 1, "terms", "must be a list", "one entry per line"),
    "no term": ("terms: []\n", 1, "terms", "is empty", "at least one"),
    "another field": ("words: []\n", 1, "words", "no field", "Remove"),
    "a line that is no YAML": ("terms:\n  - ko: [\n  - en: b\n", 2, "", "in YAML", "quotes"),
}


@pytest.mark.parametrize(("text", "line", "field", "what", "fix"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line_and_a_fix(text: str, line: int, field: str, what: str, fix: str) -> None:
    with pytest.raises(Refused) as refused:
        read_glossary(text.encode())
    found = [problem for problem in refused.value.problems if problem.field == field or not field]
    assert found
    assert (found[0].line, found[0].severity) == (line, "error")
    assert what in found[0].what
    assert fix in found[0].fix


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"#" * (MAX_GLOSSARY_BYTES + 1), "8,193 bytes"), (None, f"{MAX_TERMS + 1} entries; at most {MAX_TERMS}")],
    ids=["bytes", "terms"],
)
def test_a_glossary_has_its_limits(content: bytes | None, words: str) -> None:
    with pytest.raises(Refused) as refused:
        read_glossary(_terms(MAX_TERMS + 1) if content is None else content)
    assert words in refused.value.problems[0].what


def _terms(count: int) -> bytes:
    return ("terms:\n" + "".join(f"- {{ko: a{number}, en: b}}\n" for number in range(count))).encode()
