"""A correction is said wherever the post is: above its text, to machines, and to those who follow a feed."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE_URL, Clinic, Post, edition

ATOM = "{http://www.w3.org/2005/Atom}"
FIRST, SECOND = ("2026-03-02", "The dose was wrong."), ("2026-03-09", "A name was misspelt.")


@pytest.fixture
def corrected(driver: StackDriver, clinic: Clinic) -> Post:
    """Published, and then corrected twice; the corrections are given oldest first."""
    post = clinic.post()
    driver.put(post.key("en.md"), edition(body="Drink cold water."))
    driver.settle()
    assert entry_in_atom(driver, clinic, post).findtext(f"{ATOM}updated") == "2026-02-01T09:00:00+09:00"
    for given in ([FIRST], [FIRST, SECOND]):
        listed = ", ".join(f'{{at: {day}, note: "{note}"}}' for day, note in given)
        driver.put(post.key("en.md"), edition(more=f"corrections: [{listed}]\n", body="Drink warm water."))
        driver.settle()
    return post


def entry_in_atom(driver: StackDriver, clinic: Clinic, post: Post) -> ET.Element:
    feed = ET.fromstring(driver.fetch(f"/en/{clinic.name}/feed.xml").text)
    (entry,) = (one for one in feed.iter(f"{ATOM}entry") if one.findtext(f"{ATOM}id") == SITE_URL + post.path("en"))
    return entry


def test_corrections_stand_above_the_text_newest_first_with_their_dates(driver: StackDriver, corrected: Post) -> None:
    page = driver.fetch(corrected.path("en")).text
    corrections, text = page.index('class="corrections"'), page.index('class="post-body"')
    shown = page[corrections:text]
    assert 0 < shown.index(SECOND[1]) < shown.index(FIRST[1])
    assert "Drink warm water." in page[text:]
    assert re.findall(r'<time datetime="([^"]*)"', shown) == [SECOND[0], FIRST[0]]
    assert "Drink cold water." not in page


def test_structured_data_lists_each_correction_and_the_date_of_the_last(driver: StackDriver, corrected: Post) -> None:
    page = driver.fetch(corrected.path("en")).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    said = json.loads(found[1])
    assert said["dateModified"] == SECOND[0]
    assert [(one["datePublished"], one["text"]) for one in said["correction"]] == [SECOND, FIRST]


def test_both_feeds_say_that_the_entry_was_updated_and_that_nothing_new_was_published(
    driver: StackDriver, clinic: Clinic, corrected: Post
) -> None:
    entry = entry_in_atom(driver, clinic, corrected)
    assert entry.findtext(f"{ATOM}updated", "").startswith(SECOND[0])
    assert entry.findtext(f"{ATOM}published") == "2026-02-01T09:00:00+09:00"
    (item,) = json.loads(driver.fetch(f"/en/{clinic.name}/feed.json").text)["items"]
    assert item["date_modified"].startswith(SECOND[0])
    assert item["date_published"] == "2026-02-01T09:00:00+09:00"
    feed = ET.fromstring(driver.fetch(f"/en/{clinic.name}/feed.xml").text)
    assert feed.findtext(f"{ATOM}updated", "").startswith(SECOND[0])


def test_the_sitemap_says_when_the_page_was_last_changed(driver: StackDriver, clinic: Clinic, corrected: Post) -> None:
    sitemap = driver.fetch(f"/en/{clinic.name}/sitemap-2026.xml")
    assert sitemap.status == 200, sitemap.text
    assert f"<lastmod>{SECOND[0]}</lastmod>" in sitemap.text
