"""What a file says of how its image was made: in its row, its paths, on pages, and in reports where a text differs."""

from functools import partial

import pytest
from msgspec.structs import replace

from colophon.decision import image as decided_image
from colophon.decision.image import decide_image, is_image_up_to_date, recorded_file_keys
from colophon.images import copy
from colophon.images.copy import RECIPE_VERSION
from colophon.images.mark import ImageMark
from colophon.stores.row_encoding import encode_row
from colophon.upload.keys import ImageRef
from colophon.verbs.reading import decide_with_reads
from colophon.views import ImageView, PostView
from tests.decision.builder import Uploads, folder
from tests.decision.decisions import Decisions
from tests.decision.files import POST, drawing, text, withdrawal
from tests.decision.in_memory import Drawings

IMAGE = "throat.png"
AI = "trainedAlgorithmicMedia"


def shown(content: bytes, made: str = "") -> Uploads:
    """A text that shows one image."""
    return folder().put("en.md", text("Illustrated", figure=IMAGE, made=made)).put(IMAGE, content)


def image_on_page(decisions: Decisions) -> ImageView:
    """The image as the page shows it."""
    view = decisions.page("en").view
    assert isinstance(view, PostView)
    return view.images[IMAGE]


def test_the_mark_is_on_the_page_and_in_the_row_of_a_marked_image_alone() -> None:
    for content, mark in (
        (drawing(1), ImageMark()),
        (drawing(1, AI), ImageMark(AI)),
        (drawing(1, credentials=True), ImageMark(has_credentials=True)),
        (drawing(1, AI, credentials=True), ImageMark(AI, has_credentials=True)),
    ):
        decisions = shown(content).decide()
        assert image_on_page(decisions).mark == mark
        row = decisions.image(IMAGE)
        assert (row.mark or ImageMark()) == mark
        assert ("mark" in str(encode_row(row)["row"])) == bool(mark)


def test_an_upload_without_a_mark_after_one_with_a_mark_takes_it_from_the_page() -> None:
    decisions = shown(drawing(1, AI)).put(IMAGE, drawing(2)).decide()
    assert image_on_page(decisions).mark == ImageMark()
    assert decisions.page("en").state == "live"


def test_what_a_withdrawn_image_said_is_gone_with_it() -> None:
    decisions = shown(drawing(1, AI)).put(f"{IMAGE}.withdrawal.yaml", withdrawal()).decide()
    assert image_on_page(decisions) == ImageView("withdrawn")
    assert decisions.image(IMAGE).mark is None


def test_a_text_that_says_otherwise_than_the_file_is_live_with_a_warning() -> None:
    agreeing = {
        ("ai", AI), ("edited-with-ai", "compositeWithTrainedAlgorithmicMedia"),
        ("edited-with-ai", "compositeSynthetic"), ("camera", "digitalCapture"), ("camera", "computationalCapture"),
        ("ai", ""), ("", AI),
    }  # fmt: skip
    for made in ("", "ai", "edited-with-ai", "camera"):
        for said in ("", AI, "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic", "digitalCapture", "print",
                     "computationalCapture"):  # fmt: skip
            page = shown(drawing(1, said), made).decide().page("en")
            assert page.state == "live"
            warned = [problem for problem in page.problems if problem.field == f"images.{IMAGE}.made"]
            assert bool(warned) == bool(made and said and (made, said) not in agreeing), (made, said)
            if warned:
                assert warned[0].severity == "warning"
                assert f"“{IMAGE}”" in warned[0].what


def test_the_files_that_the_recipe_before_marks_made_stay_until_the_image_ends() -> None:
    """A republish makes a marked image again at a new path. Pages still name the old one, until the upload ends."""
    decisions = shown(drawing(1, AI)).decide()
    unmarked = shown(drawing(1)).decide().image(IMAGE)
    row, look, image = decisions.image(IMAGE), decisions.look(), ImageRef(POST, IMAGE)
    before = replace(row, path=unmarked.path, recipe="2", mark=None)
    assert row.path != unmarked.path
    old = replace(look, row=replace(look.row, images={IMAGE: before}))
    assert is_image_up_to_date(image, old)
    decided = decide_with_reads(partial(decide_image, image), old, decisions.source, Drawings())
    assert (decided.row.path, decided.row.recipe, decided.row.mark) == (row.path, RECIPE_VERSION, ImageMark(AI))
    assert set(decided.row.earlier_files) == set(recorded_file_keys(unmarked))
    assert unmarked.path.removeprefix("/") in decided.row.earlier_files
    assert decided.tombstones == ()
    ended = shown(drawing(1, AI)).delete(IMAGE).decide()
    gone = ended.look()
    gone = replace(gone, row=replace(gone.row, images={IMAGE: replace(decided.row, inputs_id="")}))
    last = decide_with_reads(partial(decide_image, image), gone, ended.source, Drawings())
    assert {*recorded_file_keys(unmarked), *recorded_file_keys(row)} <= set(last.tombstones)


def test_the_files_that_another_recipe_made_end_when_another_upload_takes_their_place() -> None:
    decisions, image = shown(drawing(1, AI)).put(IMAGE, drawing(2)).decide(), ImageRef(POST, IMAGE)
    first, unmarked = shown(drawing(1, AI)).decide(), shown(drawing(1)).decide().image(IMAGE)
    before = replace(first.image(IMAGE), path=unmarked.path, recipe="2", mark=None)
    look = decisions.look()
    old = replace(look, row=replace(look.row, images={IMAGE: before}))
    decided = decide_with_reads(partial(decide_image, image), old, decisions.source, Drawings())
    assert set(recorded_file_keys(unmarked)) <= set(decided.tombstones)
    assert decided.row.earlier_files == ()


def test_an_unmarked_image_keeps_the_paths_and_the_identity_that_the_recipe_before_gave_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decisions = shown(drawing(1)).decide()
    row, look, image = decisions.image(IMAGE), decisions.look(), ImageRef(POST, IMAGE)
    old = replace(look, row=replace(look.row, images={IMAGE: replace(row, recipe="2")}))
    decided = decide_with_reads(partial(decide_image, image), old, decisions.source, Drawings())
    assert (decided.row.path, decided.row.fp, decided.row.earlier_files) == (row.path, row.fp, ())
    for module in (copy, decided_image):
        monkeypatch.setattr(module, "RECIPE_VERSION", "2")
    earlier = decide_with_reads(partial(decide_image, image), look, decisions.source, Drawings()).row
    assert (earlier.path, earlier.fp, earlier.recipe) == (row.path, row.fp, "2")
