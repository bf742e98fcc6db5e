"""What a listing page says of itself to programs: what it lists in which order, and of whom it is."""

import pytest

from colophon.listings.head import describe_collection, describe_organization
from colophon.listings.part_page import render_period
from tests.listings.conftest import SITE, entry, month


def test_what_a_collection_lists_has_places_from_one_in_the_order_shown() -> None:
    found = describe_collection(SITE, "en", "/en/", "Posts", [("First", "/a/"), ("Second", "/b/")])
    assert found["mainEntity"] == {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "name": name, "position": place, "url": f"https://reader.example{path}"}
            for place, name, path in ((1, "First", "/a/"), (2, "Second", "/b/"))
        ],
        "numberOfItems": 2,
    }
    assert "about" not in found
    assert "breadcrumb" not in found


@pytest.mark.parametrize(
    ("names", "more"), [(["Noeul"], {}), (["Noeul", "노을"], {"alternateName": ["노을"]})], ids=["one name", "two"]
)
def test_the_first_name_of_a_clinic_is_no_alternative_one(names: list[str], more: dict[str, object]) -> None:
    assert describe_organization(names) == {"@type": "Organization", "name": "Noeul", **more}


def test_a_month_leads_to_the_archive_in_every_language_of_any_of_its_posts() -> None:
    posts = (entry(languages=("en", "ko")), entry(post="b", languages=("en", "ja")))
    page = render_period(month(entries=posts), 1).decode()
    for lang in ("ko", "ja"):
        assert f'href="/{lang}/noeul-dental/"' in page
    assert 'href="/zh-Hans/noeul-dental/"' not in page
