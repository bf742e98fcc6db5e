"""Where an image's copy is, where tombstones are, what is reported of it, and what pages show of it."""

import re
from collections.abc import Mapping
from functools import partial
from unicodedata import normalize

import pytest

from colophon.decision.image import decide_image
from colophon.decision.rows import ImageRow
from colophon.upload.keys import ImageRef
from colophon.verbs.reading import decide_with_reads
from colophon.views import PostView
from tests.decision.builder import Uploads, folder, utc
from tests.decision.files import (
    BROKEN_IMAGE,
    BROKEN_TEXT,
    BROKEN_YAML,
    CLINIC_WITHDRAWAL,
    HOLD,
    HOLD_ENDS,
    POST,
    drawing,
    original,
    text,
    withdrawal,
)
from tests.decision.in_memory import Drawings

IMAGE, WITHDRAWAL = "throat.png", "throat.png.withdrawal.yaml"
SHOWN = folder().put("en.md", text("Illustrated", figure=IMAGE)).put(IMAGE, drawing(1))
WITHDRAWN, DELETED = SHOWN.put(WITHDRAWAL, withdrawal()), SHOWN.delete(IMAGE)

# What was uploaded; which life of the image its path names; the state of its upload. The number of a life only ever
# grows, with each end of one and with each upload of the same bytes after others; empty: there is no path.
LIVES: Mapping[str, tuple[Uploads, str, str]] = {
    "the first upload": (SHOWN, "first", "live"),
    "the same bytes again": (SHOWN.put(IMAGE, drawing(1)), "first", "live"),
    "other bytes have another path": (SHOWN.put(IMAGE, drawing(2)), "first", "live"),
    "the first bytes after others": (SHOWN.put(IMAGE, drawing(2)).put(IMAGE, drawing(1)), "1", "live"),
    "a refused upload leaves the one before it": (SHOWN.put(IMAGE, BROKEN_IMAGE), "first", "refused"),
    "nothing but a refused upload": (folder().put(IMAGE, BROKEN_IMAGE), "", "refused"),
    "deleted": (DELETED, "", "absent"),
    "uploaded again after a deletion": (DELETED.put(IMAGE, drawing(1)), "2", "live"),
    "uploaded again after another": (DELETED.put(IMAGE, drawing(1)).delete(IMAGE).put(IMAGE, drawing(1)), "4", "live"),
    "other bytes after a deletion": (DELETED.put(IMAGE, drawing(2)), "1", "live"),
    "withdrawn": (WITHDRAWN, "", "withdrawn"),
    "withdrawn by a file that can't be read": (SHOWN.put(WITHDRAWAL, BROKEN_YAML), "", "withdrawn"),
    "withdrawn with its post": (SHOWN.put("withdrawal.yaml", withdrawal()), "", "withdrawn"),
    "withdrawn with its clinic": (SHOWN.put(CLINIC_WITHDRAWAL, withdrawal()), "", "withdrawn"),
    "a withdrawal of a text is not one of its image": (
        SHOWN.put("en.md.withdrawal.yaml", withdrawal()),
        "first",
        "live",
    ),
    "deleted before its clinic was withdrawn": (DELETED.put(CLINIC_WITHDRAWAL, withdrawal()), "", "absent"),
    "its withdrawal ended": (WITHDRAWN.delete(WITHDRAWAL), "1", "live"),
    "its withdrawal gave way to another": (WITHDRAWN.put(WITHDRAWAL, HOLD).delete(WITHDRAWAL), "2", "live"),
    "its post's withdrawal ended": (
        SHOWN.put("withdrawal.yaml", withdrawal()).delete("withdrawal.yaml"),
        "1",
        "live",
    ),
    "its clinic's withdrawal ended": (
        SHOWN.put(CLINIC_WITHDRAWAL, withdrawal()).delete(CLINIC_WITHDRAWAL),
        "1",
        "live",
    ),
    "its hold ended by itself": (SHOWN.put(WITHDRAWAL, HOLD).until(HOLD_ENDS), "1", "live"),
    "its clinic's hold ended by itself": (SHOWN.put(CLINIC_WITHDRAWAL, HOLD).until(HOLD_ENDS), "1", "live"),
    "its hold ended, and its file was deleted": (
        SHOWN.put(WITHDRAWAL, HOLD).until(HOLD_ENDS).delete(WITHDRAWAL),
        "1",
        "live",
    ),
    "withdrawn before it was uploaded": (
        folder().put(WITHDRAWAL, withdrawal()).put(IMAGE, drawing(1)),
        "",
        "withdrawn",
    ),
    "deleted and withdrawn, both ended": (
        DELETED.put(WITHDRAWAL, withdrawal()).delete(WITHDRAWAL).put(IMAGE, drawing(1)),
        "3",
        "live",
    ),
}


@pytest.mark.parametrize(("uploads", "life", "state"), LIVES.values(), ids=LIVES)
def test_the_path_of_an_image(uploads: Uploads, life: str, state: str) -> None:
    row = uploads.decide().image(IMAGE)
    assert (_life(row), row.outcome.state, row.outcome.url) == (life, state, row.path)
    at_once = uploads.decide_at_once().image(IMAGE)
    assert (at_once.path, at_once.state) == (row.path, row.state)


@pytest.mark.parametrize("uploads", [uploads for uploads, _, _ in LIVES.values()], ids=LIVES)
def test_a_path_is_absent_then_bytes_then_a_tombstone_and_never_bytes_again(uploads: Uploads) -> None:
    closed: set[str] = set()
    opened: set[str] = set()
    for decision in uploads.decide().images[ImageRef(POST, IMAGE)]:
        own = (
            {f"{decision.base}-{size.width}.{size.extension}" for size in decision.copy.files}
            if decision.copy
            else set()
        )
        closed |= {*decision.tombstones}
        opened |= own
        assert not own & closed
        assert opened - own <= closed


def test_an_image_that_is_replaced_leaves_tombstones_at_every_size() -> None:
    before, after = SHOWN.decide().images[ImageRef(POST, IMAGE)][-1], SHOWN.put(IMAGE, drawing(2)).decide()
    ends = ("480.webp", "800.webp", "800.jpg", "800.png")
    assert set(after.images[ImageRef(POST, IMAGE)][-1].tombstones) == {f"{before.base}-{end}" for end in ends}


def test_a_withdrawal_leaves_tombstones_at_every_path_that_there_ever_was() -> None:
    uploads = DELETED.put(IMAGE, drawing(2)).put(IMAGE, BROKEN_IMAGE).put(WITHDRAWAL, withdrawal())
    for decisions in (uploads.decide(), uploads.decide_at_once()):
        bases = {key.rpartition("-")[0] for key in decisions.images[ImageRef(POST, IMAGE)][-1].tombstones}
        assert sorted(base.partition(".")[2].partition(".")[2] for base in bases) == ["", "", "1", "1"]


# What was uploaded; how many versions the decision about the image reads.
READS: Mapping[str, tuple[Uploads, int]] = {
    "one version": (SHOWN, 1),
    "one version that is refused": (folder().put(IMAGE, BROKEN_IMAGE), 1),
    "all versions, for their paths": (SHOWN.put(IMAGE, drawing(2)).put(IMAGE, drawing(3)), 3),
    "no deletion": (DELETED, 1),
}


@pytest.mark.parametrize(("uploads", "count"), READS.values(), ids=READS)
def test_a_decision_reads_what_it_needs(uploads: Uploads, count: int) -> None:
    decisions = uploads.decide()
    look = decisions.look()
    decisions.source.reads.clear()
    decide_with_reads(partial(decide_image, ImageRef(POST, IMAGE)), look, decisions.source, Drawings())
    assert decisions.source.reads == [ImageRef(POST, IMAGE).key] * count


def test_images_of_equal_bytes_share_no_path() -> None:
    decisions = SHOWN.put("nose.png", drawing(1)).decide()
    assert decisions.image(IMAGE).path.partition(".")[2] != decisions.image("nose.png").path.partition(".")[2]


# What was uploaded; what the page shows of the image; whether its report warns of it.
ON_PAGES: Mapping[str, tuple[Uploads, str, bool]] = {
    "it is there": (SHOWN, "ready", False),
    "it is withdrawn": (WITHDRAWN, "withdrawn", False),
    "it is deleted": (DELETED, "absent", True),
    "it is withdrawn and deleted": (WITHDRAWN.delete(IMAGE), "withdrawn", False),
    "it was refused after a sound one": (SHOWN.put(IMAGE, BROKEN_IMAGE), "ready", False),
    "it was refused after its deletion": (DELETED.put(IMAGE, BROKEN_IMAGE), "absent", True),
    "it is back": (WITHDRAWN.delete(WITHDRAWAL), "ready", False),
}


@pytest.mark.parametrize(("uploads", "state", "warned"), ON_PAGES.values(), ids=ON_PAGES)
def test_what_a_page_shows_of_an_image(uploads: Uploads, state: str, warned: bool) -> None:
    decisions = uploads.decide()
    page = decisions.page("en")
    assert isinstance(page.view, PostView)
    shown, row = page.view.images[IMAGE], decisions.image(IMAGE)
    sizes = ((480, 800), 800, 400) if state == "ready" else ((), 0, 0)
    assert (shown.state, shown.path, (shown.widths, shown.width, shown.height)) == (state, row.path, sizes)
    assert bool(row.path) == (state == "ready")
    assert (f"images.{IMAGE}" in [problem.field for problem in page.problems]) == warned


COMPOSED, DECOMPOSED = normalize("NFC", "목.png"), normalize("NFD", "목.png")


@pytest.mark.parametrize(
    ("content", "state"), [(drawing(2), "ready"), (BROKEN_IMAGE, "absent")], ids=["a sound image", "a refused image"]
)
def test_of_two_spellings_the_composed_one_counts_and_the_other_was_uploaded(content: bytes, state: str) -> None:
    uploads = folder().put(DECOMPOSED, drawing(1)).put("en.md", text("Illustrated", figure=COMPOSED))
    decisions = uploads.put(COMPOSED, content).decide()
    assert decisions.page("en").shows == "page: Illustrated"
    row = decisions.image(COMPOSED)
    assert (row.state, row.ever_available) == (state, True)
    assert decisions.images[ImageRef(POST, COMPOSED)][-1].tombstones


def test_withdrawals_in_two_spellings_both_count() -> None:
    composed, decomposed = f"{COMPOSED}.withdrawal.yaml", f"{DECOMPOSED}.withdrawal.yaml"
    uploads = folder().put(COMPOSED, drawing(1))
    paths = [uploads.decide().image(COMPOSED).path]
    for name in (decomposed, composed, decomposed):
        uploads = uploads.put(name, withdrawal())
        assert uploads.decide().image(COMPOSED).state == "withdrawn"
        uploads = uploads.delete(name)
        paths.append(uploads.decide().image(COMPOSED).path)
    assert len(set(paths)) == 4


DAY_AFTER = "2026-03-11T09:04:00+09:00"
ALONE = folder().put(IMAGE, drawing(1))

# What was uploaded; whether it is reported that no text shows the image.
UNUSED: Mapping[str, tuple[Uploads, bool]] = {
    "its text may be uploaded yet": (ALONE, False),
    "a second less than a day": (ALONE.until("2026-03-11T09:02:59+09:00"), False),
    "after a day": (ALONE.until(DAY_AFTER), True),
    "the same bytes again do not renew the day": (
        ALONE.until("2026-03-11T00:00:00+09:00").put(IMAGE, drawing(1)).until(DAY_AFTER),
        True,
    ),
    "a text without it": (ALONE.put("en.md", text("Plain")).until(DAY_AFTER), True),
    "a text that shows it": (SHOWN.until(DAY_AFTER), False),
    "another language that shows it": (
        ALONE.put("en.md", text("Plain")).put("ko.md", original("그림", figure=IMAGE)).until(DAY_AFTER),
        False,
    ),
    "a text that waits": (
        ALONE.put("en.md", text("Waits", figure=IMAGE, channel="video")).until(DAY_AFTER),
        False,
    ),
    "a text that was refused may show it": (ALONE.put("en.md", BROKEN_TEXT).until(DAY_AFTER), False),
    "a text that is withdrawn may show it": (
        ALONE.put("en.md", text("Plain")).put("en.md.withdrawal.yaml", withdrawal()).until(DAY_AFTER),
        False,
    ),
    "a withdrawn image is not needed": (ALONE.put(WITHDRAWAL, withdrawal()).until(DAY_AFTER), False),
    "nor is a deleted one": (ALONE.delete(IMAGE).until(DAY_AFTER), False),
    "a text that showed it no longer does": (
        SHOWN.until(DAY_AFTER).put("en.md", text("Plain")),
        True,
    ),
    "a text that shows it came after the day": (
        ALONE.until(DAY_AFTER).put("en.md", text("Illustrated", figure=IMAGE)),
        False,
    ),
}


@pytest.mark.parametrize(("uploads", "unused"), UNUSED.values(), ids=UNUSED)
def test_an_image_that_no_text_shows_is_reported_after_a_day(uploads: Uploads, unused: bool) -> None:
    row = uploads.decide().image(IMAGE)
    assert (row.unused, [problem.severity for problem in row.outcome.problems if "No text" in problem.what]) == (
        unused,
        ["warning"] * unused,
    )


# What was uploaded; when the image is looked at again though nothing is uploaded.
NEXT: Mapping[str, tuple[Uploads, str]] = {
    "a day after it was uploaded, when no text shows it": (ALONE, "2026-03-11T09:03:00+09:00"),
    "never: a text shows it": (SHOWN, ""),
    "never: it is reported": (ALONE.until(DAY_AFTER), ""),
    "when a hold of it ends": (SHOWN.put(WITHDRAWAL, HOLD), HOLD_ENDS),
    "when a hold of its clinic ends": (SHOWN.put(CLINIC_WITHDRAWAL, HOLD), HOLD_ENDS),
}


@pytest.mark.parametrize(("uploads", "moment"), NEXT.values(), ids=NEXT)
def test_when_an_image_is_looked_at_again(uploads: Uploads, moment: str) -> None:
    assert uploads.decide().image(IMAGE).next_at == (utc(moment) if moment else None)


def _life(row: ImageRow) -> str:
    found = re.fullmatch(r"/images/dalbit/coughs/throat\.[0-9a-f]{12}(?:\.([0-9]+))?-800\.jpg", row.path)
    return (found[1] or "first") if found else row.path
