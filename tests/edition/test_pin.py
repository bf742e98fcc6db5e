"""The pin of a text: what changes it, what does not, and that anyone can compute it as README.md says."""

import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.edition.model import Review
from colophon.edition.pin import PIN_LENGTH, compute_pin
from colophon.edition.read import read_edition
from tests.edition.editions import BODY, FRONT, edition_file, problems_of, read

ROOT = Path(__file__).parents[2]
README = (ROOT / "shared/colophon/edition/README.md").read_text("utf-8")
PINS = README.partition("\n## Pins\n")[2].partition("\n## ")[0]
EXAMPLES = re.findall(r'^\| `(".*?")` \| `(".*?")` \| `(\w+)` \|$', PINS, re.MULTILINE)
HASHED = re.findall(r"^\$ printf '([^%].*?)' \| sha256sum \| cut -c 1-16\n(\w+)$", PINS, re.MULTILINE)
COMMAND = next(line.removeprefix("$ ") for line in PINS.splitlines() if line.startswith("$ printf '%s"))


def test_the_readme_has_three_examples() -> None:
    assert len(EXAMPLES) == len(HASHED) == 3
    assert [pin for *_, pin in EXAMPLES] == [pin for _, pin in HASHED]


@pytest.mark.parametrize(("title", "body", "pin"), EXAMPLES)
def test_examples_are_computed_as_the_readme_says(title: str, body: str, pin: str) -> None:
    assert compute_pin(json.loads(title), json.loads(body)) == pin


@pytest.mark.parametrize(("printed", "pin"), HASHED)
def test_examples_can_be_computed_without_colophon(printed: str, pin: str) -> None:
    assert hashlib.sha256(printed.replace("\\n", "\n").encode()).hexdigest()[:PIN_LENGTH] == pin


@pytest.mark.parametrize("body", ["\n# One\n\nText\n\n---\n\nMore\n\n\n", "One line, no end", "\r\n※ a\r\n\r\nb\r\n"])
def test_the_readmes_command_computes_the_pin_of_a_file(tmp_path: Path, body: str) -> None:
    (tmp_path / "en.md").write_bytes(edition_file(body))
    # Not every machine has sha256sum.
    digest = f"{sys.executable} -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'"
    command = COMMAND.replace("TITLE", "What fractional lasers do").replace("sha256sum", digest)
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode().strip() == read(body).pin


def test_an_edition_carries_the_pin_of_its_title_and_body() -> None:
    edition = read(f"\n{BODY}")
    assert edition.pin == compute_pin("What fractional lasers do", f"\n{BODY}")
    assert len(edition.pin) == PIN_LENGTH


def test_only_title_and_body_change_the_pin() -> None:
    more = "tags: [laser]\nexcerpt: Another one.\ncorrections: [{at: 2024-06-01, note: A date.}]\n"
    assert read(more=more).pin == read().pin == read_edition("ja", edition_file()).pin
    assert read(front=FRONT.replace("What", "How")).pin != read().pin
    assert read(BODY.replace("thin", "thick")).pin != read().pin


def test_title_and_body_are_pinned_before_they_are_normalised_for_a_page() -> None:
    for sign in ("\u200b", "\u00a0", "　", "  ", "<br>", "<!-- a -->", "&nbsp;"):
        assert read(BODY.replace("thin", f"thin{sign}")).pin != read().pin
    assert read(front=FRONT.replace("What", "'What\u200b").replace("do\n", "do'\n")).pin != read().pin


@given(st.text(), st.text(), st.integers(0, 5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_line_ends_form_and_feeds_at_the_end_make_no_difference(title: str, body: str, feeds: int, end: str) -> None:
    title, body = (text.replace("\r", "\n") for text in (title, body))
    pin = compute_pin(title, body)
    other = unicodedata.normalize("NFD", body.replace("\n", end)) + feeds * end
    assert compute_pin(unicodedata.normalize("NFD", title), other) == pin
    assert compute_pin(title, f"x{body}") != pin


PINNED = "  of: 0123456789abcdef\n  review: {by: Kim, at: 2024-05-03, scope: names, of: ' 1111111111111111'}\n"


def test_a_translation_and_a_review_name_the_texts_that_they_are_about() -> None:
    translation = read(front=FRONT + PINNED).front_matter.translation
    assert translation is not None
    assert translation.of == "0123456789abcdef"
    assert isinstance(translation.review, Review)
    assert translation.review.of == "1111111111111111"


@pytest.mark.parametrize("pin", ["1234567890123456", "12345678901234e5", "0000000000000000"])
def test_a_pin_needs_no_quotes_where_it_looks_like_a_number(pin: str) -> None:
    translation = read(front=f"{FRONT}  of: {pin}\n").front_matter.translation
    assert translation is not None
    assert translation.of == pin


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("0123456789abcde", "what colophon pin prints"),
        ("0123456789abcdeg", "what colophon pin prints"),
        ("0x123456789abcde", "what colophon pin prints"),
        ("0123456789ABCDEF", "in lower case: 0123456789abcdef."),
        (f"fedcba9876543210{48 * '0'}", "its first 16 digits, in lower case: fedcba9876543210."),
        ("", "what colophon pin prints"),
    ],
)
@pytest.mark.parametrize(
    ("more", "field", "line"),
    [
        ("  of: '{}'\n", "translation.of", 11),
        ("  review:\n    by: Kim\n    at: 2024-05-03\n    scope: names\n    of: '{}'\n", "translation.review.of", 15),
    ],
)
def test_what_is_no_pin_is_refused(written: str, fix: str, more: str, field: str, line: int) -> None:
    (problem,) = problems_of(edition_file(front=FRONT + more.replace("{}", written)))
    assert (problem.field, problem.line, problem.severity) == (field, line, "error")
    assert problem.what.startswith(f"“{written[:50]}")
    assert "is not a pin: 16 digits of 0-9 and a-f" in problem.what
    assert fix in problem.fix
