"""The internal links of whatever stands on a site, and a watch over every object at the moment in which it is put."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from moto.s3.models import S3Backend

from colophon_cli.local_stack import LocalStack
from colophon_emulator.lock import patch

_IN_HTML = re.compile(rb'(?:href|src|content)="([^"]*)"|data-shards="([^"]+)"')
_IN_XML = re.compile(rb'<(?:image:)?loc>([^<]*)<|href="([^"]*)"')
_IN_TEXT = re.compile(rb"^Sitemap: (\S+)$", re.MULTILINE)
_ENTRY_POINTS = ("index.html", "404.html", "robots.txt")
_POST = re.compile(r"[^/]+/[^/]+/(?!profile/)[^/]+/index\.html")
_JSON_LD = re.compile(rb'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def links_in(key: str, content: bytes, site_url: str) -> set[str]:
    """The site keys that the object at ``key`` links to, in whatever way an object of its kind has."""
    found = {path for address in _addresses(key, content) if (path := _path(unescape(address), site_url))}
    return {f"{path[1:]}index.html" if path.endswith("/") else path[1:] for path in found}


@dataclass
class LinkChecker:
    """What links to what. A reader comes in by the front door, by robots.txt, or by a post's address.

    Listings that link to each other can't all be first: until a reader can come to them, they may wait for the rest.
    """

    site_url: str
    links: dict[str, set[str]] = field(default_factory=dict)
    dangling: list[str] = field(default_factory=list)

    def put(self, key: str, content: bytes) -> None:
        """Take note of what stands at ``key`` now, and of every link to nothing that a reader could follow."""
        self.links[key] = set() if _is_tombstone(content) else links_in(key, content, self.site_url)
        lacking = {page for page, targets in self.links.items() if not targets <= self.links.keys()}
        for page in lacking & self._reachable() if lacking else ():
            self.dangling += [f"{page} links to {link}" for link in self.links[page] - self.links.keys()]

    def _reachable(self) -> set[str]:
        found: set[str] = set()
        ahead = {key for key in self.links if key in _ENTRY_POINTS or _POST.fullmatch(key)}
        while ahead:
            found |= ahead
            ahead = {link for page in ahead for link in self.links[page] if link in self.links} - found
        return found


@contextmanager
def check_links_as_put(stack: LocalStack, site_url: str) -> Iterator[list[str]]:
    """For the time of the block, look at each object as it is put; gives the links to nothing, as they are found."""
    checker, put = LinkChecker(site_url), S3Backend.put_object

    def watched(self: Any, bucket_name: str, key_name: str, value: bytes, *args: Any, **others: Any) -> Any:
        answer = put(self, bucket_name, key_name, value, *args, **others)
        if bucket_name == stack.site_bucket:
            checker.put(key_name, value)
        return answer

    with patch(S3Backend, "put_object", watched):
        yield checker.dangling


def links_without_body(objects: Mapping[str, Any], site_url: str) -> list[str]:
    """At rest a link leads to something that is there to be read; ``objects`` are those with a body, by key."""
    return [
        f"{key} links to {link}"
        for key, stored in sorted(objects.items())
        for link in sorted(links_in(key, stored.content, site_url))
        if link not in objects
    ]


def _is_tombstone(content: bytes) -> bool:
    return b'<meta name="colophon-status"' in content or content.startswith(b"There is nothing at this address.")


def _addresses(key: str, content: bytes) -> Iterator[str]:
    if key.endswith(".html"):
        for address, shards in _IN_HTML.findall(content):
            yield from ([address.decode()] if address else shards.decode().split())
        yield from (address for text in _JSON_LD.findall(content) for address in _strings(json.loads(text)))
    elif key.endswith(".json"):
        yield from _strings(json.loads(content))
    elif key.endswith(".xml"):
        yield from ((one or other).decode() for one, other in _IN_XML.findall(content))
    elif key.endswith(".txt"):
        yield from (address.decode() for address in _IN_TEXT.findall(content))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _path(address: str, site_url: str) -> str:
    """The path on the site that ``address`` names; empty for another site's, for words and for places in the page."""
    path = address.removeprefix(site_url) if address.startswith(f"{site_url}/") else address
    return unquote(urlsplit(path).path) if path.startswith("/") and not path.startswith("//") else ""
