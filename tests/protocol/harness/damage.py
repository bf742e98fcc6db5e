"""Kinds of damage to a settled stack, each with the differences that ``verify`` must name."""

import re
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from colophon_ops.site_reader import SiteHead
from tests.protocol.harness.cloud import INBOX
from tests.protocol.harness.settled_stack import CLINIC, SettledStack

GARBAGE = {"S": "{garbage"}
# What verify names: its word, and the key.
Named = frozenset[tuple[str, str]]


class Damage(Struct, frozen=True):
    """One kind of damage. ``make`` does it and returns what ``verify`` must name.

    With ``repaired`` the repair leaves nothing to name; else it leaves what it was.
    """

    kind: str
    name: str
    make: Callable[[SettledStack], Iterable[tuple[str, str]]]
    repaired: bool = True


def object_lost(key: str) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        found = stack.key(key)
        stack.lose(found)
        return frozenset({("missing", found)})

    return make


def one_byte(key: str) -> Callable[[SettledStack], Named]:
    """One byte in the middle is another one."""

    def flip(body: bytes) -> bytes:
        middle = len(body) // 2
        return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]

    def make(stack: SettledStack) -> Named:
        found = stack.key(key)
        stack.change(found, flip)
        return frozenset({("different", found)})

    return make


# What there is of each kind of object, by a key.
PAGE, LISTING = f"en/{CLINIC}/a-quiet-room/index.html", f"en/{CLINIC}/2026/03/index.html"
OBJECTS: Mapping[str, str] = {
    "a page": PAGE,
    "an original": f"ko/{CLINIC}/a-quiet-room/index.html",
    "a withdrawn post": f"en/{CLINIC}/c/index.html",
    "a post on hold": f"en/{CLINIC}/e/index.html",
    "a redirect": f"en/{CLINIC}/a/index.html",
    "a month": LISTING,
    "a year": f"en/{CLINIC}/2026/index.html",
    "an archive": f"en/{CLINIC}/index.html",
    "a profile": f"en/{CLINIC}/profile/index.html",
    "a tag": f"en/{CLINIC}/tags/sleep/index.html",
    "a directory": "en/search/index.html",
    "a page about posts": "en/about/index.html",
    "a home page": "en/index.html",
    "the front page": r"index\.html",
    "a feed": f"en/{CLINIC}/feed.xml",
    "a JSON feed": "en/feed.json",
    "a sitemap": f"en/{CLINIC}/sitemap-2026.xml",
    "the sitemap index": "en/sitemap.xml",
    "robots.txt": "robots.txt",
    "404.html": "404.html",
    "a year's search": f"en/{CLINIC}/search-2026.json",
    "a search shard": "en/search/(?!index).*json",
    "a style sheet": r"assets/.*\.css",
    "a script": r"assets/.*\.js",
    "a picture": f"images/{CLINIC}/a-quiet-room/room.*-12.*",
    "a card": f"cards/{CLINIC}/en.*",
}


def metadata(key: str, name: str, value: str) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        found = stack.key(key)
        stack.change(found, metadata={name: value})
        return frozenset({("served otherwise", found)})

    return make


def header(key: str, name: str, value: str) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        found = stack.key(key)
        stack.change(found, **{name: value})
        return frozenset({("served otherwise", found)})

    return make


def provenance(key: str, name: str, value: str, *named: tuple[str, str]) -> Callable[[SettledStack], Named]:
    """Metadata that no reader sees, but that the next swap would count from."""

    def make(stack: SettledStack) -> Named:
        stack.change(stack.key(key), metadata={name: value})
        return frozenset(named)

    return make


def body_for_tombstone(key: str, *whats: str) -> Callable[[SettledStack], Named]:
    """The page of another post where a tombstone stood: as a late write that was not refused."""

    def make(stack: SettledStack) -> Named:
        found, other = stack.key(key), stack.cloud.find(PAGE)
        assert other
        assert stack.cloud.site()[found].status
        stack.put(
            found,
            other.content,
            ContentType=other.served[0],
            CacheControl=other.served[1],
            Metadata={**other.metadata, "rev": "9"},
        )
        return frozenset((what, found) for what in whats)

    return make


def other_location(stack: SettledStack) -> Named:
    key = OBJECTS["a redirect"]
    stack.change(key, metadata={"location": f"/en/{CLINIC}/g/"})
    return frozenset({("served otherwise", key)})


def extra(key: str) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        stack.put(key, b"<h1>Not of the inbox</h1>", ContentType="text/html")
        return frozenset({("extra", key)})

    return make


def row_lost(pk: str, sk: str, *named: tuple[str, str]) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        stack.lose_item(pk, sk)
        return frozenset(named)

    return make


def row_older(pk: str, sk: str, *named: tuple[str, str]) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        stack.restore_item(pk, sk)
        return frozenset(named)

    return make


def row_damaged(pk: str, sk: str, attribute: str = "") -> Callable[[SettledStack], Named]:
    """JSON that can't be read: verify ends there, and names the item."""

    def make(stack: SettledStack) -> Named:
        item = stack.item(pk, sk)
        broken = {attribute: {"M": {"n": {"N": "1"}, "row": GARBAGE}}} if attribute else {"row": GARBAGE}
        stack.write(pk, sk, {**item, **broken})
        return frozenset({("unreadable", f"{pk} {sk}")})

    return make


def outcomes(*keys: str) -> tuple[tuple[str, str], ...]:
    return tuple(("outcome", key) for key in keys)


def rows(*keys: str) -> tuple[tuple[str, str], ...]:
    return tuple(("row", key) for key in keys)


def listing_rows(*items: str) -> tuple[tuple[str, str], ...]:
    return tuple(("listing row", item) for item in items)


def entry_lost(pk: str, sk: str, key: str, *behind: str) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        stack.lose_item(pk, sk)
        return frozenset({("entry", key), *listing_rows(*behind)})

    return make


def report_lost(key: str) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        stack.lose_report(key)
        return frozenset({("report", key)})

    return make


def report_changed(stack: SettledStack) -> Named:
    stack.cloud.s3.put_object(Bucket=INBOX, Key="reports/site.yaml.json", Body=b"{}")
    return frozenset({("report", "site.yaml")})


def tag_lost(slug: str, clinic: str = CLINIC) -> Callable[[SettledStack], Named]:
    """The row of a clinic's tags forgets one of them, with its token."""

    def make(stack: SettledStack) -> Named:
        item = stack.item("tags#en", clinic)
        key = f"en/{clinic}/tags/{slug}/index.html"
        text = re.sub(rf'"{re.escape(key)}":\{{[^}}]*\}},?', "", item["row"]["S"])
        text = re.sub(rf'"{slug}":\[[^\]]*\],?', "", text)
        text = re.sub(rf'"linked":\["{slug}"\],?', "", text).replace(",}", "}")
        assert text.count(slug) == 0, text
        stack.write("tags#en", clinic, {**item, "row": {"S": text}})
        return frozenset(listing_rows(f"tags#en {clinic}"))

    return make


def tag_count_lost(stack: SettledStack) -> Named:
    item = stack.item("years#en/" + CLINIC, "2026")
    text = re.sub(r'"tag_counts":\{[^{}]*\},?', "", item["row"]["S"])
    assert text != item["row"]["S"], text
    stack.write("years#en/" + CLINIC, "2026", {**item, "row": {"S": text}})
    return frozenset(listing_rows(f"years#en/{CLINIC} 2026"))


def row_edited(
    pk: str, sk: str, attribute: str, old: str, new: str, *named: tuple[str, str]
) -> Callable[[SettledStack], Named]:
    def make(stack: SettledStack) -> Named:
        stack.edit_row(pk, sk, old, new, attribute)
        return frozenset(named)

    return make


def purge_lost(key: str) -> Callable[[SettledStack], Named]:
    """The CDN still has what stood there before it was taken down."""

    def make(stack: SettledStack) -> Named:
        found = stack.key(key)
        stack.verified.cdn.cached[found] = SiteHead(200, '"before"')
        return frozenset({("stale at the edge", found)})

    return make
