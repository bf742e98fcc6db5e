"""What of the site and of a clinic listings in one language depend on, and what stands where there is none."""

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.listings.sources import closed_clinic_tombstone, live_entries, site_id
from colophon.withdrawal import Withdrawal
from tests.listings.conftest import SITE, entry

LEFT = SiteRow(fp="now", settings=SITE, removed_languages={"fr": "then"})
HOLD = Withdrawal(
    kind="hold",
    reason="legal",
    at=datetime(2026, 3, 1, tzinfo=UTC),
    until=datetime(2026, 3, 9, tzinfo=UTC),
    reference="4",
)


@pytest.mark.parametrize(("lang", "expected"), [("en", "now"), ("fr", "then"), ("de", "")])
def test_listings_in_a_language_that_left_depend_on_what_removed_it(lang: str, expected: str) -> None:
    """No later change of the site rebuilds them, so none may make their rows out of date."""
    assert site_id(LEFT, lang) == expected


@pytest.mark.parametrize(
    ("lang", "withdrawal", "kind"),
    [("en", HOLD, "hold"), ("en", None, "absent"), ("fr", HOLD, "absent"), ("fr", None, "absent")],
)
def test_a_clinics_withdrawal_covers_its_listings_in_the_languages_of_the_site(
    lang: str, withdrawal: Withdrawal | None, kind: str
) -> None:
    view = closed_clinic_tombstone(lang, ClinicRow("noeul", withdrawal=withdrawal), LEFT)
    assert (view.kind, view.lang, view.site) == (kind, lang, SITE)
    said = ("legal", HOLD.at, HOLD.until, "4") if kind == "hold" else ("", None, None, "")
    assert (view.reason, view.at, view.until, view.reference) == said


def test_live_entries_are_the_newest_first_and_those_of_one_day_by_clinic_and_post() -> None:
    places = [("noeul", "b", 3), ("badaro", "a", 2), ("badaro", "c", 2), ("noeul", "a", 2), ("badaro", "z", 1)]
    rows = [
        EntryRow(
            "en", clinic, date(2026, 4, day), post, "id", entry(clinic=clinic, post=post, posted=date(2026, 4, day))
        )
        for clinic, post, day in places
    ]
    for some in permutations([*rows, EntryRow("en", "noeul", date(2026, 4, 9), "removed", "id")]):
        assert [(each.clinic, each.post, each.posted.day) for each in live_entries(some)] == places
