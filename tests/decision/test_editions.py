"""Which version of a text is shown, and what is reported of a newer one that is not."""

from collections.abc import Mapping
from itertools import permutations

import pytest

from colophon.upload.fields import display_value
from tests.decision.builder import Uploads, folder, inbox, utc
from tests.decision.decisions import Page
from tests.decision.files import (
    BROKEN_IMAGE,
    BROKEN_TEXT,
    CLINIC_FILE,
    drawing,
    original,
    record,
    settings,
    text,
    withdrawal,
)

ILLUSTRATED = text("Illustrated", figure="throat.png")
LIVE = folder().put("en.md", text("First"))
DELETED = LIVE.delete("en.md")

# What was uploaded; what readers get; the state of the newest version.
VERSIONS: Mapping[str, tuple[Uploads, str, str]] = {
    "the only version counts": (LIVE, "page: First", "live"),
    "the newest version counts": (LIVE.put("en.md", text("Second")), "page: Second", "live"),
    "a refused version is passed over": (LIVE.put("en.md", BROKEN_TEXT), "page: First", "refused"),
    "a refused version of which a warning is reported too is passed over": (
        LIVE.put("en.md", BROKEN_TEXT.replace(b"colour", b"images: {nose.png: {alt: A nose}}\ncolour")),
        "page: First",
        "refused",
    ),
    "several refused versions are passed over": (
        LIVE.put("en.md", BROKEN_TEXT).put("en.md", BROKEN_TEXT + b"!"),
        "page: First",
        "refused",
    ),
    "a valid version after a refused one counts": (
        LIVE.put("en.md", BROKEN_TEXT).put("en.md", text("Second")),
        "page: Second",
        "live",
    ),
    "a version whose image was never uploaded is passed over": (
        LIVE.put("en.md", ILLUSTRATED),
        "page: First",
        "waiting",
    ),
    "its image completes it": (
        LIVE.put("en.md", ILLUSTRATED).put("throat.png", drawing(1)),
        "page: Illustrated",
        "live",
    ),
    "a refused image does not complete it": (
        LIVE.put("en.md", ILLUSTRATED).put("throat.png", BROKEN_IMAGE),
        "page: First",
        "waiting",
    ),
    "an image that was deleted was uploaded once": (
        LIVE.put("throat.png", drawing(1)).delete("throat.png").put("en.md", ILLUSTRATED),
        "page: Illustrated",
        "live",
    ),
    "an image that is withdrawn is not waited for": (
        LIVE.put("throat.png.withdrawal.yaml", withdrawal()).put("en.md", ILLUSTRATED),
        "page: Illustrated",
        "live",
    ),
    "the state is the newest version's: incomplete, after a refused one": (
        LIVE.put("en.md", BROKEN_TEXT).put("en.md", ILLUSTRATED),
        "page: First",
        "waiting",
    ),
    "the state is the newest version's: refused, after an incomplete one": (
        LIVE.put("en.md", ILLUSTRATED).put("en.md", BROKEN_TEXT),
        "page: First",
        "refused",
    ),
    "no version was ever valid": (folder().put("en.md", BROKEN_TEXT), "nothing", "refused"),
    "a deleted text is closed, valid or not": (
        folder().put("en.md", BROKEN_TEXT).delete("en.md"),
        "tombstone: absent",
        "absent",
    ),
    "no version was ever complete": (folder().put("en.md", ILLUSTRATED), "nothing", "waiting"),
    "a deleted text is taken down": (DELETED, "tombstone: absent", "absent"),
    "no version before a deletion counts": (DELETED.put("en.md", BROKEN_TEXT), "tombstone: absent", "refused"),
    "a version after a deletion counts": (DELETED.put("en.md", text("Second")), "page: Second", "live"),
    "the same bytes after a deletion count": (DELETED.put("en.md", text("First")), "page: First", "live"),
}


@pytest.mark.parametrize(("uploads", "shows", "state"), VERSIONS.values(), ids=VERSIONS)
def test_the_version_that_counts(uploads: Uploads, shows: str, state: str) -> None:
    page = uploads.decide().page("en")
    assert (page.shows, page.state) == (shows, state)
    worst = {"refused": "error", "waiting": "waiting", "live": "warning"}
    assert worst.get(state) in {None, *(problem.severity for problem in page.problems)}


WITHOUT_SITE = inbox().put(CLINIC_FILE, record())
WITHOUT_RECORD = inbox().put("site.yaml", settings())

# What was uploaded; what readers get; what the one problem of en.md names, and in which field.
WAITING: Mapping[str, tuple[Uploads, str, str, str]] = {
    "for the site": (WITHOUT_SITE.put("en.md", text("First")), "nothing", "site.yaml", ""),
    "for the clinic's record": (
        WITHOUT_RECORD.put("en.md", text("First")),
        "nothing",
        "clinics/dalbit/clinic.yaml",
        "",
    ),
    "for a valid record": (
        WITHOUT_RECORD.put(CLINIC_FILE, b"names: none").put("en.md", text("First")),
        "nothing",
        "clinics/dalbit/clinic.yaml",
        "",
    ),
    "for a translation record": (
        folder().put("en.md", original("First")),
        "tombstone: absent",
        "“ko”",
        "translation",
    ),
    "for the clinic's permission": (
        WITHOUT_RECORD.put(CLINIC_FILE, record(permission=False)).put("en.md", text("First")),
        "tombstone: absent",
        "permission",
        "",
    ),
    "for a clinic that is active": (
        WITHOUT_RECORD.put(CLINIC_FILE, record(status="suspended")).put("en.md", text("First")),
        "tombstone: absent",
        "suspended",
        "",
    ),
    "for a channel of the clinic": (
        folder().put("en.md", text("First", channel="video")),
        "tombstone: absent",
        "“video”",
        "source.channel",
    ),
    "for an address of that channel": (
        folder().put("en.md", text("First", url="https://blog.naver.com/another/1001")),
        "tombstone: absent",
        "https://blog.naver.com/another/1001",
        "source.url",
    ),
    "for an image": (folder().put("en.md", ILLUSTRATED), "nothing", "throat.png", "images.throat.png"),
    "for an image in place of a refused one": (
        folder().put("throat.png", BROKEN_IMAGE).put("en.md", ILLUSTRATED),
        "nothing",
        "“not a drawing”",
        "images.throat.png",
    ),
}


@pytest.mark.parametrize(("uploads", "shows", "named", "field"), WAITING.values(), ids=WAITING)
def test_a_text_waits(uploads: Uploads, shows: str, named: str, field: str) -> None:
    """There is a tombstone once a page could have been published: one may be on its way."""
    page = uploads.decide().page("en")
    (problem,) = page.problems
    assert (page.shows, page.state, problem.severity, problem.field) == (shows, "waiting", "waiting", field)
    assert named in problem.what


# The name in the text, the name of the file in the folder, and whether the one is told of the other.
NEAR_NAMES = [
    ("throat.png", "Throat.PNG", True),
    ("throat.png", "THROAT.png", True),
    ("throat.jpg", "throat.jpeg", True),
    ("throat.jpg", "throat.JPEG", True),
    ("my-throat.png", "my_throat.png", True),
    ("my throat.png", "my\u202fthroat.png", True),
    ("my throat.png", "my\u3000throat.png", True),
    ("throat.png", "throat.webp", True),
    ("throat-1.png", "throat-2.png", False),
    ("throat.png", "nose.png", False),
    ("en.png", "en.md", False),
]


@pytest.mark.parametrize(("name", "file", "is_near"), NEAR_NAMES)
def test_a_missing_image_is_reported_with_its_line_and_the_file_that_may_be_meant(
    name: str, file: str, is_near: bool
) -> None:
    illustrated = text("Illustrated", body=f"First.\n\n![a](<{name}>)\n\n![b](<{name}>)")
    (problem, *_) = folder().put(file, drawing(1)).put("en.md", illustrated).decide().page("en").problems
    assert problem.severity == "waiting"
    assert f"“{name}” has not been uploaded yet" in problem.what
    assert illustrated.decode().split("\n")[(problem.line or 0) - 1] == f"![a](<{name}>)"
    assert (display_value(file) in problem.what) is is_near


def test_the_file_that_may_be_meant_is_an_input_of_the_page() -> None:
    """Otherwise the report of a page that waits would not change with it."""
    first = folder().put("en.md", ILLUSTRATED)
    later = first.put("Throat.PNG", drawing(1))
    steps = (first, later, later.delete("Throat.PNG"))
    named = ["Throat.PNG" in each.decide().page("en").problems[0].what for each in steps]
    assert named == [False, True, False]


# The site's languages, the file's tag, a part of the fix.
OTHER_LANGUAGES = [
    ("ko, en", "en-US", "Name the file en.md."),
    ("ko, en-GB", "en", "Name the file en-GB.md."),
    ("ko, en, en-GB", "en-AU", "Name the file en.md."),
    ("ko, zh-Hans", "zh-CN", "Name the file zh-Hans.md."),
    ("ko, zh-Hans", "zh", "Name the file zh-Hans.md."),
    ("ko, zh-Hans", "zh-TW", "Delete this file"),
    ("ko, en", "kr", "Name the file ko.md."),
    ("ko, ja", "jp", "Name the file ja.md."),
    ("ko, en", "jp", "Name the file ja.md, and add “ja” to languages"),
    ("ko, en", "ja", "Add “ja” to languages"),
    ("ko, ja", "en-GB", "Add “en-GB” to languages"),
    ("ko, en", "jpn", "Name the file ja.md, and add “ja” to languages"),
    ("ko, en", "fr", "Delete this file"),
    ("ko, en", "uk", "Delete this file"),
]


@pytest.mark.parametrize(("languages", "tag", "fix"), OTHER_LANGUAGES)
def test_a_language_that_the_site_does_not_list_is_refused_with_the_nearest_that_it_lists(
    languages: str, tag: str, fix: str
) -> None:
    uploads = WITHOUT_SITE.put("site.yaml", settings(languages=languages)).put(f"{tag}.md", text("First"))
    page = uploads.decide().page(tag)
    (problem,) = page.problems
    assert (page.shows, page.state, problem.severity) == ("tombstone: absent", "refused", "error")
    assert f"“{tag}”" in problem.what
    assert languages in problem.what
    assert fix in problem.fix


@pytest.mark.parametrize(("languages", "tag", "fix"), [each for each in OTHER_LANGUAGES if "dd “" in each[2]])
def test_what_the_fix_adds_to_the_languages_is_taken(languages: str, tag: str, fix: str) -> None:
    added = fix.partition("dd “")[2].partition("”")[0]
    uploads = WITHOUT_SITE.put("site.yaml", settings(languages=f"{languages}, {added}"))
    assert uploads.put(f"{added}.md", text("First")).decide().page(added).state != "refused"


def test_a_text_is_reported_with_the_newest_refusal_of_its_image() -> None:
    refused = folder().put("en.md", ILLUSTRATED).put("throat.png", BROKEN_IMAGE)
    (problem,) = refused.put("throat.png", b"nor this").decide().page("en").problems
    assert "“nor this”" in problem.what


def test_an_original_must_not_be_a_translation() -> None:
    page = folder().put("ko.md", text("First")).decide().page("ko")
    assert (page.shows, page.state, page.problems[0].field) == ("tombstone: absent", "waiting", "translation")


def test_all_that_a_correction_waits_for_is_reported_at_once() -> None:
    suspended = LIVE.put(CLINIC_FILE, record(status="suspended", permission=False))
    page = suspended.put("en.md", ILLUSTRATED).decide().page("en")
    named = ["throat.png", "suspended", "permission"]
    assert [name in problem.what for name, problem in zip(named, page.problems, strict=True)] == [True] * 3


# One more upload to an inbox with a live page; what readers get then.
CHANGES: Mapping[str, tuple[str, bytes, str]] = {
    "its clinic is suspended": (CLINIC_FILE, record(status="suspended"), "tombstone: absent"),
    "its permission ends": (CLINIC_FILE, record(permission=False), "tombstone: absent"),
    "the site gives up its language": ("site.yaml", settings(languages="ko, ja"), "tombstone: absent"),
    "a clinic's record is refused": (CLINIC_FILE, b"names: none", "page: First"),
    "the site's settings are refused": ("site.yaml", b"languages: none", "page: First"),
}


@pytest.mark.parametrize(("name", "content", "shows"), CHANGES.values(), ids=CHANGES)
def test_a_live_page_when(name: str, content: bytes, shows: str) -> None:
    assert LIVE.put(name, content).decide().page("en").shows == shows


def test_the_order_of_uploads_makes_no_difference() -> None:
    files = [("site.yaml", settings()), (CLINIC_FILE, record()), ("throat.png", drawing(1)), ("en.md", ILLUSTRATED)]
    for order in permutations(files):
        uploads = inbox()
        for name, content in order:
            uploads = uploads.put(name, content)
        page = uploads.decide().page("en")
        assert (page.shows, page.state) == ("page: Illustrated", "live")


PLAN, LATE_PLAN = "2026-03-12T09:00:00+09:00", "2026-03-20T09:00:00+09:00"
PLANNED, PLANNED_LATE = text("Planned", publish_at=PLAN), text("Planned late", publish_at=LATE_PLAN)
PLANNED_CORRECTION = LIVE.put("en.md", PLANNED)
REPLACED = PLANNED_CORRECTION.put("en.md", PLANNED_LATE)

# What was uploaded; what readers get; the state of the newest version.
DATES: Mapping[str, tuple[Uploads, str, str]] = {
    "before publish_at": (folder().put("en.md", PLANNED), "nothing", "scheduled"),
    "a second before publish_at": (
        folder().put("en.md", PLANNED).until("2026-03-12T08:59:59+09:00"),
        "nothing",
        "scheduled",
    ),
    "from publish_at on": (folder().put("en.md", PLANNED).until(PLAN), "page: Planned", "live"),
    "a planned correction, before": (PLANNED_CORRECTION, "page: First", "scheduled"),
    "a planned correction, after": (PLANNED_CORRECTION.until(PLAN), "page: Planned", "live"),
    "replaced before its time, it never shows": (REPLACED.until(PLAN), "page: First", "scheduled"),
    "what replaced it shows in its own time": (REPLACED.until(LATE_PLAN), "page: Planned late", "live"),
    "replaced after its time, it shows until then": (
        PLANNED_CORRECTION.until(PLAN).put("en.md", PLANNED_LATE),
        "page: Planned",
        "scheduled",
    ),
    "replaced at its very moment, it shows until then": (
        PLANNED_CORRECTION.until("2026-03-12T08:59:00+09:00").put("en.md", PLANNED_LATE),
        "page: Planned",
        "scheduled",
    ),
    "replaced before its time, and again after it": (
        REPLACED.until(PLAN).put("en.md", PLANNED_LATE + b"!"),
        "page: First",
        "scheduled",
    ),
    "a refused version replaces nothing": (
        PLANNED_CORRECTION.put("en.md", BROKEN_TEXT).until(PLAN),
        "page: Planned",
        "refused",
    ),
    "a translation that is dated ahead is a mistake, not a plan": (
        folder().put("en.md", text("Ahead", translated=PLAN)),
        "nothing",
        "waiting",
    ),
    "planned for a day that is over, but dated ahead": (
        folder().put("en.md", text("Ahead", publish_at="2026-03-05T09:00:00+09:00", translated=PLAN)),
        "nothing",
        "waiting",
    ),
    "planned and incomplete is waiting": (
        folder().put("en.md", text("Planned", publish_at=PLAN, figure="throat.png")),
        "nothing",
        "waiting",
    ),
}


@pytest.mark.parametrize(("uploads", "shows", "state"), DATES.values(), ids=DATES)
def test_a_text_with_a_date(uploads: Uploads, shows: str, state: str) -> None:
    page = uploads.decide().page("en")
    assert (page.shows, page.state) == (shows, state)


SLOW_CLOCK = PLANNED_CORRECTION.until(PLAN).until("2026-03-12T08:55:00+09:00")
# What came after the page was shown at its time and is decided by a function whose clock is slow.
AFTER_SLOW_CLOCK: Mapping[str, tuple[Uploads, str, str]] = {
    "the clinic's record": (SLOW_CLOCK.put(CLINIC_FILE, record(name="Dalbit Clinic")), "page: Planned", "live"),
    "a correction that waits": (SLOW_CLOCK.put("en.md", ILLUSTRATED), "page: Planned", "waiting"),
    "a planned correction": (SLOW_CLOCK.put("en.md", PLANNED_LATE), "page: Planned", "scheduled"),
    "a correction": (SLOW_CLOCK.put("en.md", text("Second")), "page: Second", "live"),
    "a deletion": (SLOW_CLOCK.delete("en.md"), "tombstone: absent", "absent"),
}


@pytest.mark.parametrize(("uploads", "shows", "state"), AFTER_SLOW_CLOCK.values(), ids=AFTER_SLOW_CLOCK)
def test_a_text_that_readers_saw_at_its_time_stays_whatever_the_clock_says(
    uploads: Uploads, shows: str, state: str
) -> None:
    page = uploads.decide().page("en")
    assert (page.shows, page.state) == (shows, state)


def test_an_original_shows_once_its_date_has_begun_anywhere() -> None:
    uploads = folder().put("ko.md", original("Tomorrow", posted="2026-03-21"))
    before = uploads.until("2026-03-20T23:59:59+14:00").decide().page("ko")
    after = uploads.until("2026-03-21T00:00:00+14:00").decide().page("ko")
    assert [_brief(before), _brief(after)] == [("nothing", "scheduled"), ("page: Tomorrow", "live")]


# What was uploaded; when the page is looked at again though nothing is uploaded.
NEXT: Mapping[str, tuple[Uploads, str]] = {
    "never: it is live": (LIVE, ""),
    "at publish_at": (PLANNED_CORRECTION, PLAN),
    "at the first of two": (REPLACED, PLAN),
    "then at the second": (REPLACED.until(PLAN), LATE_PLAN),
    "never: it is deleted": (PLANNED_CORRECTION.delete("en.md"), ""),
    "never: it is withdrawn": (PLANNED_CORRECTION.put("withdrawal.yaml", withdrawal()), ""),
}


@pytest.mark.parametrize(("uploads", "moment"), NEXT.values(), ids=NEXT)
def test_when_a_page_is_looked_at_again(uploads: Uploads, moment: str) -> None:
    assert uploads.decide().page("en").row.next_at == (utc(moment) if moment else None)


def _brief(page: Page) -> tuple[str, str]:
    return page.shows, page.state
