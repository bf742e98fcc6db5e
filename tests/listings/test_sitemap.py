"""Sitemaps: valid by the protocol, complete, and of one mind with the pages' heads."""

import pytest
from lxml.etree import DocumentInvalid
from msgspec.structs import replace

from colophon.listings.kinds.language import ClinicYears, list_clinic_urls, list_sitemaps
from colophon.listings.part_page import render_posts_sitemap
from colophon.listings.sitemap import render_index, render_sitemap, split_urls
from colophon.page.links import alternates
from tests.listings.feeds import (
    ENTRY,
    HOSTILE,
    ORIGINAL,
    PLAIN,
    SITE,
    entry,
    hostile_entry,
    language_map,
    post_view,
    year,
)
from tests.listings.well_formed import IMAGE, SITEMAP, XHTML, parsed

SHELVES = (ClinicYears("dansol-ear", (2026,)), ClinicYears("noeul-dental", (2026, 2025)))


def posts(view):
    return parsed(render_posts_sitemap(view, 12), "sitemap.xsd").findall(f"{SITEMAP}url")


def locations(content, schema):
    return [loc.text for loc in parsed(content, schema).iter(f"{SITEMAP}loc")]


def test_a_year_names_each_post_and_when_it_last_changed():
    told = posts(year(ENTRY, PLAIN))
    assert [(url.findtext(f"{SITEMAP}loc"), url.findtext(f"{SITEMAP}lastmod")) for url in told] == [
        ("https://reader.example/en/noeul-dental/night-guards/", "2026-05-01"),
        ("https://reader.example/en/noeul-dental/plain/", "2026-01-02T09:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"<loc>https://reader.example", b"<loc>"),
        (b"<lastmod>2026-05-01", b"<lastmod>1 May 2026"),
        (b"<lastmod>2026-05-01", b"<lastmod>2026-05-01T10:00:00"),
        (b"night-guards/</loc>", b"night guards/</loc>"),
        (b"%EC", b"\xec\x82\xac"),
        (b' hreflang="ja"', b""),
        (b'rel="alternate"', b'rel="canonical"'),
        (b"</url>", b"<priority>2</priority></url>"),
        (b"plain/</loc>", b"night-guards/</loc>"),
    ],
)
def test_the_schema_knows_wrong_from_right(right, wrong):
    content = render_posts_sitemap(year(ENTRY, PLAIN), 12)
    assert right in content
    with pytest.raises(DocumentInvalid):
        parsed(content.replace(right, wrong, 1), "sitemap.xsd")


def test_the_last_change_of_a_page_is_never_before_it_came():
    (url,) = posts(year(entry(published="2026-05-01T14:39:00+09:00", modified="2026-04-30")))
    assert url.findtext(f"{SITEMAP}lastmod") == "2026-05-01T14:39:00+09:00"


@pytest.mark.parametrize("languages", [("en", "ja", "ko"), ("ja", "ko"), ("ja", "zh-Hans"), ("en",)])
def test_other_languages_are_those_of_the_page_itself(languages):
    lang = languages[0]
    (url,) = posts(year(entry(lang=lang, languages=languages), lang=lang))
    told = [(link.get("hreflang"), link.get("href")) for link in url.findall(f"{XHTML}link")]
    assert told == [(link.lang, link.url) for link in alternates(post_view(lang, languages))]
    assert len(told) == (len(languages) + 1 if len(languages) > 1 else 0)


def test_pictures_have_the_addresses_that_the_page_shows_them_at():
    (url,) = posts(year(ENTRY))
    assert [loc.text for loc in url.iter(f"{IMAGE}loc")] == [
        "https://reader.example/images/noeul-dental/night-guards/%EC%82%AC%EC%A7%84%201.00ff-1200.jpg",
        "https://reader.example/images/noeul-dental/night-guards/b.11ee-900.png",
    ]


def test_a_languages_clinics_are_named_with_its_home_page():
    view = language_map(*SHELVES)
    content = render_sitemap(list_clinic_urls(view), 12)
    assert locations(content, "sitemap.xsd") == [
        "https://reader.example/en/",
        "https://reader.example/en/dansol-ear/",
        "https://reader.example/en/dansol-ear/profile/",
        "https://reader.example/en/noeul-dental/",
        "https://reader.example/en/noeul-dental/profile/",
    ]
    assert b"lastmod" not in content
    assert locations(render_sitemap(list_clinic_urls(language_map()), 12), "sitemap.xsd") == [
        "https://reader.example/en/"
    ]


def test_the_index_names_every_sitemap_of_the_language():
    assert locations(render_index(list_sitemaps(language_map(*SHELVES), 1), 12), "siteindex.xsd") == [
        "https://reader.example/en/sitemap-clinics.xml",
        "https://reader.example/en/dansol-ear/sitemap-2026.xml",
        "https://reader.example/en/noeul-dental/sitemap-2026.xml",
        "https://reader.example/en/noeul-dental/sitemap-2025.xml",
    ]


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
def test_what_does_not_fit_one_file_goes_on_in_another(count, sizes):
    files = split_urls(range(count), 3)
    assert [len(file) for file in files] == sizes
    assert [url for file in files for url in file] == list(range(count))


def test_the_revision_stands_once_where_comparisons_mask_it():
    views = [
        (render_posts_sitemap, year(ENTRY)),
        (render_sitemap, list_clinic_urls(language_map(*SHELVES))),
        (render_index, ["https://reader.example/en/sitemap-clinics.xml"]),
    ]
    for make, view in views:
        assert make(view, 12).count(b"<!-- rev 12 -->") == 1
        assert make(view, 12).replace(b"rev 12", b"rev 13") == make(view, 13)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_breaks_a_sitemap(text):
    (url,) = posts(year(hostile_entry(text)))
    assert len(url.findall(f"{IMAGE}image")) == 1


def test_a_site_on_a_local_port_has_sitemaps_too():
    site = SITE.model_copy(update={"url": "http://127.0.0.1:8080"})
    (url,) = posts(year(replace(ORIGINAL, languages=("ko",)), lang="ko", site=site))
    assert url.findtext(f"{SITEMAP}loc") == "http://127.0.0.1:8080/ko/noeul-dental/night-guards/"
