"""Which entries pages leave for listings, what listings make of them, and which are put once more after a change."""

from collections.abc import Mapping

import pytest

from colophon.decision.listing_rows import EntryRow, removed_entry_rows
from tests.decision.builder import Uploads, folder, inbox
from tests.decision.decisions import Decisions
from tests.decision.files import (
    BROKEN_TEXT,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    HOLD,
    HOLD_ENDS,
    STYLE,
    drawing,
    original,
    record,
    settings,
    text,
    withdrawal,
)

LIVE = folder().put("en.md", text("First", tags=["voice", "spring"]))
REDATED = LIVE.put("en.md", text("First", posted="2026-02-27"))
DELETED = LIVE.delete("en.md")
SUSPENDED = LIVE.put(CLINIC_FILE, record(status="suspended"))
CLINIC_WITHDRAWN = LIVE.put(CLINIC_WITHDRAWAL, withdrawal("gone"))
OTHER = "posts/dalbit/sneezes/en.md"

# What was uploaded; the entries of the English page by day: its title, "removed", or "covered" by the clinic's
# withdrawal.
ENTRIES: Mapping[str, tuple[Uploads, Mapping[str, str]]] = {
    "a live page has one on its day": (LIVE, {"2026-03-02": "First"}),
    "a correction changes it": (LIVE.put("en.md", text("Second")), {"2026-03-02": "Second"}),
    "on another day it leaves the first": (REDATED, {"2026-02-27": "First", "2026-03-02": "removed"}),
    "and a correction returns it": (
        REDATED.put("en.md", text("First")),
        {"2026-02-27": "removed", "2026-03-02": "First"},
    ),
    "a page that was never live has none": (folder().put("en.md", BROKEN_TEXT), {}),
    "nor has one that waits": (folder().put("en.md", text("Waits", channel="video")), {}),
    "a deleted page's is removed": (DELETED, {"2026-03-02": "removed"}),
    "a withdrawn page's is removed": (LIVE.put("withdrawal.yaml", withdrawal()), {"2026-03-02": "removed"}),
    "a suspended clinic's are removed": (SUSPENDED, {"2026-03-02": "removed"}),
    "a withdrawn clinic's are covered": (CLINIC_WITHDRAWN, {"2026-03-02": "covered"}),
    "so are those of its pages that were never live": (
        folder().put("en.md", text("Waits", channel="video")).put(CLINIC_WITHDRAWAL, withdrawal()),
        {"2026-03-02": "covered"},
    ),
    "but not of a text that was never valid": (
        folder().put("en.md", BROKEN_TEXT).put(CLINIC_WITHDRAWAL, withdrawal()),
        {},
    ),
    "nor of one that was deleted": (DELETED.put(CLINIC_WITHDRAWAL, withdrawal()), {"2026-03-02": "removed"}),
    "covered on the day of its newest valid version": (
        CLINIC_WITHDRAWN.put("en.md", text("Later", posted="2026-03-03")).put("en.md", BROKEN_TEXT),
        {"2026-03-02": "removed", "2026-03-03": "covered"},
    ),
    "a clinic's hold that ended": (LIVE.put(CLINIC_WITHDRAWAL, HOLD).until(HOLD_ENDS), {"2026-03-02": "First"}),
}


@pytest.mark.parametrize(("uploads", "entries"), ENTRIES.values(), ids=ENTRIES)
def test_the_entries_of_a_page(uploads: Uploads, entries: Mapping[str, str]) -> None:
    assert _entries(uploads.decide()) == entries


@pytest.mark.parametrize("uploads", [uploads for uploads, _ in ENTRIES.values()], ids=ENTRIES)
def test_no_listing_has_an_old_identity_again(uploads: Uploads) -> None:
    for again in (uploads, uploads.put("en.md", text("First")), uploads.delete("en.md").put("en.md", text("First"))):
        for key, fingerprints in again.decide().listings.fingerprints.items():
            assert len(fingerprints) == len(set(fingerprints)), key


# A change to an inbox with a live page; whether its entry has another identity after it.
IDENTITIES: Mapping[str, tuple[Uploads, bool]] = {
    "a correction that it shows": (LIVE.put("en.md", text("Second")), True),
    "the same bytes": (LIVE.put("en.md", text("First", tags=["voice", "spring"])), False),
    "the clinic's record": (LIVE.put(CLINIC_FILE, record(name="Dalbit")), True),
    "the site's settings": (LIVE.put("site.yaml", settings(name="Newer")), True),
    "another post": (LIVE.put(OTHER, text("Sneezes")), False),
    "a deletion and the same bytes": (DELETED.put("en.md", text("First", tags=["voice", "spring"])), True),
}


@pytest.mark.parametrize(("uploads", "changed"), IDENTITIES.values(), ids=IDENTITIES)
def test_the_identity_of_an_entry(uploads: Uploads, changed: bool) -> None:
    place = ("en", "dalbit", "2026-03-02", "coughs")
    assert (uploads.decide().entries[place].id != LIVE.decide().entries[place].id) == changed


def test_lost_entries_are_removed_but_for_the_one_that_the_page_has() -> None:
    decisions = REDATED.decide()
    rows = list(decisions.entries.values())
    live = next(row for row in rows if row.entry)
    (removed,) = removed_entry_rows(rows, decisions.page("en").row.entry_ref, "fingerprint")
    assert (removed.posted.isoformat(), removed.entry, removed.clinic_withdrawn) == ("2026-03-02", None, False)
    assert removed.id not in {row.id for row in rows}
    assert [row.posted for row in removed_entry_rows([live], None, "fingerprint")] == [live.posted]


MONTH, SITEMAP, SHARD = "en/dalbit/2026/03/index.html", "en/dalbit/sitemap-2026.xml", "en/dalbit/search-2026.json"
ARCHIVE, PROFILE, FEED = "en/dalbit/index.html", "en/dalbit/profile/index.html", "en/dalbit/feed.xml"
DIRECTORY, HOME, ROBOTS = "en/search/index.html", "en/index.html", "robots.txt"
ALL = (MONTH, SITEMAP, SHARD, ARCHIVE, PROFILE, FEED, DIRECTORY, HOME, ROBOTS)
LISTED = dict.fromkeys(ALL, "listing")
YEAR_ENDED = dict.fromkeys((MONTH, SITEMAP, SHARD), "tombstone: absent")
CLINIC_ENDED = dict.fromkeys((MONTH, SITEMAP, SHARD, ARCHIVE, PROFILE, FEED), "tombstone: absent")

# What was uploaded; what readers get at each listing's key.
LISTINGS: Mapping[str, tuple[Uploads, Mapping[str, str]]] = {
    "before there is a site": (inbox().put(CLINIC_FILE, record()), dict.fromkeys(ALL, "nothing")),
    "before the first post": (folder(), LISTED | dict.fromkeys((MONTH, SITEMAP, SHARD), "nothing")),
    "with a post": (LIVE, LISTED),
    "when its only post is deleted": (DELETED, LISTED | YEAR_ENDED),
    "when its only post is withdrawn": (LIVE.put("withdrawal.yaml", withdrawal("legal")), LISTED | YEAR_ENDED),
    "when the clinic is suspended": (SUSPENDED, LISTED | CLINIC_ENDED),
    "when the clinic is withdrawn": (CLINIC_WITHDRAWN, LISTED | dict.fromkeys(CLINIC_ENDED, "tombstone: gone")),
    "when the clinic is withdrawn and its only post deleted": (
        CLINIC_WITHDRAWN.delete("en.md"),
        LISTED | dict.fromkeys((ARCHIVE, PROFILE, FEED), "tombstone: gone") | YEAR_ENDED,
    ),
    "when the clinic is back": (CLINIC_WITHDRAWN.delete(CLINIC_WITHDRAWAL), LISTED),
    "when a clinic without posts is withdrawn": (
        folder().put(CLINIC_WITHDRAWAL, withdrawal("legal")),
        LISTED
        | dict.fromkeys((MONTH, SITEMAP, SHARD), "nothing")
        | dict.fromkeys((ARCHIVE, PROFILE, FEED), "tombstone: legal"),
    ),
    "when the language is given up": (
        LIVE.put("site.yaml", settings(languages="ja, ko")),
        dict.fromkeys(ALL, "tombstone: absent") | {ROBOTS: "listing"},
    ),
    "when the clinic is withdrawn in a language that is given up": (
        CLINIC_WITHDRAWN.put("site.yaml", settings(languages="ja, ko")),
        dict.fromkeys(ALL, "tombstone: absent") | {ROBOTS: "listing"},
    ),
    "when the site's settings are deleted": (LIVE.delete("site.yaml"), dict.fromkeys(ALL, "tombstone: absent")),
}


@pytest.mark.parametrize(("uploads", "shown"), LISTINGS.values(), ids=LISTINGS)
def test_what_is_at_a_listing(uploads: Uploads, shown: Mapping[str, str]) -> None:
    listings = uploads.decide().listings
    assert {key: listings.shows(key) for key in ALL} == shown


# A change to an inbox with a live page; the keys of the listings that are put once more.
NEWS: Mapping[str, tuple[Uploads, set[str]]] = {
    "a correction that no entry shows": (
        LIVE.put("en.md", text("First", tags=["voice", "spring"], url="https://blog.naver.com/dalbit_ear/1002")),
        set(),
    ),
    "a correction of a title": (
        LIVE.put("en.md", text("Second", tags=["voice", "spring"])),
        {MONTH, SITEMAP, SHARD, ARCHIVE, FEED, HOME},
    ),
    "a correction of tags": (
        LIVE.put("en.md", text("First", tags=["voice"])),
        {MONTH, SITEMAP, SHARD, ARCHIVE, FEED, HOME, DIRECTORY},
    ),
    "a post in another year": (
        LIVE.put(OTHER, text("Sneezes", posted="2025-03-02")),
        {ARCHIVE, FEED, HOME, DIRECTORY},
    ),
    "a post in another month": (
        LIVE.put(OTHER, text("Sneezes", posted="2026-02-02")),
        {SITEMAP, SHARD, ARCHIVE, FEED, HOME},
    ),
    "a refused correction": (LIVE.put("en.md", BROKEN_TEXT), set()),
    "an image that no text shows": (LIVE.put("throat.png", drawing(1)), set()),
    "a sibling, for the languages of the entry": (
        LIVE.put("ko.md", original("처음")),
        {MONTH, SITEMAP, SHARD, ARCHIVE, FEED, HOME},
    ),
    "the deletion of the only post": (DELETED, {MONTH, SITEMAP, SHARD, ARCHIVE, FEED, HOME, DIRECTORY}),
    "another name of the clinic": (LIVE.put(CLINIC_FILE, record(name="Dalbit")), set(ALL) - {ROBOTS}),
    "another clinic without posts": (LIVE.put("clinics/haenaru/clinic.yaml", record()), set()),
    "another name of the site": (LIVE.put("site.yaml", settings(name="Newer")), set(ALL)),
    "a style of the site's own": (LIVE.put("site.css", STYLE), set(ALL)),
}


@pytest.mark.parametrize(("uploads", "renewed"), NEWS.values(), ids=NEWS)
def test_which_listings_are_put_once_more(uploads: Uploads, renewed: set[str]) -> None:
    before, after = LIVE.decide().listings.fingerprints, uploads.decide().listings.fingerprints
    assert {key for key in ALL if before.get(key) != after.get(key)} == renewed


def test_listings_that_ended_do_not_hang_on_what_changes_around_them() -> None:
    for ended in (DELETED, DELETED.put(CLINIC_FILE, record(status="suspended"))):
        before = ended.decide().listings.fingerprints
        for name, content in (("site.yaml", settings(name="Newer")), (CLINIC_FILE, record(name="Dalbit"))):
            after = ended.put(name, content).decide().listings.fingerprints
            assert [before.get(key) for key in YEAR_ENDED] == [after.get(key) for key in YEAR_ENDED]
    given_up = LIVE.put("site.yaml", settings(languages="ja, ko"))
    before = given_up.decide().listings.fingerprints
    after = given_up.put("site.yaml", settings(name="Newer", languages="ja, ko")).decide().listings.fingerprints
    assert [before.get(key) for key in (DIRECTORY, HOME)] == [after.get(key) for key in (DIRECTORY, HOME)]


SECOND = LIVE.put(OTHER, text("Sneezes", posted="2026-03-03", tags=["spring", "dust"]))
THREE = SECOND.put("posts/dalbit/hiccups/en.md", text("Hiccups", posted="2025-12-01"))


def test_a_year_counts_its_live_pages_by_month_and_gathers_their_tags() -> None:
    year = THREE.decide().listings.years["en", "dalbit", 2026]
    assert (dict(year.months), year.tags) == ({3: 2}, ("dust", "spring", "voice"))
    gone = THREE.delete(OTHER).decide().listings.years["en", "dalbit", 2026]
    assert (dict(gone.months), gone.tags) == ({3: 1}, ("spring", "voice"))


def test_an_archive_has_the_years_that_have_pages_and_the_tags_of_all() -> None:
    archive = THREE.decide().listings.archives["en", "dalbit"]
    assert archive.shown is not None
    assert (archive.years, archive.shown.tags) == ((2026, 2025), ("dust", "spring", "voice"))
    assert THREE.delete("posts/dalbit/hiccups/en.md").decide().listings.archives["en", "dalbit"].years == (2026,)
    assert DELETED.decide().listings.archives["en", "dalbit"].shown is None
    assert CLINIC_WITHDRAWN.decide().listings.archives["en", "dalbit"].shown is None


def test_a_directory_names_the_clinics_that_have_pages() -> None:
    far = THREE.put("clinics/haenaru/clinic.yaml", record(name="A first clinic"))
    assert [clinic.clinic for clinic in far.decide().listings.directories["en"].clinics] == ["dalbit"]
    both = far.put("posts/haenaru/far/en.md", text("Far")).decide().listings.directories["en"]
    assert ([clinic.clinic for clinic in both.clinics], both.total) == (["haenaru", "dalbit"], 2)
    assert DELETED.decide().listings.directories["en"].total == 0


def test_what_listings_are_made_from_never_has_an_old_identity_again() -> None:
    gone = LIVE.delete("en.md")
    stages = [LIVE, gone, gone.put("en.md", text("First")), gone.put("en.md", text("First")).delete("en.md")]
    made = [uploads.decide().listings for uploads in stages]
    assert len({listings.years["en", "dalbit", 2026].id for listings in made}) == 4
    assert len({listings.archives["en", "dalbit"].id for listings in made}) == 4
    assert len({listings.directories["en"].id for listings in made}) == 4


def test_listings_show_the_newest_first_and_nothing_that_was_removed() -> None:
    listings = THREE.decide().listings
    for key in (MONTH, ARCHIVE, FEED, HOME):
        content = listings.bytes_at(key)
        assert content.index("Sneezes") < content.index("First")
    assert "Hiccups" not in listings.bytes_at(MONTH)
    after = THREE.delete(OTHER).decide().listings
    assert not [key for key in ALL if "Sneezes" in after.bytes_at(key)]


# A change; whether a page left the English year of 2026 by it, or came back to it.
LEFT: Mapping[str, tuple[Uploads, bool]] = {
    "a page that came did not": (SECOND, False),
    "a page that was deleted did": (DELETED, True),
    "a page that was withdrawn did": (LIVE.put("withdrawal.yaml", withdrawal()), True),
    "a page that went to another day did not": (REDATED, False),
    "a page that was corrected did not": (LIVE.put("en.md", text("Second")), False),
}


@pytest.mark.parametrize(("uploads", "left"), LEFT.values(), ids=LEFT)
def test_whether_a_page_left_a_year(uploads: Uploads, left: bool) -> None:
    before, after = (which.decide().listings.years["en", "dalbit", 2026] for which in (LIVE, uploads))
    assert (before.removed_id != after.removed_id) == left


def _entries(decisions: Decisions) -> Mapping[str, str]:
    rows = (row for row in decisions.entries.values() if row.lang == "en")
    return {row.posted.isoformat(): _brief(row) for row in rows}


def _brief(row: EntryRow) -> str:
    return row.entry.title if row.entry else "covered" if row.clinic_withdrawn else "removed"
