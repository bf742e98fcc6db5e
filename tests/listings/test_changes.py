"""What a change of the site's row says: whether pages show other settings, and in which languages listings change."""

import pytest
from msgspec.structs import replace

from colophon.decision.rows import SiteRow
from colophon.listings.kind import SiteChange
from tests.listings.conftest import SITE


def site(*languages: str, left: tuple[str, ...] = (), fp: str = "1") -> SiteRow:
    """The site's row with these languages (none: without settings), after it lost those that have ``left``."""
    settings = SITE.model_copy(update={"languages": languages}) if languages else None
    return SiteRow(fp=fp, settings=settings, removed_languages=dict.fromkeys(left, "an fp"))


@pytest.mark.parametrize(
    ("before", "after", "languages"),
    [
        (site(), site("en", "ko"), {"en", "ko"}),
        (site("en", "ko"), site("ko", left=("en",)), {"en", "ko"}),
        # Settings that were replaced before any row had them: their listings may have been put.
        (site("ko"), site("ko", left=("ja",)), {"ja", "ko"}),
        # What left with an earlier change has its tombstones.
        (site("ko", left=("ja",)), site("en", "ko", left=("ja",)), {"en", "ko"}),
        (site("ko", left=("ja",)), site("ja", "ko"), {"ja", "ko"}),
        (site("ko"), site(left=("ko",)), {"ko"}),
    ],
)
def test_listings_change_in_the_languages_that_the_site_has_or_just_lost(
    before: SiteRow, after: SiteRow, languages: set[str]
) -> None:
    assert SiteChange(before, after).languages == languages


def test_a_change_of_the_report_alone_is_no_change_of_pages() -> None:
    row = site("ko")
    assert not SiteChange(row, replace(row, n=2, inputs_id="another")).has_new_id
    assert SiteChange(row, site("ko", fp="2")).has_new_id
