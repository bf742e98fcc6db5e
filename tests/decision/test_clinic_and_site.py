"""What the folder of a clinic and the site's own files say: which version counts, and what it opens and closes."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from colophon.decision.clinic import ClinicSnapshot, decide_clinic, is_open
from colophon.decision.site import is_site_up_to_date
from colophon.verbs.reading import decide_with_reads
from tests.decision.builder import Uploads, folder, inbox, utc
from tests.decision.files import (
    BROKEN_STYLE,
    BROKEN_YAML,
    CLINIC_FILE,
    CLINIC_WITHDRAWAL,
    GLOSSARY_FILE,
    HOLD,
    HOLD_ENDS,
    STYLE,
    glossary,
    record,
    settings,
    text,
    withdrawal,
)
from tests.decision.in_memory import InMemoryInbox

SITE = inbox().put("site.yaml", settings())
CLINIC = SITE.put(CLINIC_FILE, record())

# What was uploaded; the name in the record that counts (empty: there is none); the state of the newest version;
# whether anything of the clinic may be shown.
RECORDS: Mapping[str, tuple[Uploads, str, str, bool]] = {
    "the only record counts": (CLINIC, "Dalbit Ear Clinic", "live", True),
    "the newest record counts": (CLINIC.put(CLINIC_FILE, record(name="Dalbit")), "Dalbit", "live", True),
    "a refused record is passed over": (CLINIC.put(CLINIC_FILE, BROKEN_YAML), "Dalbit Ear Clinic", "refused", True),
    "no record is valid": (SITE.put(CLINIC_FILE, BROKEN_YAML), "", "refused", False),
    "a deleted record ends it": (CLINIC.delete(CLINIC_FILE), "", "absent", False),
    "no record before a deletion counts": (
        CLINIC.delete(CLINIC_FILE).put(CLINIC_FILE, BROKEN_YAML),
        "",
        "refused",
        False,
    ),
    "suspended": (CLINIC.put(CLINIC_FILE, record(status="suspended")), "Dalbit Ear Clinic", "live", False),
    "without permission": (CLINIC.put(CLINIC_FILE, record(permission=False)), "Dalbit Ear Clinic", "live", False),
    "withdrawn": (CLINIC.put(CLINIC_WITHDRAWAL, withdrawal()), "Dalbit Ear Clinic", "live", False),
    "withdrawn by a file that can't be read": (
        CLINIC.put(CLINIC_WITHDRAWAL, BROKEN_YAML),
        "Dalbit Ear Clinic",
        "live",
        False,
    ),
    "back": (CLINIC.put(CLINIC_WITHDRAWAL, HOLD).until(HOLD_ENDS), "Dalbit Ear Clinic", "live", True),
}


@pytest.mark.parametrize(("uploads", "name", "state", "opened"), RECORDS.values(), ids=RECORDS)
def test_the_record_of_a_clinic(uploads: Uploads, name: str, state: str, opened: bool) -> None:
    clinic = uploads.decide().clinic()
    assert (clinic.record.names["en"] if clinic.record else "") == name
    assert [outcome.state for outcome in clinic.outcomes if outcome.key == CLINIC_FILE] == [state]
    assert is_open(clinic) == opened


# What was uploaded; the kind of the withdrawal; its state; how many withdrawals of the clinic ended.
WITHDRAWALS: Mapping[str, tuple[Uploads, str, str, int]] = {
    "against a clinic": (CLINIC.put(CLINIC_WITHDRAWAL, withdrawal("gone")), "gone", "live", 0),
    "against a clinic without a valid record": (
        SITE.put(CLINIC_FILE, BROKEN_YAML).put(CLINIC_WITHDRAWAL, withdrawal("gone")),
        "gone",
        "live",
        0,
    ),
    "against a clinic without a record": (
        SITE.put(CLINIC_WITHDRAWAL, withdrawal("gone")),
        "gone",
        "waiting",
        0,
    ),
    "against a clinic whose record was deleted": (
        CLINIC.delete(CLINIC_FILE).put(CLINIC_WITHDRAWAL, withdrawal("gone")),
        "gone",
        "live",
        0,
    ),
    "deleted": (CLINIC.put(CLINIC_WITHDRAWAL, withdrawal()).delete(CLINIC_WITHDRAWAL), "", "absent", 1),
    "over": (CLINIC.put(CLINIC_WITHDRAWAL, HOLD).until(HOLD_ENDS), "", "superseded", 1),
    "over, then deleted": (
        CLINIC.put(CLINIC_WITHDRAWAL, HOLD).until(HOLD_ENDS).delete(CLINIC_WITHDRAWAL),
        "",
        "absent",
        1,
    ),
    "replaced": (CLINIC.put(CLINIC_WITHDRAWAL, HOLD).put(CLINIC_WITHDRAWAL, withdrawal()), "withdrawn", "live", 1),
}


@pytest.mark.parametrize(("uploads", "kind", "state", "lifted"), WITHDRAWALS.values(), ids=WITHDRAWALS)
def test_the_withdrawal_of_a_clinic(uploads: Uploads, kind: str, state: str, lifted: int) -> None:
    decisions = uploads.decide()
    clinic = decisions.clinic()
    assert (clinic.withdrawal.kind if clinic.withdrawal else "") == kind
    assert (decisions.withdrawal(CLINIC_WITHDRAWAL).state, clinic.withdrawals_ended) == (state, lifted)


def test_a_clinic_is_looked_at_again_when_its_hold_ends() -> None:
    held = CLINIC.put(CLINIC_WITHDRAWAL, HOLD)
    assert held.decide().clinic().next_at == utc(HOLD_ENDS)
    assert held.until(HOLD_ENDS).decide().clinic().next_at is None


def test_a_clinic_has_listings_in_the_languages_of_the_site() -> None:
    assert CLINIC.decide().clinic().langs == ("en", "ja", "ko")
    fewer = CLINIC.put("site.yaml", settings(languages="en, ko"))
    assert fewer.decide().clinic().langs == ("en", "ko")
    assert inbox().put(CLINIC_FILE, record()).decide().clinic().langs == ()


def test_a_clinic_of_which_nothing_is_there_does_not_hang_on_the_site() -> None:
    deleted = CLINIC.delete(CLINIC_FILE)
    before, after = deleted.decide(), deleted.put("site.yaml", settings(name="Translated Posts")).decide()
    assert after.clinic() == before.clinic()


def test_an_older_file_in_use_is_named_and_the_newest_is_not() -> None:
    """Only of an older one the row says which it is: the newest is in the outcome."""
    key = {"clinic": CLINIC_FILE, "glossary": GLOSSARY_FILE, "site": "site.yaml", "style": "site.css"}
    uploads = CLINIC.put(GLOSSARY_FILE, glossary("warm water")).put("site.css", STYLE)

    def versions(uploads: Uploads) -> dict[str, str]:
        decisions = uploads.decide()
        clinic, site = decisions.clinic(), decisions.site
        return {
            "clinic": clinic.record_version,
            "glossary": clinic.glossary_version,
            "site": site.settings_version,
            "style": site.style_version,
        }

    assert versions(uploads) == dict.fromkeys(key, "")
    used = {"clinic": "version 2", "glossary": "version 3", "site": "version 1", "style": "version 4"}
    for name, file in key.items():
        refused = uploads.put(file, BROKEN_STYLE if name == "style" else BROKEN_YAML)
        assert versions(refused) == {**dict.fromkeys(key, ""), name: used[name]}


def test_a_clinic_that_is_decided_again_keeps_its_months() -> None:
    """They are noted beside the row: without them a forced request would record the row each time."""
    decisions = CLINIC.decide()
    row = replace(decisions.clinic(), months=frozenset({"en/2026-03"}))
    source = InMemoryInbox(CLINIC.steps)
    files = source.read_folder("clinics/dalbit/")
    look = ClinicSnapshot(folder=files, contents={}, row=row, site=decisions.site, now=decisions.now)
    assert decide_with_reads(partial(decide_clinic, judge_again=True), look, source) == row


def test_the_site_is_looked_at_again_at_the_very_moment_that_its_row_names() -> None:
    site, files, due = SITE.decide().site, InMemoryInbox(SITE.steps).read_folder("site."), utc(HOLD_ENDS)
    row = replace(site, next_at=due)
    second = timedelta(seconds=1)
    assert [is_site_up_to_date(row, files, due + each) for each in (-second, 0 * second, second)] == [
        True,
        False,
        False,
    ]


def test_what_clinics_had_to_say_never_comes_back() -> None:
    """Pages compare ``fp``, and those that a clinic's withdrawal covers ``order_id``."""
    once = CLINIC.put(CLINIC_WITHDRAWAL, HOLD)
    stages = [
        CLINIC,
        once,
        once.until(HOLD_ENDS),
        once.until(HOLD_ENDS).delete(CLINIC_WITHDRAWAL),
        once.until(HOLD_ENDS).delete(CLINIC_WITHDRAWAL).put(CLINIC_WITHDRAWAL, HOLD),
        CLINIC.delete(CLINIC_FILE),
        CLINIC.delete(CLINIC_FILE).put(CLINIC_FILE, record()),
    ]
    rows = [uploads.decide().clinic() for uploads in stages]
    assert len({row.fp for row in rows}) == len(rows)
    assert len({row.withdrawal_id for row in rows[:5]}) == 5


# What was uploaded; the site's name (empty: there are no settings); whether it has a style of its own; the states of
# site.yaml and site.css, as far as they were uploaded.
SITES: Mapping[str, tuple[Uploads, str, bool, tuple[str, ...]]] = {
    "nothing": (inbox().put(CLINIC_FILE, record()), "", False, ()),
    "settings": (SITE, "Posts in Translation", False, ("live",)),
    "newer settings": (SITE.put("site.yaml", settings(name="Newer")), "Newer", False, ("live",)),
    "refused settings": (SITE.put("site.yaml", BROKEN_YAML), "Posts in Translation", False, ("refused",)),
    "settings that were never valid": (inbox().put("site.yaml", BROKEN_YAML), "", False, ("refused",)),
    "deleted settings": (SITE.delete("site.yaml"), "", False, ("absent",)),
    "a style": (SITE.put("site.css", STYLE), "Posts in Translation", True, ("live", "live")),
    "a refused style": (SITE.put("site.css", BROKEN_STYLE), "Posts in Translation", False, ("live", "refused")),
    "a refused style after a sound one": (
        SITE.put("site.css", STYLE).put("site.css", BROKEN_STYLE),
        "Posts in Translation",
        True,
        ("live", "refused"),
    ),
    "a deleted style": (
        SITE.put("site.css", STYLE).delete("site.css"),
        "Posts in Translation",
        False,
        ("live", "absent"),
    ),
    "a style without settings waits": (inbox().put("site.css", STYLE), "", False, ("waiting",)),
    "a style after the settings were deleted": (
        SITE.put("site.css", STYLE).delete("site.yaml"),
        "",
        False,
        ("absent", "waiting"),
    ),
}


@pytest.mark.parametrize(("uploads", "name", "styled", "states"), SITES.values(), ids=SITES)
def test_the_files_of_the_site(uploads: Uploads, name: str, styled: bool, states: tuple[str, ...]) -> None:
    decisions = uploads.decide()
    site = decisions.site
    assert (site.settings.title("en") if site.settings else "") == name
    assert (bool(site.settings and site.settings.style_path), bool(decisions.style)) == (styled, styled)
    assert tuple(outcome.state for outcome in site.outcomes) == states


@pytest.mark.parametrize(
    ("key", "content"),
    [
        (CLINIC_FILE, record() + b"registration: Nr. # 12\n"),
        ("site.yaml", settings().replace(b"Asia/Seoul", b"Asia/Seoul # as they")),
    ],
)
def test_a_file_that_is_warned_of_counts_and_says_so(key: str, content: bytes) -> None:
    decisions = CLINIC.put(key, content).decide()
    (outcome,) = decisions.clinic().outcomes if key == CLINIC_FILE else decisions.site.outcomes
    assert outcome.state == "live"
    assert [(problem.severity, "comment" in problem.what) for problem in outcome.problems] == [("warning", True)]


def test_the_site_says_where_readers_find_it() -> None:
    for uploads, url in ((SITE, "https://posts.example/"), (SITE.put("site.yaml", BROKEN_YAML), "")):
        assert [outcome.url for outcome in uploads.decide().site.outcomes] == [url]


def test_a_language_that_was_given_up_is_remembered_with_the_settings_that_gave_it_up() -> None:
    fewer = SITE.put("site.yaml", settings(languages="en, ko"))
    gave_up = fewer.decide().site
    assert dict(gave_up.removed_languages) == {"ja": gave_up.fp}
    assert (
        fewer.put("site.yaml", settings(name="Newer", languages="en, ko")).decide().site.removed_languages
        == gave_up.removed_languages
    )
    assert dict(fewer.put("site.yaml", settings()).decide().site.removed_languages) == {}
    deleted = fewer.delete("site.yaml").decide().site
    assert dict(deleted.removed_languages) == {"en": deleted.fp, "ja": gave_up.fp, "ko": deleted.fp}


def test_a_page_is_made_of_the_record_and_the_settings_that_count() -> None:
    live = folder().put("en.md", text("First"))
    changed = live.put(CLINIC_FILE, record(name="Dalbit")).put("site.yaml", settings(name="Newer"))
    view = changed.decide().page("en").view
    decisions = changed.decide()
    assert view is not None
    assert view.site == decisions.site.settings
