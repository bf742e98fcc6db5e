"""The pin of a text: what changes it, what does not, and that anyone can compute it as README.md says."""

import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from colophon.edition.model import REVIEW_SCOPES, Edition, Review
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


PINNED = "  of: 0123456789abcdef\n  review: {by: Kim, at: 2024-05-03, scope: terms, of: ' 1111111111111111'}\n"


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
        ("  review:\n    by: Kim\n    at: 2024-05-03\n    scope: terms\n    of: '{}'\n", "translation.review.of", 15),
    ],
)
def test_what_is_no_pin_is_refused(written: str, fix: str, more: str, field: str, line: int) -> None:
    (problem,) = problems_of(edition_file(front=FRONT + more.replace("{}", written)))
    assert (problem.field, problem.line, problem.severity) == (field, line, "error")
    assert problem.what.startswith(f"“{written[:50]}")
    assert "is not a pin: 16 digits of 0-9 and a-f" in problem.what
    assert fix in problem.fix


def reviewed(text: str = BODY, front: str = FRONT, more: str = "", of: str = "", scope: str = "[terms]") -> Edition:
    """An edition with a review of the text ``of``; empty: of this one."""
    pin = of or compute_pin("What fractional lasers do", text)
    return read(text, f"{front}  review: {{by: Kim, at: 2024-05-03, scope: {scope}, of: '{pin}'}}\n", more)


FIELDS = {
    "excerpt": "excerpt: Another one.\n",
    "tags": "tags: [laser, skin]\n",
    "corrections": "corrections: [{at: 2024-06-01, note: A date was wrong.}]\n",
    "publish_at": 'publish_at: "2024-06-01T09:00:00+09:00"\n',
    "moved_from": "moved_from: [bomnal/old-name]\n",
    "images": "images: {a.jpg: {alt: A laser., credit: Bomnal, kind: illustration}}\n",
    "a comment": "# A comment.\n",
}
VALUES = [
    ("channel: blog", "channel: site"),
    ("2024-05-01", "2024-04-30"),
    ("프락셀", "레이저"),
    ("Lingua 4", "Lingua 5"),
]


@given(st.sets(st.sampled_from(sorted(FIELDS))), st.sets(st.sampled_from(VALUES)))
def test_a_review_survives_any_edit_of_the_front_matter(fields: set[str], values: set[tuple[str, str]]) -> None:
    front = FRONT
    for before, after in values:
        front = front.replace(before, after)
    edition = reviewed(front=front, more="".join(FIELDS[name] for name in fields))
    assert edition.is_reviewed
    assert not [problem for problem in edition.warnings if problem.field.startswith("translation.review")]


@given(st.integers(0, len(BODY) - 2), st.integers(0, 3), st.text("ab .,\n※가*", max_size=3))
def test_a_review_survives_no_edit_of_the_body(at: int, length: int, inserted: str) -> None:
    edited = BODY[:at] + inserted + BODY[at + length :]
    assume(edited.rstrip("\n") != BODY.rstrip("\n"))
    edition = reviewed(edited, of=compute_pin("What fractional lasers do", BODY))
    assert edition.review
    assert not edition.is_reviewed
    # Some edits have other problems, too.
    assert "translation.review.of" in [problem.field for problem in edition.warnings]


def test_a_review_survives_no_edit_of_the_title() -> None:
    of = compute_pin("What fractional lasers do", BODY)
    assert not reviewed(front=FRONT.replace("What", "How"), of=of).is_reviewed


def test_a_review_that_names_no_text_is_warned_of_with_the_pin_and_the_command() -> None:
    edition = read(front=FRONT + "  review: {by: Kim, at: 2024-05-03, scope: [terms]}\n")
    assert not edition.is_reviewed
    (problem,) = edition.warnings
    assert (problem.field, problem.line, problem.severity) == ("translation.review.of", 11, "warning")
    assert f"of: {edition.pin}" in problem.fix
    assert "colophon pin" in problem.fix


def test_a_review_of_another_text_is_warned_of_with_both_pins() -> None:
    edition = reviewed(of="1111111111111111")
    (problem,) = edition.warnings
    assert "1111111111111111" in problem.what
    assert edition.pin in problem.what
    assert edition.pin in problem.fix


def test_what_was_reviewed_is_from_a_list() -> None:
    review = reviewed(scope="[medical, against-the-original]").review
    assert review
    assert review.scopes == ("medical", "against-the-original")
    review = reviewed(scope="medical").review
    assert review
    assert review.scopes == ("medical",)


@pytest.mark.parametrize(
    ("scope", "field", "severity"),
    [
        ("[terms, grammar]", "translation.review.scope.1", "error"),
        ("[terms, terms]", "translation.review.scope", "error"),
        ("[]", "translation.review.scope", "error"),
        ("{terms: yes}", "translation.review.scope", "error"),
        ("Names and figures", "translation.review.scope", "warning"),
    ],
)
def test_what_else_was_reviewed_is_refused_in_a_list_and_warned_of_in_words(
    scope: str, field: str, severity: str
) -> None:
    pin = compute_pin("What fractional lasers do", BODY)
    review = f"  review: {{by: Kim, at: 2024-05-03, scope: {scope}, of: '{pin}'}}\n"
    (problem,) = problems_of(edition_file(front=FRONT + review))
    assert (problem.field, problem.line, problem.severity) == (field, 11, severity)
    if "grammar" in scope or severity == "warning":
        assert all(allowed in problem.fix for allowed in REVIEW_SCOPES)
