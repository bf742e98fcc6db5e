"""Sitemaps: valid by the protocol, complete, and of one mind with the pages' heads."""

import pytest
from lxml.etree import DocumentInvalid
from msgspec.structs import replace

from colophon.decision.rows import PageToken, SiteRow
from colophon.listings.cards import ClinicSummary
from colophon.listings.kind import ListingChange, ListingDecision, ListingSnapshot
from colophon.listings.kinds import group_of_key
from colophon.listings.kinds.clinic import ClinicInLanguageRow
from colophon.listings.kinds.front import FRONT
from colophon.listings.kinds.language import LANGUAGE, ClinicYears, LanguageRow, list_clinic_urls, list_sitemaps
from colophon.listings.part_page import render_posts_sitemap
from colophon.listings.periods import LIMITS, ListingLimits
from colophon.listings.sitemap import render_index, render_sitemap, split_urls
from colophon.page.entry import Picture
from colophon.page.links import alternates
from colophon.page.names import ClinicName
from colophon.upload.limits import MAX_IMAGES
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
        "https://reader.example/en/about/",
        "https://reader.example/en/dansol-ear/",
        "https://reader.example/en/dansol-ear/profile/",
        "https://reader.example/en/noeul-dental/",
        "https://reader.example/en/noeul-dental/profile/",
    ]
    assert b"lastmod" not in content
    assert locations(render_sitemap(list_clinic_urls(language_map()), 12), "sitemap.xsd") == [
        "https://reader.example/en/",
        "https://reader.example/en/about/",
    ]


def test_the_index_names_every_sitemap_of_the_language():
    assert locations(render_index(list_sitemaps(language_map(*SHELVES), 1), 12), "siteindex.xsd") == [
        "https://reader.example/en/sitemap-clinics.xml",
        "https://reader.example/en/dansol-ear/sitemap-2026.xml",
        "https://reader.example/en/noeul-dental/sitemap-2026.xml",
        "https://reader.example/en/noeul-dental/sitemap-2025.xml",
    ]


def test_the_index_names_the_sitemaps_of_the_parts_of_a_year():
    parts = {2026: {3: ("01", "02-0f"), 1: ()}}
    shelves = (ClinicYears("noeul-dental", (2026, 2025), parts),)
    names = ("2026", "2026-03", "2026-03-01", "2026-03-02", "2026-03-02-0", "2026-03-02-f", "2026-01", "2025")
    assert locations(render_index(list_sitemaps(language_map(*shelves), 2), 12), "siteindex.xsd") == [
        "https://reader.example/en/sitemap-clinics.xml",
        "https://reader.example/en/sitemap-clinics-2.xml",
        *(f"https://reader.example/en/noeul-dental/sitemap-{name}.xml" for name in names),
    ]


def language_with(clinics: int, urls: int, tokens=()) -> ListingDecision[LanguageRow]:
    """What is decided of a language with so many clinics; a file may have ``urls``; ``tokens`` are keys put before."""
    names = (ClinicName("en", "Sorae"),)
    rows = tuple(
        ClinicInLanguageRow("en", f"c{number}", shown=ClinicSummary(f"c{number}", names), years=(2026,), id="x")
        for number in range(clinics)
    )
    known = LanguageRow("en", tokens=dict.fromkeys(tokens, PageToken()))
    snapshot = ListingSnapshot(known, SiteRow(fp="1", settings=SITE), limits=ListingLimits(urls=urls))
    return LANGUAGE.decide(snapshot, rows)


def test_a_language_with_very_many_clinics_has_several_sitemaps_and_indexes():
    decision = language_with(clinics=4, urls=3)
    files = {listing.key.removeprefix("en/"): listing.make(1) for listing in decision.listings}
    # Eight addresses of clinics, the home page and the page about it in four sitemaps; these and four years in three
    # indexes.
    sitemaps = [f"sitemap-clinics{number}.xml" for number in ("", "-2", "-3", "-4")]
    indexes = [f"sitemap{number}.xml" for number in ("", "-2", "-3")]
    assert list(files) == ["about/index.html", "search/index.html", *sitemaps, *indexes]
    named = [url for name in indexes for url in locations(files[name].content, "siteindex.xsd")]
    assert named[:4] == [f"https://reader.example/en/{name}" for name in sitemaps]
    assert len(named) == len(set(named)) == 8
    assert len({url for name in sitemaps for url in locations(files[name].content, "sitemap.xsd")}) == 10
    assert decision.row.sitemap_indexes == 3
    assert all(group_of_key(f"en/{name}") == LANGUAGE.group("en") for name in files)


def test_a_file_that_is_not_needed_any_more_becomes_a_tombstone():
    tokens = [f"en/{name}" for name in ("about/index.html", "search/index.html", "sitemap.xml")]
    tokens += ["en/sitemap-clinics.xml", "en/sitemap-clinics-2.xml"]
    decision = language_with(clinics=1, urls=4, tokens=tokens)
    assert {listing.key: listing.make(2).metadata.get("status") for listing in decision.listings} == {
        **dict.fromkeys(tokens),
        "en/sitemap-clinics-2.xml": "404",
    }
    assert decision.row.sitemap_indexes == 1


def test_robots_are_told_of_another_index_when_there_is_one():
    one, two = LanguageRow("en"), LanguageRow("en", sitemap_indexes=2)
    group = LANGUAGE.group("en")
    assert FRONT.group() in list(FRONT.woken_by(ListingChange(group, one, two)))
    assert list(FRONT.woken_by(ListingChange(group, one, replace(one, total=5)))) == []


def test_fifty_thousand_clinics_urls_take_less_than_the_protocol_allows():
    """Of the longest names. 50 MB, uncompressed (sitemaps.org)."""
    longest = "c" * 81
    url = list_clinic_urls(language_map(ClinicYears(longest, (2026,))))[-1]
    assert len(render_sitemap([url] * LIMITS.urls, 1)) < 50_000_000
    index = list_sitemaps(language_map(ClinicYears(longest, (2026,), {2026: {12: ("31-f",)}})), 1)[-1]
    assert len(render_index([index] * LIMITS.urls, 1)) < 50_000_000


def test_the_sitemap_of_one_listing_takes_less_than_the_protocol_allows():
    """Of posts with as many images and languages as an upload may have, and long names."""
    picture = Picture("/images/" + "c" * 81 + "/" + "p" * 81 + "/" + "%EC%82%AC" * 22 + ".0b69d44b6962-1200.jpg", 1, 1)
    full = entry(post="p" * 81, pictures=(picture,) * MAX_IMAGES, languages=("en", "ja", "ko", "zh-Hans"))
    one, two = (len(render_posts_sitemap(year(*[full] * count), 1)) for count in (1, 2))
    assert (two - one) * LIMITS.posts < 50_000_000


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
