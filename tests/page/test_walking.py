"""Where a post's page leads: the pages above it, its clinic, its own entry in its month, the same post elsewhere."""

import json

import pytest
from msgspec.structs import replace

from colophon.page.post import render_post


def _links(tree, place: str):
    return [(link.get("href"), link.text) for link in tree.findall(f".//{place}//a")]


def test_the_breadcrumb_leads_home_to_the_clinic_and_to_the_month(make_view, parse):
    tree = parse(render_post(make_view(), 1))
    assert _links(tree, "nav[@class='breadcrumb']") == [
        ("/en/", "Home"),
        ("/en/noeul-dental/", "Noeul Dental"),
        ("/en/noeul-dental/2025/02/", "February 2025"),
    ]
    assert tree.find(".//nav[@class='breadcrumb']").get("aria-label")


def test_the_breadcrumb_is_between_the_header_and_the_main_part_so_that_the_skip_link_passes_it(make_view, parse):
    body = [element.get("class") or element.tag for element in parse(render_post(make_view(), 1)).find("body")]
    assert body[:4] == ["skip", "site-header", "breadcrumb", "main"]


def test_search_engines_get_the_same_breadcrumb_and_the_title_of_the_post(make_view, parse):
    tree = parse(render_post(make_view(), 1))
    _, described = (json.loads(script.text) for script in tree.findall(".//script[@type='application/ld+json']"))
    assert (described["@context"], described["@type"]) == ("https://schema.org", "BreadcrumbList")
    items = described["itemListElement"]
    shown = [(f"https://reader.example{path}", text) for path, text in _links(tree, "nav[@class='breadcrumb']")]
    assert [(item.get("item"), item["name"]) for item in items] == [*shown, (None, "Night guards")]
    assert [item["position"] for item in items] == [1, 2, 3, 4]


def test_a_name_in_another_language_says_so(make_view, parse):
    view = make_view()
    korean = view.clinic.model_copy(update={"names": {"ko": "노을치과의원"}})
    crumbs = parse(render_post(replace(view, clinic=korean), 1)).findall(".//nav[@class='breadcrumb']//a")
    assert [crumb.get("lang") for crumb in crumbs] == [None, "ko", None]


def test_the_clinic_in_the_byline_leads_to_its_archive(make_view, parse):
    byline = parse(render_post(make_view(), 1)).find(".//p[@class='byline']/a")
    assert byline.get("href") == "/en/noeul-dental/"
    assert "".join(byline.itertext()) == "Noeul Dental · 노을치과의원"


@pytest.mark.parametrize("lang", ["en", "ko", "ja", "zh-Hans"])
def test_a_page_leads_to_its_own_entry_in_its_month(make_view, parse, lang):
    first = parse(render_post(make_view(lang), 1)).find(".//nav[@class='read-on']//a")
    assert first.get("href") == f"/{lang}/noeul-dental/2025/02/#night-guards"
    assert "2025" in first.text


def test_the_language_links_keep_the_post_where_it_is_live_and_lead_home_elsewhere(make_view, parse):
    view = make_view()
    assert [sibling.lang for sibling in view.siblings] == ["ja", "ko"]
    site = view.site.model_copy(update={"languages": ("en", "ja", "ko", "zh-Hans")})
    found = parse(render_post(replace(view, site=site), 1)).findall(".//nav[@class='languages']//a")
    assert [(link.get("href"), link.get("lang"), link.get("aria-current")) for link in found] == [
        ("/en/noeul-dental/night-guards/", "en", "true"),
        ("/ja/noeul-dental/night-guards/", "ja", None),
        ("/ko/noeul-dental/night-guards/", "ko", None),
        ("/zh-Hans/", "zh-Hans", None),
    ]
    alone = parse(render_post(replace(view, site=site, siblings=()), 1)).findall(".//nav[@class='languages']//a")
    assert [link.get("href") for link in alone][1:] == ["/ja/", "/ko/", "/zh-Hans/"]
