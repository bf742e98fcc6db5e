"""How each difference is repaired: which requests, listing groups and purges."""

import pytest

from colophon.listings.kind import ListingGroup
from colophon.listings.kinds import group_of_key
from colophon.listings.kinds.clinic import CLINIC
from colophon.listings.kinds.front import FRONT
from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.language import LANGUAGE
from colophon.listings.kinds.year import YEAR
from colophon.listings.search import finish_search_script
from colophon.upload.messages import RefreshRequest
from colophon_ops.verify.live import Difference
from colophon_ops.verify.repair import requests_for, rounds_of, tags_for


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("index.html", FRONT.group()),
        ("404.html", FRONT.group()),
        ("robots.txt", FRONT.group()),
        ("en/index.html", HOME.group("en")),
        ("zh-Hans/feed.json", HOME.group("zh-Hans")),
        ("en/search/index.html", LANGUAGE.group("en")),
        ("en/sitemap.xml", LANGUAGE.group("en")),
        ("en/sitemap-clinics.xml", LANGUAGE.group("en")),
        ("en/sorae/index.html", CLINIC.group("en", "sorae")),
        ("en/sorae/profile/index.html", CLINIC.group("en", "sorae")),
        ("en/sorae/feed.xml", CLINIC.group("en", "sorae")),
        ("en/sorae/2026/01/index.html", YEAR.group("en", "sorae", 2026)),
        ("en/sorae/search-2026.json", YEAR.group("en", "sorae", 2026)),
        ("en/sorae/sitemap-2026.xml", YEAR.group("en", "sorae", 2026)),
    ],
)
def test_a_listing_that_differs_is_made_anew_with_its_group(key: str, group: ListingGroup) -> None:
    assert group_of_key(key) == group
    assert requests_for(Difference(key, "different", "")) == []


@pytest.mark.parametrize(
    ("key", "requests"),
    [
        ("en/sorae/cough/index.html", [RefreshRequest("posts/sorae/cough/en.md", force=True)]),
        (
            "images/sorae/cough/throat.0123-480.webp",
            [RefreshRequest("posts/sorae/cough/", is_folder=True, with_images=True, force=True)],
        ),
        (
            finish_search_script().key,
            [RefreshRequest(key, force=True) for key in ("site.yaml", "site.css", "site.icon.png")],
        ),
        ("cards/sorae/en.0123456789ab.png", [RefreshRequest("clinics/sorae/clinic.yaml", force=True)]),
    ],
)
def test_a_page_and_a_file_are_requested_from_what_makes_them(key: str, requests: list[RefreshRequest]) -> None:
    assert group_of_key(key) is None
    assert requests_for(Difference(key, "missing", "")) == requests


def test_an_image_is_repaired_before_the_page_that_is_made_from_its_row() -> None:
    page = Difference("en/sorae/cough/index.html", "different", "")
    image = Difference("posts/sorae/cough/throat.jpg", "row", "")
    assert rounds_of([page, image, page]) == [requests_for(image), requests_for(page)]


def test_an_outcome_rings_for_its_upload_and_a_report_for_nobody() -> None:
    assert requests_for(Difference("clinics/sorae/clinic.yaml", "outcome", "")) == [
        RefreshRequest("clinics/sorae/clinic.yaml", force=True)
    ]
    assert requests_for(Difference("site.yaml", "report", "")) == []


def test_a_lost_entry_rings_for_its_page_and_no_copy_of_it_is_purged() -> None:
    lost = Difference("posts/sorae/cough/en.md", "entry", "")
    assert requests_for(lost) == [RefreshRequest("posts/sorae/cough/en.md", force=True)]
    assert list(tags_for(lost)) == []
