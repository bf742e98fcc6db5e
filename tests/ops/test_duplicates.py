"""What stands in two folders, and that no problem of an upload names another clinic."""

import pytest

from colophon.decision.rows import Outcome
from colophon_ops.duplicates import (
    Duplicate,
    TextMark,
    add_duplicate_warnings,
    find_duplicates,
    mark_text,
    shown_marks,
)

URL, OTHER = "https://blog.naver.com/garamjae/1", "https://blog.naver.com/garamjae/2"
FEVER, COUGH, FAR = "posts/garamjae/fever/", "posts/garamjae/cough/", "posts/sorae/fever/"
TEXT = "Rest, and drink water.\n"
# Marks, and the fields that are told with their keys.
CASES: dict[str, tuple[list[TextMark], list[tuple[str, tuple[str, ...]]]]] = {
    "the same original in two folders": (
        [mark_text(f"{FEVER}en.md", URL, "One."), mark_text(f"{COUGH}en.md", f"{URL}/", "Two.")],
        [("source.url", (f"{COUGH}en.md", f"{FEVER}en.md"))],
    ),
    "in two languages": (
        [mark_text(f"{FEVER}ko.md", URL, "One."), mark_text(f"{COUGH}en.md", URL, "Two.")],
        [("source.url", (f"{COUGH}en.md", f"{FEVER}ko.md"))],
    ),
    "the languages of one post": (
        [mark_text(f"{FEVER}ko.md", URL, "One."), mark_text(f"{FEVER}en.md", URL, "Two.")],
        [],
    ),
    "the same text with two originals": (
        [mark_text(f"{FEVER}en.md", URL, TEXT), mark_text(f"{COUGH}en.md", OTHER, f"\n{TEXT}\n")],
        [("body", (f"{COUGH}en.md", f"{FEVER}en.md"))],
    ),
    "the same text twice in one folder": (
        [mark_text(f"{FEVER}ko.md", URL, TEXT), mark_text(f"{FEVER}en.md", URL, TEXT)],
        [],
    ),
    "a whole copy of a post": (
        [mark_text(f"{FEVER}en.md", URL, TEXT), mark_text(f"{COUGH}en.md", URL, TEXT)],
        [("source.url", (f"{COUGH}en.md", f"{FEVER}en.md"))],
    ),
    "pictures alone": (
        [mark_text(f"{FEVER}en.md", URL, "![A](a.jpg)\n"), mark_text(f"{COUGH}en.md", OTHER, "![A](a.jpg)\n")],
        [],
    ),
    "no original and no text": ([mark_text(f"{FEVER}en.md", "", ""), mark_text(f"{COUGH}en.md", "", "")], []),
    "across clinics": (
        [mark_text(f"{FEVER}en.md", URL, "One."), mark_text(f"{FAR}en.md", URL, "Two.")],
        [("source.url", (f"{FEVER}en.md", f"{FAR}en.md"))],
    ),
}


@pytest.mark.parametrize(("marks", "told"), CASES.values(), ids=CASES.keys())
def test_what_stands_in_two_folders_is_told(marks: list[TextMark], told: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(each.field, each.keys) for each in find_duplicates(marks)] == told
    assert find_duplicates(reversed(marks)) == find_duplicates(marks)


@pytest.mark.parametrize("state", ["withdrawn", "absent", "superseded"])
def test_a_text_that_is_not_shown_is_no_duplicate(state: str) -> None:
    marks = [mark_text(f"{FEVER}en.md", URL, "One."), mark_text(f"{COUGH}en.md", URL, "Two.")]
    outcomes = [Outcome(f"{FEVER}en.md", state), Outcome(f"{COUGH}en.md", "live")]  # type: ignore[arg-type]
    assert find_duplicates(shown_marks(marks, outcomes)) == ()


def test_a_problem_names_other_posts_of_its_own_clinic_alone() -> None:
    keys = (f"{COUGH}en.md", f"{FEVER}en.md", f"{FAR}en.md")
    outcomes = add_duplicate_warnings(
        [Outcome(key, "live", version="v") for key in keys], [Duplicate("source.url", URL, keys)]
    )
    whats = [outcome.problems[0].what for outcome in outcomes]
    assert whats == [
        f"{FEVER} has the same source.url.",
        f"{COUGH} has the same source.url.",
        "A folder of another clinic has the same source.url.",
    ]
    for outcome in outcomes:
        (problem,) = outcome.problems
        clinic = outcome.key.split("/")[1]
        assert problem.severity == "warning"
        assert not any(other in problem.what + problem.fix for other in {"garamjae", "sorae"} - {clinic})


def test_a_thousand_copies_are_counted_and_not_all_named() -> None:
    keys = tuple(f"posts/garamjae/copy-{number:04}/en.md" for number in range(1000))
    outcomes = [Outcome(key, "live", version="v") for key in keys]
    first, *_, last = add_duplicate_warnings(outcomes, [Duplicate("body", "", keys)])
    named = ", ".join(f"posts/garamjae/copy-{number:04}/" for number in range(5))
    assert last.problems[0].what == f"{named} and 994 more have the same text."
    assert first.problems[0].what.startswith("posts/garamjae/copy-0001/, ")
    assert first.problems[0].what.endswith("copy-0005/ and 994 more have the same text.")
