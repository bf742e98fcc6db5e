"""The samples' site as machines read it: whatever a sitemap, feed or shard names is there, and the pages agree."""

import json
from html import unescape
from pathlib import Path
from re import findall
from urllib.parse import unquote, urlsplit

import feedparser
import pytest

from tests.golden.making import GOLDEN
from tests.listings.test_json_feed import SCHEMA
from tests.listings.well_formed import IMAGE, SITEMAP, XHTML, parsed

LANGUAGES = sorted(path.parent.name for path in GOLDEN.glob("*/sitemap.xml"))


def at(address: str) -> Path:
    """The file that ``address``, a URL or a path from the root, leads to."""
    path = unquote(urlsplit(address).path)
    return GOLDEN / (path[1:] + ("index.html" if path.endswith("/") else ""))


def sitemaps(lang: str) -> list[Path]:
    index = parsed((GOLDEN / lang / "sitemap.xml").read_bytes(), "siteindex.xsd")
    return [at(loc.text) for loc in index.iter(f"{SITEMAP}loc")]


def test_robots_txt_names_the_sitemap_of_every_language():
    named = findall("Sitemap: (.+)", (GOLDEN / "robots.txt").read_text())
    assert sorted(map(at, named)) == [GOLDEN / lang / "sitemap.xml" for lang in LANGUAGES]
    assert len(LANGUAGES) > 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_that_can_be_a_posts_is_in_one_sitemap_which_says_what_the_page_says(lang):
    seen = []
    for sitemap in sitemaps(lang):
        for url in parsed(sitemap.read_bytes(), "sitemap.xsd").iter(f"{SITEMAP}url"):
            page = at(url.findtext(f"{SITEMAP}loc")).read_text()
            seen.append(url.findtext(f"{SITEMAP}loc"))
            assert f'<link rel="canonical" href="{seen[-1]}">' in page
            told = [(link.get("hreflang"), link.get("href")) for link in url.iter(f"{XHTML}link")]
            assert told == findall('<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page)
            assert all(at(loc.text).exists() for loc in url.iter(f"{IMAGE}loc"))
    assert len(seen) == len(set(seen))
    posts = [path for path in (GOLDEN / lang).glob("*/*/index.html") if b"og:type" in path.read_bytes()]
    assert {path for path in posts if 'content="article"' in path.read_text()} <= set(map(at, seen))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_feeds_of_both_kinds_name_the_same_posts_and_each_is_there(lang):
    feeds = sorted((GOLDEN / lang).rglob("feed.xml"))
    assert len(feeds) > 1
    for atom in feeds:
        parsed(atom.read_bytes(), "atom.rng")
        told = feedparser.parse(atom.read_bytes())
        twin = json.loads(atom.with_suffix(".json").read_bytes())
        SCHEMA.validate(twin)
        assert [entry.link for entry in told.entries] == [item["url"] for item in twin["items"]]
        assert all(at(entry.link).exists() for entry in told.entries)
        assert all(at(picture.href).exists() for entry in told.entries for picture in entry.enclosures)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_search_knows_every_post_by_its_title(lang):
    for archive in sorted((GOLDEN / lang).glob("*/index.html")):
        shards = "".join(findall('data-shards="([^"]*)"', archive.read_text())).split()
        entries = [entry for shard in shards for entry in json.loads(at(shard).read_bytes())["entries"]]
        for entry in entries:
            assert entry["title"] in unescape(at(entry["path"]).read_text())
        pages = [path for path in archive.parent.glob("*/index.html") if 'content="article"' in path.read_text()]
        assert sorted(at(entry["path"]) for entry in entries) == sorted(pages)
