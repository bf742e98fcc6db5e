"""What readers see of a site, by the bytes and the metadata of its objects: to compare with the reference model."""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape

from tests.protocol.harness.cloud import StoredObject
from tests.protocol.harness.links import is_page, links_in, moved_to, numbers_in
from tests.protocol.harness.reference_model import Entry, Found, Picture

Site = Mapping[str, StoredObject]
_TITLE = re.compile(r"<h1[^>]*>([^<]*)</h1>")
_POSTED = re.compile(r'<p class="byline">.*?<time datetime="([^"]*)">')
_ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([a-z]{2})"')
_ENTRY = re.compile(
    r'<li class="entry"[^>]*>.*?<h\d><a href="/([^"]*)">([^<]*)</a></h\d>.*?<time datetime="([^"]*)">', re.DOTALL
)
_MONTH = re.compile(r"[a-z]+/[a-z]+/[0-9]{4}/[0-9]{2}/index\.html")
_TAG = re.compile(r"[a-z]+/[a-z]+/tags/[a-z]+/index\.html")
_ARCHIVE = re.compile(r"[a-z]+/(?!search/|about/)[a-z]+/index\.html")
_COUNT = re.compile(r'<a href="/([^"]*/[0-9]{4}/[0-9]{2}/)"[^>]*>[^<]*</a> <span class="number">([0-9]+)</span>')
_PICTURE = re.compile(r"images/(.+)/([^/.]+)\.[^/]*-([0-9]+)\.(?:png|jpg|webp)")


def read_page(stored: StoredObject | None) -> Found:
    """What a reader finds of an object; an absent one is not found."""
    if stored is None:
        return Found(404)
    if stored.status:
        return Found(int(stored.status), location=moved_to(stored.metadata))
    text = stored.content.decode()
    title, posted = _TITLE.search(text), _POSTED.search(text)
    assert title, text
    assert posted, text
    pictures = {width for label, width in numbers_in(stored.content).items() if label.startswith("picture ")}
    # A page that can be read in no other language names no alternate.
    langs = frozenset(_ALTERNATE.findall(text)) or frozenset(re.findall(r'<html lang="([a-z]+)"', text))
    return Found(200, unescape(title[1]), frozenset(pictures), "", posted[1], langs)


def read_months(site: Site) -> dict[str, list[Entry]]:
    """The entries of each month's listing in their order, by its key."""
    return {key: _read_entries(stored) for key, stored in site.items() if _MONTH.fullmatch(key) and not stored.status}


def read_tags(site: Site) -> dict[str, list[Entry]]:
    """The same of each tag's page."""
    return {key: _read_entries(stored) for key, stored in site.items() if _TAG.fullmatch(key) and not stored.status}


def read_archives(site: Site) -> dict[str, int]:
    """The number of posts that archives tell for each month, by the key of the month's listing."""
    texts = (one.content.decode() for key, one in site.items() if _ARCHIVE.fullmatch(key) and not one.status)
    return {f"{path}index.html": int(count) for text in texts for path, count in _COUNT.findall(text)}


def read_pictures(site: Site) -> set[Picture]:
    """Every picture that can be read, in whatever format and size."""
    readable = (key for key, stored in site.items() if key.startswith("images/") and not stored.status)
    return {Picture(found[1], found[2], int(found[3])) for key in readable if (found := _PICTURE.fullmatch(key))}


def read_feeds(site: Site) -> Iterator[tuple[str, set[str]]]:
    """Each feed that can be read, with the keys of the pages that it names."""
    for key, stored in site.items():
        if key.endswith(("/feed.xml", "/feed.json")) and not stored.status:
            yield key, set(filter(is_page, links_in(stored.content)))


def read_sitemaps(site: Site) -> set[str]:
    """The keys of the pages that all sitemaps together name."""
    return {page for key, one in site.items() if "sitemap" in key for page in links_in(one.content) if is_page(page)}


def read_searches(site: Site) -> set[Entry]:
    """The posts that the files of searches find."""
    shards = (one for key, one in site.items() if re.fullmatch(r"[a-z]+/search/[0-9a-f]+\.json", key))
    posts = (post for shard in shards if not shard.status for post in json.loads(shard.content)["posts"])
    return {Entry(f"{path[1:]}index.html", title, posted) for path, posted, title, *_ in posts}


def _read_entries(stored: StoredObject) -> list[Entry]:
    found = _ENTRY.findall(stored.content.decode().partition('<ol class="entries">')[2])
    return [Entry(f"{path}index.html", unescape(title), posted) for path, title, posted in found]
