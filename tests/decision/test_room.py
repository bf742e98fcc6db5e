"""Which files of a post have a row in its item, what is reported of the others, and which problems a row keeps."""

import pytest
from msgspec import structs

from colophon.decision import room
from colophon.decision.room import (
    count_places_taken,
    frees_place,
    has_place,
    is_crowded,
    keep_few_problems,
    outcome_without_row,
    placed_by_name,
    take_places,
    too_many_files_problem,
)
from colophon.decision.rows import ClinicRow, ImageRow, Outcome, OutcomeState, PageRow, PostRow, SiteRow
from colophon.decision.snapshot import PostSnapshot
from colophon.problem import Problem
from colophon.upload.keys import ImageRef, PageRef
from colophon.upload.limits import MAX_KEYS
from colophon.upload.versions import KeyHistory, Version, build_folder
from tests.decision.files import POST
from tests.decision.in_memory import START


def image(number: int) -> ImageRef:
    return ImageRef(POST, f"image-{number:04}.png")


def post_row(count: int, state: OutcomeState = "live", langs: str = "") -> PostRow:
    """The row of a post with the first ``count`` images and with ``langs``."""
    images = {image(n).name: ImageRow(Outcome(image(n).key, state, version="v")) for n in range(count)}
    pages = {lang: PageRow(Outcome(PageRef(POST, lang).key, "live", version="v")) for lang in langs.split()}
    return PostRow(POST, pages, images)


def snapshot(files: int, row: PostRow, others: tuple[str, ...] = (), deleted: int = 0) -> PostSnapshot:
    """``files`` images in the folder, of which the first ``deleted`` are deleted, and ``others``."""
    keys = [image(number).key for number in range(files)] + [f"{POST.folder}{name}" for name in others]
    versions = [Version(key, f"v {key}", "e", 1, number < deleted) for number, key in enumerate(keys)]
    folder = build_folder(POST.folder, versions)
    return PostSnapshot(folder=folder, contents={}, row=row, clinic=ClinicRow("c"), site=SiteRow(), now=START)


@pytest.mark.parametrize(
    ("files", "row", "number", "expected"),
    [
        (MAX_KEYS, post_row(MAX_KEYS - 1), MAX_KEYS - 1, True),
        (600, post_row(MAX_KEYS - 1), 599, True),
        (600, post_row(MAX_KEYS), 599, False),
        (600, post_row(MAX_KEYS), 0, True),
        # Rows of an earlier version of the code keep their places, however many they are.
        (600, post_row(550), 549, True),
        (600, post_row(550), 550, False),
        # A deleted file has no place, and its row stays.
        (600, post_row(500, "absent"), 599, True),
        (600, post_row(500, "withdrawn"), 599, False),
    ],
)
def test_a_key_without_a_row_has_a_place_while_fewer_than_400_are_taken(
    files: int, row: PostRow, number: int, expected: bool
) -> None:
    assert has_place(image(number), snapshot(files, row)) is expected


def test_a_folder_is_crowded_once_it_has_more_files_than_there_are_places() -> None:
    """Until then no file waits for a place, and no row of one is looked for."""
    folders = [snapshot(files, post_row(0)).folder for files in (0, MAX_KEYS - 1, MAX_KEYS, MAX_KEYS + 1)]
    assert [is_crowded(folder) for folder in folders] == [False, False, False, True]
    assert not is_crowded(structs.replace(folders[-1], is_selected=True))


def test_places_that_are_left_go_to_the_first_that_ask() -> None:
    asked = [image(number) for number in (0, 400, 401, 402)]
    assert list(take_places(asked, snapshot(600, post_row(MAX_KEYS - 2)))) == asked[:3]
    assert list(take_places(asked, snapshot(600, post_row(MAX_KEYS)))) == asked[:1]
    assert list(take_places(asked, snapshot(5, post_row(0)))) == asked


def test_without_rows_the_first_by_name_have_places_and_deleted_files_take_none() -> None:
    others = ("en.md", "ko.md", "withdrawal.yaml", "en.md.withdrawal.yaml", "notes.txt")
    placed = placed_by_name(snapshot(600, post_row(0), others, deleted=10).folder)
    assert len(placed) == MAX_KEYS + 10
    assert set(placed) == {PageRef(POST, "en"), *(image(number) for number in range(MAX_KEYS + 9))}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (post_row(MAX_KEYS), post_row(MAX_KEYS - 1), True),
        (post_row(MAX_KEYS, langs="en"), post_row(MAX_KEYS), True),
        (post_row(MAX_KEYS), post_row(MAX_KEYS), False),
        (post_row(MAX_KEYS - 1), post_row(MAX_KEYS), False),
        (post_row(MAX_KEYS - 1), post_row(3), False),
        (post_row(550), post_row(549), True),
    ],
)
def test_a_place_that_becomes_free_is_noticed(before: PostRow, after: PostRow, expected: bool) -> None:
    assert frees_place(before, after) is expected


def test_an_address_that_is_only_claimed_takes_no_place() -> None:
    row = PostRow(POST, {"en": PageRow(Outcome(PageRef(POST, "en").key, "absent"))})
    assert count_places_taken(row) == 0


def test_what_waits_for_a_place_is_told_to_remove_files() -> None:
    history = KeyHistory((Version(image(9).key, "v9"),))
    outcome = outcome_without_row(image(9), history, too_many_files_problem(POST))
    assert (outcome.key, outcome.state, outcome.version) == (image(9).key, "waiting", "v9")
    (problem,) = outcome.problems
    assert problem.severity == "waiting"
    assert "Remove files" in problem.fix
    deleted = KeyHistory((Version(image(9).key, "v10", deleted=True), *history.versions))
    assert outcome_without_row(image(9), deleted, too_many_files_problem(POST)).state == "absent"


def problems(count: int, length: int = 20) -> tuple[Problem, ...]:
    return tuple(Problem(f"{number}: {'w' * length}", "Fix it.") for number in range(count))


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (problems(0), 0),
        (problems(room.MAX_ROW_PROBLEMS), room.MAX_ROW_PROBLEMS),
        (problems(room.MAX_ROW_PROBLEMS + 1), room.MAX_ROW_PROBLEMS),
        (problems(60), room.MAX_ROW_PROBLEMS),
        (problems(4, 1500), 2),
        (problems(1, 5000), 0),
    ],
)
def test_a_row_keeps_few_problems(found: tuple[Problem, ...], kept: int) -> None:
    outcome = Outcome("k", "refused", problems=found, version="v")
    few = keep_few_problems(outcome)
    assert few.problems == found[:kept]
    assert bool(few.problems_id) is (kept < len(found))
    assert few.as_json().keys() == outcome.as_json().keys()


def test_a_problem_that_the_row_does_not_keep_changes_the_row_all_the_same() -> None:
    first, other = (problems(30), (*problems(29), Problem("Another one.", "Fix it.")))
    rows = [keep_few_problems(Outcome("k", "refused", problems=found, version="v")) for found in (first, other)]
    assert rows[0].problems == rows[1].problems
    assert rows[0] != rows[1]
