"""Which cache tags a change calls for: nothing for what only grows, and every copy of what must not be shown."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from colophon.decision.purging import (
    clinic_tags_to_purge,
    clinic_tags_to_purge_again,
    languages_showing_less,
    merge_tags,
    post_tags_to_purge,
    post_tags_to_purge_again,
    removed_entries,
)
from colophon.decision.rows import PostRow
from colophon.listings.kind import ListingGroup
from colophon.listings.kinds import kind_of
from colophon.listings.kinds.clinic import CLINIC as CLINIC_KIND
from colophon.listings.kinds.language import LANGUAGE
from colophon.listings.kinds.year import YEAR
from colophon.upload.keys import PostRef
from tests.decision.builder import Uploads, folder, utc
from tests.decision.decisions import Decisions
from tests.decision.files import (
    BROKEN_IMAGE,
    BROKEN_TEXT,
    CLINIC,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    HOLD,
    HOLD_ENDS,
    POST,
    drawing,
    original,
    record,
    settings,
    text,
    withdrawal,
)

LIVE = folder().put("en.md", text("First"))
BOTH = LIVE.put("ko.md", original("처음"))
ILLUSTRATED = folder().put("throat.png", drawing(1)).put("en.md", text("Illustrated", figure="throat.png"))
HELD, GONE = LIVE.put("withdrawal.yaml", HOLD), LIVE.put("withdrawal.yaml", withdrawal("gone"))
OTHER, THIRD = "posts/dalbit/sneezes/en.md", "posts/dalbit/hiccups/en.md"
CLAIMING = text("Moved", moved_from=["dalbit/coughs"])
MOVED = LIVE.delete("en.md").put(OTHER, CLAIMING)

# Before; after; whether copies of the post's pages and images are purged.
POSTS: Mapping[str, tuple[Uploads, Uploads, bool]] = {
    "a first publish": (folder(), LIVE, False),
    "a correction": (LIVE, LIVE.put("en.md", text("Second")), True),
    "a refused correction": (LIVE, LIVE.put("en.md", BROKEN_TEXT), False),
    "a deletion": (LIVE, LIVE.delete("en.md"), True),
    "a text after a deletion": (LIVE.delete("en.md"), LIVE.delete("en.md").put("en.md", text("Second")), True),
    "a first text where a tombstone was": (
        folder().put("en.md", BROKEN_TEXT).delete("en.md"),
        folder().put("en.md", BROKEN_TEXT).delete("en.md").put("en.md", text("First")),
        False,
    ),
    "a withdrawal": (LIVE, GONE, True),
    "a withdrawal before the first publish": (folder(), folder().put("withdrawal.yaml", withdrawal()), False),
    "another kind of withdrawal": (HELD, HELD.put("withdrawal.yaml", withdrawal("gone")), True),
    "another kind of withdrawal where no page ever was": (
        folder().put("en.md", BROKEN_TEXT).put("withdrawal.yaml", HOLD),
        folder().put("en.md", BROKEN_TEXT).put("withdrawal.yaml", HOLD).put("withdrawal.yaml", withdrawal("gone")),
        True,
    ),
    "a second withdrawal that says the same": (GONE, GONE.put("en.md.withdrawal.yaml", withdrawal("gone")), False),
    "a withdrawal that ends": (HELD, HELD.until(HOLD_ENDS), True),
    "a clinic's withdrawal": (LIVE, LIVE.put(CLINIC_WITHDRAWAL, withdrawal()), True),
    "a clinic that is suspended": (LIVE, LIVE.put(CLINIC_FILE, record(status="suspended")), True),
    "a clinic's other name": (LIVE, LIVE.put(CLINIC_FILE, record(name="Dalbit")), False),
    "the site's other name": (LIVE, LIVE.put("site.yaml", settings(name="Newer")), False),
    "the first sibling": (LIVE, BOTH, False),
    "a correction of a sibling": (BOTH, BOTH.put("ko.md", original("다시")), True),
    "a sibling that is withdrawn": (BOTH, BOTH.put("ko.md.withdrawal.yaml", withdrawal()), True),
    "a sibling's count of warnings": (BOTH, BOTH.put("ko.md", original("처음", source_warnings=1)), True),
    "an image before its text": (folder(), folder().put("throat.png", drawing(1)), False),
    "an image that completes a text": (
        folder().put("en.md", text("Illustrated", figure="throat.png")),
        folder().put("en.md", text("Illustrated", figure="throat.png")).put("throat.png", drawing(1)),
        False,
    ),
    "an image that is replaced": (ILLUSTRATED, ILLUSTRATED.put("throat.png", drawing(2)), True),
    "a refused image": (ILLUSTRATED, ILLUSTRATED.put("throat.png", BROKEN_IMAGE), False),
    "an image that no text shows, deleted": (
        folder().put("throat.png", drawing(1)),
        folder().put("throat.png", drawing(1)).delete("throat.png"),
        True,
    ),
    "an image that no text shows, replaced": (
        folder().put("throat.png", drawing(1)),
        folder().put("throat.png", drawing(1)).put("throat.png", drawing(2)),
        True,
    ),
    "a first publish beside a deleted image": (
        folder().put("throat.png", drawing(1)).delete("throat.png"),
        folder().put("throat.png", drawing(1)).delete("throat.png").put("en.md", text("First")),
        False,
    ),
    "a clinic's other name, long after a sibling was deleted": (
        BOTH.delete("ko.md"),
        BOTH.delete("ko.md").put(CLINIC_FILE, record(name="Dalbit")),
        False,
    ),
    "an image that is withdrawn before it was uploaded": (
        folder(),
        folder().put("throat.png.withdrawal.yaml", withdrawal()),
        True,
    ),
    "a redirect where a page was": (
        LIVE.delete("en.md"),
        MOVED,
        True,
    ),
    "a redirect to another post": (
        MOVED.put(THIRD, CLAIMING),
        MOVED.put(THIRD, CLAIMING).put(OTHER, text("Sneezes")),
        True,
    ),
    "a redirect where nothing was": (
        folder(),
        folder().put(OTHER, CLAIMING),
        False,
    ),
    "another post": (LIVE, LIVE.put(OTHER, text("Sneezes")).delete(OTHER), False),
}


@pytest.mark.parametrize(("before", "after", "purged"), POSTS.values(), ids=POSTS)
def test_the_tag_of_a_post(before: Uploads, after: Uploads, purged: bool) -> None:
    tags = list(post_tags_to_purge(before.decide().post(), after.decide().post()))
    assert tags == ["p:dalbit/coughs"] * purged


# After the table lost the post's row; whether copies are purged.
LOST: Mapping[str, tuple[Uploads, bool]] = {
    "a page that is live": (LIVE.put("en.md", text("Second")), False),
    "a tombstone is urgent": (LIVE.delete("en.md"), True),
    "a tombstone where nothing was before is not": (folder().put("en.md", BROKEN_TEXT).delete("en.md"), False),
    "an image that is withdrawn is urgent": (ILLUSTRATED.put("throat.png.withdrawal.yaml", withdrawal()), True),
    "an image that was never valid is not": (folder().put("throat.png", BROKEN_IMAGE), False),
}


@pytest.mark.parametrize(("after", "purged"), LOST.values(), ids=LOST)
def test_the_tag_of_a_post_whose_row_was_lost(after: Uploads, purged: bool) -> None:
    assert list(post_tags_to_purge(PostRow(POST), after.decide().post())) == ["p:dalbit/coughs"] * purged


# After; whether copies of all of the clinic are purged.
CLINICS: Mapping[str, tuple[Uploads, bool]] = {
    "its withdrawal": (LIVE.put(CLINIC_WITHDRAWAL, withdrawal()), True),
    "its suspension": (LIVE.put(CLINIC_FILE, record(status="suspended")), True),
    "the end of its permission": (LIVE.put(CLINIC_FILE, record(permission=False)), True),
    "the deletion of its record": (LIVE.delete(CLINIC_FILE), True),
    "another name": (LIVE.put(CLINIC_FILE, record(name="Dalbit")), False),
    "a withdrawal of one of its posts": (GONE, False),
}


@pytest.mark.parametrize(("after", "purged"), CLINICS.values(), ids=CLINICS)
def test_the_tag_of_a_clinic(after: Uploads, purged: bool) -> None:
    assert list(clinic_tags_to_purge(LIVE.decide().clinic(), after.decide().clinic())) == ["c:dalbit"] * purged


def test_a_clinic_that_was_closed_and_is_or_stays_so_calls_for_nothing() -> None:
    withdrawn = LIVE.put(CLINIC_WITHDRAWAL, withdrawal())
    closed, suspended = withdrawn.decide(), withdrawn.put(CLINIC_FILE, record(status="suspended")).decide()
    for before, after in ((closed, LIVE.decide()), (closed, suspended)):
        assert list(clinic_tags_to_purge(before.clinic(), after.clinic())) == []


# The uploads of ``ILLUSTRATED`` end at this moment.
THEN = utc("2026-03-10T00:04:00+00:00")
LATER = utc("2026-03-10T00:06:00+00:00")

# What was uploaded; since when it is asked; whether the post is purged once more.
AGAIN: Mapping[str, tuple[Uploads, datetime, bool]] = {
    "nothing ended": (ILLUSTRATED, THEN, False),
    "its image was deleted": (ILLUSTRATED.delete("throat.png"), THEN, True),
    "its image was deleted before": (ILLUSTRATED.delete("throat.png"), LATER, False),
    "its image was replaced": (ILLUSTRATED.put("throat.png", drawing(2)), THEN, True),
    "its image was uploaded again, byte for byte": (ILLUSTRATED.put("throat.png", drawing(1)), THEN, False),
    "its image was withdrawn": (ILLUSTRATED.put("throat.png.withdrawal.yaml", withdrawal()), THEN, True),
    "the post was withdrawn": (ILLUSTRATED.put("withdrawal.yaml", withdrawal()), THEN, True),
    "the post was withdrawn before": (ILLUSTRATED.put("withdrawal.yaml", withdrawal()), LATER, False),
    "its hold is over already": (ILLUSTRATED.put("withdrawal.yaml", HOLD).delete("withdrawal.yaml"), THEN, True),
    "a withdrawal ended": (ILLUSTRATED.put("withdrawal.yaml", HOLD).delete("withdrawal.yaml"), LATER, False),
    "a text alone was withdrawn": (ILLUSTRATED.put("en.md.withdrawal.yaml", withdrawal()), THEN, False),
    "a text alone was deleted": (ILLUSTRATED.delete("en.md"), THEN, False),
    "a post without images was withdrawn": (GONE, THEN, False),
}


@pytest.mark.parametrize(("uploads", "since", "purged"), AGAIN.values(), ids=AGAIN)
def test_a_post_whose_images_ended_is_purged_once_more(uploads: Uploads, since: datetime, purged: bool) -> None:
    files = uploads.decide().look().folder
    assert list(post_tags_to_purge_again(POST, files, since)) == ["p:dalbit/coughs"] * purged


def test_a_clinic_that_was_withdrawn_is_purged_once_more() -> None:
    withdrawn = ILLUSTRATED.put(CLINIC_WITHDRAWAL, withdrawal()).delete(CLINIC_WITHDRAWAL)
    files = withdrawn.decide().source.read_folder(f"clinics/{CLINIC}/")
    assert list(clinic_tags_to_purge_again(CLINIC, files, THEN)) == ["c:dalbit"]
    assert list(clinic_tags_to_purge_again(CLINIC, files, LATER)) == []
    assert list(clinic_tags_to_purge_again("haenaru", files, THEN)) == []


def test_what_ended_at_the_very_moment_is_purged_once_more() -> None:
    """A purge too many costs one path, one that is left out a year of a withdrawn image."""
    for uploads in (
        ILLUSTRATED.put("throat.png", drawing(2)),
        ILLUSTRATED.delete("throat.png"),
        ILLUSTRATED.put("throat.png.withdrawal.yaml", withdrawal()),
    ):
        files, moment = uploads.decide().look().folder, uploads.steps[-1].at
        found = [list(post_tags_to_purge_again(POST, files, moment + timedelta(seconds=more))) for more in (0, 1)]
        assert found == [["p:dalbit/coughs"], []]


TWO = LIVE.put(OTHER, text("Sneezes"))

# Before; after; the languages whose listings lose an entry; those whose entries lose a language or a picture; whether
# the English year, archive and directory show less.
LISTINGS: Mapping[str, tuple[Uploads, Uploads, set[str], set[str], tuple[bool, bool, bool]]] = {
    "a first publish": (folder(), LIVE, set(), set(), (False, False, False)),
    "a correction": (LIVE, LIVE.put("en.md", text("Second")), set(), set(), (False, False, False)),
    "another day": (LIVE, LIVE.put("en.md", text("First", posted="2026-03-01")), set(), set(), (False, False, False)),
    "a deletion": (TWO, TWO.delete("en.md"), {"en"}, set(), (True, False, False)),
    "the deletion of the last post": (LIVE, LIVE.delete("en.md"), {"en"}, set(), (True, True, True)),
    "a deletion of what was deleted": (LIVE.delete("en.md"), LIVE.delete("en.md"), set(), set(), (False,) * 3),
    "a page that is back": (
        LIVE.delete("en.md"),
        LIVE.delete("en.md").put("en.md", text("First")),
        set(),
        set(),
        (True, False, False),
    ),
    "a new sibling": (LIVE, BOTH, set(), set(), (False, False, False)),
    "a sibling that is deleted": (BOTH, BOTH.delete("ko.md"), {"ko"}, {"en"}, (False, False, False)),
    "an image that is withdrawn": (
        ILLUSTRATED,
        ILLUSTRATED.put("throat.png.withdrawal.yaml", withdrawal()),
        set(),
        {"en"},
        (False, False, False),
    ),
    "a clinic's record of which entries show nothing": (
        ILLUSTRATED,
        ILLUSTRATED.put(CLINIC_FILE, record() + b"registration: Sample 12\n"),
        set(),
        set(),
        (False, False, False),
    ),
    "a text without its picture": (
        ILLUSTRATED,
        ILLUSTRATED.put("en.md", text("Plain")),
        set(),
        set(),
        (False, False, False),
    ),
    "a clinic that is withdrawn": (LIVE, LIVE.put(CLINIC_WITHDRAWAL, withdrawal()), {"en"}, set(), (True, True, True)),
}


@pytest.mark.parametrize(("before", "after", "lost", "poorer", "less"), LISTINGS.values(), ids=LISTINGS)
def test_the_listings_that_show_less(
    before: Uploads, after: Uploads, lost: set[str], poorer: set[str], less: tuple[bool, bool, bool]
) -> None:
    one, other = before.decide(), after.decide()
    rows = [(one.entries.get(key), row) for key, row in other.entries.items() if one.entries.get(key) != row]
    assert {row.lang for row in removed_entries(rows)} == lost
    assert languages_showing_less(rows) == poorer
    groups = (YEAR.group("en", CLINIC, 2026), CLINIC_KIND.group("en", CLINIC), LANGUAGE.group("en"))
    assert less == tuple(shows_less(one, other, group) for group in groups)


def shows_less(before: Decisions, after: Decisions, group: ListingGroup) -> bool:
    rows = (before.listings.rows.get(group), after.listings.rows.get(group))
    return all(rows) and kind_of(group).shows_less(*rows)


def test_a_directory_that_names_another_clinic_in_the_place_of_one_shows_less() -> None:
    far = LIVE.put("clinics/haenaru/clinic.yaml", record())
    swapped = far.delete("en.md").put("posts/haenaru/far/en.md", text("Far"))
    before, after = far.decide(), swapped.decide()
    assert [each.listings.directories["en"].total for each in (before, after)] == [1, 1]
    assert shows_less(before, after, LANGUAGE.group("en"))


def test_the_posts_of_a_withdrawn_clinic_call_for_one_tag() -> None:
    withdrawn = TWO.put(CLINIC_WITHDRAWAL, withdrawal()).decide()
    before = TWO.decide()
    posts = (POST, PostRef(CLINIC, "sneezes"))
    tags = [tag for post in posts for tag in post_tags_to_purge(before.post(post), withdrawn.post(post))]
    assert merge_tags([*tags, *clinic_tags_to_purge(before.clinic(), withdrawn.clinic())]) == ("c:dalbit",)


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ([], []),
        (["p:sorae/cough", "p:sorae/cough"], ["p:sorae/cough"]),
        (["p:sorae/cough", "l:en"], ["l:en", "p:sorae/cough"]),
        (["p:sorae/cough", "p:sorae/fever"], ["c:sorae"]),
        (["p:sorae/cough", "p:haneul/cough"], ["p:haneul/cough", "p:sorae/cough"]),
        (["p:sorae/cough", "c:sorae", "p:soraeul/cough"], ["c:sorae", "p:soraeul/cough"]),
        (["l:en", "l:ko"], ["l:en", "l:ko"]),
        (["l:en", "l:ko", "l:ja", "p:sorae/cough"], ["listings", "p:sorae/cough"]),
        (["listings", "l:en"], ["listings"]),
        (["l:zh-Hans", "l:zh-hans"], ["l:zh-hans"]),
    ],
)
def test_many_posts_are_their_clinic_and_many_languages_are_all_listings(sent: list[str], asked: list[str]) -> None:
    assert list(merge_tags(sent)) == asked
    assert merge_tags(reversed(sent)) == merge_tags(sent)
