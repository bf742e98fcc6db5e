"""A settled stack with something of every kind in it, and the hands that damage it behind the functions' backs."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from msgspec import Struct

from colophon_ops.site_reader import SiteHead
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import INBOX, SITE, TABLE, Cloud, SavedState
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.verified_world import VerifiedWorld, with_assets
from tests.protocol.harness.world import NOW, World
from tests.protocol.scenarios import delete, put

CLINIC, OTHER, CLOSED = contents.CLINIC, "badatga", "noeul"
POSTS = f"posts/{CLINIC}"
STRAY = f"{contents.POST}notes.docx"
LATER = (NOW + timedelta(days=3)).isoformat()
GARBAGE = {"S": "{garbage"}
# What verify names: its word, and the key.
Named = frozenset[tuple[str, str]]


def _edition(post: str, number: int = 1, **more: Any) -> Upload:
    return put(f"{POSTS}/{post}/en.md", contents.edition("en", number, post=post, **more))


def _withdraw(key: str, kind: str = "gone", until: str = "") -> Upload:
    # A hold ends at most 30 days after it began.
    content = contents.withdrawal(kind, 1, until).replace(b"2026-05-01", b"2026-05-30")
    return put(f"{key}withdrawal.yaml", content)


_MOVED_FROM_OTHER = contents.edition("en", 1, post="f", moved_from=["x"]).replace(
    f"{CLINIC}/x".encode(), f"{OTHER}/x".encode()
)
# In two parts, each settled before the next: a post in two languages with a picture that was replaced; a tag that is
# gone; addresses that moved; a text, a hold and a picture that end or begin later; claims that wait; a withdrawn post,
# picture and clinic; a stray key.
UPLOADS: tuple[tuple[Upload, ...], ...] = (
    (
        put("site.yaml", contents.site(1, "en, ko, ja")),
        *(put(f"clinics/{clinic}/clinic.yaml", contents.clinic(1)) for clinic in (CLINIC, OTHER, CLOSED)),
        put(f"{contents.POST}ko.md", contents.edition("ko", 1)),
        put(f"{contents.POST}room.png", contents.drawing(1)),
        put(f"{contents.POST}en.md", contents.edition("en", 1, "room.png", tags=["Sleep", "Rest"])),
        _edition("c", posted="2026-02-27"),
        _edition("e"),
        put(f"{POSTS}/g/door.png", contents.drawing(3)),
        put(f"{POSTS}/g/en.md", contents.edition("en", 1, "door.png", post="g")),
        _edition("i"),
        put(f"posts/{CLOSED}/a/en.md", contents.edition("en", 1, post="a", tags=["Sleep"])),
    ),
    (
        put("site.css", b"main { max-width: 40rem; }\n"),
        put(f"{contents.POST}room.png", contents.drawing(2)),
        put(f"{contents.POST}en.md", contents.edition("en", 2, "room.png", tags=["Sleep"])),
        put(STRAY, b"?"),
        _edition("b", moved_from=["a"]),
        _withdraw(f"{POSTS}/c/"),
        _edition("d", publish_at=LATER),
        _withdraw(f"{POSTS}/e/", "hold", LATER),
        put(f"{POSTS}/f/en.md", _MOVED_FROM_OTHER),
        put(f"{POSTS}/g/door.png.withdrawal.yaml", contents.withdrawal()),
        put(f"{POSTS}/h/en.md", contents.refused(1)),
        _withdraw(f"clinics/{CLOSED}/", "legal"),
        delete(f"{POSTS}/i/en.md"),
    ),
)


class Stack:
    """The settled stack and the means to damage it, of which no function learns anything."""

    def __init__(self, account: Cloud, transport: Transport) -> None:
        account.empty()
        self.world = World(account, transport, with_assets(), listing=True, reporting=True, searching=True)
        self.cloud = account
        self._first: dict[tuple[str, str], dict[str, Any]] = {}
        for uploads in UPLOADS:
            self.world.queued += [upload(self.world) for upload in uploads]
            self.world.run_until_quiet()
            for key, item in account.items().items():
                self._first.setdefault(key, item)
        self._settled: SavedState = account.save()
        self.verified = VerifiedWorld(self.world)

    def restore(self) -> None:
        """Undo all damage and repair."""
        self.cloud.restore(self._settled)
        self.world.records_delivered = 0
        self.world.queued.clear()
        self.verified.cdn.cached.clear()

    def key(self, pattern: str) -> str:
        """The first key of the site that matches ``pattern``."""
        return next(key for key in sorted(self.cloud.site()) if re.fullmatch(pattern, key))

    def lose(self, key: str) -> None:
        self.cloud.s3.delete_object(Bucket=SITE, Key=key)

    def change(
        self, key: str, change: Callable[[bytes], bytes] = bytes, metadata: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        """Put the object at ``key`` again, with other bytes, metadata or headers."""
        found = self.cloud.s3.get_object(Bucket=SITE, Key=key)
        body, labels = change(found["Body"].read()), {**found["Metadata"], **(metadata or {})}
        served = {"ContentType": found["ContentType"], "CacheControl": found["CacheControl"], **more}
        self.cloud.s3.put_object(Bucket=SITE, Key=key, Body=body, Metadata=labels, **served)

    def put(self, key: str, body: bytes, **more: Any) -> None:
        self.cloud.s3.put_object(Bucket=SITE, Key=key, Body=body, **more)

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        return self.cloud.items()[(pk, sk)]

    def write(self, pk: str, sk: str, attributes: Mapping[str, Any]) -> None:
        """Write the item with only these attributes; the stream's readers are not told."""
        item = {"pk": {"S": pk}, "sk": {"S": sk}, **attributes}
        self.cloud.dynamodb.put_item(TableName=TABLE, Item=item)
        self.forget_stream()

    def lose_item(self, pk: str, sk: str) -> None:
        assert (pk, sk) in self.cloud.items(), (pk, sk)
        self.cloud.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        self.forget_stream()

    def restore_item(self, pk: str, sk: str) -> None:
        """The item as it was first, as after the table was restored to an earlier moment."""
        assert self._first[(pk, sk)] != self.item(pk, sk), (pk, sk)
        self.write(pk, sk, self._first[(pk, sk)])

    def edit_row(self, pk: str, sk: str, old: str, new: str, attribute: str = "") -> None:
        """Replace a part of the JSON of a row."""
        item = self.item(pk, sk)
        row = item[attribute]["M"]["row"] if attribute else item["row"]
        assert old in row["S"], row["S"]
        row["S"] = row["S"].replace(old, new)
        self.write(pk, sk, item)

    def forget_stream(self) -> None:
        self.world.records_delivered = len(self.cloud.stream())

    def lose_report(self, key: str) -> None:
        self.cloud.s3.delete_object(Bucket=INBOX, Key=f"reports/{key}.json")


class Damage(Struct, frozen=True):
    """One kind of damage. ``make`` does it and returns what ``verify`` must name.

    With ``repaired`` the repair leaves nothing to name; else it leaves what it was.
    """

    kind: str
    name: str
    make: Callable[[Stack], Iterable[tuple[str, str]]]
    repaired: bool = True


def object_lost(key: str) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        found = stack.key(key)
        stack.lose(found)
        return frozenset({("missing", found)})

    return make


def one_byte(key: str) -> Callable[[Stack], Named]:
    """One byte in the middle is another one."""

    def flip(body: bytes) -> bytes:
        middle = len(body) // 2
        return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]

    def make(stack: Stack) -> Named:
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


def metadata(key: str, name: str, value: str) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        found = stack.key(key)
        stack.change(found, metadata={name: value})
        return frozenset({("served otherwise", found)})

    return make


def header(key: str, name: str, value: str) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        found = stack.key(key)
        stack.change(found, **{name: value})
        return frozenset({("served otherwise", found)})

    return make


def provenance(key: str, name: str, value: str, *named: tuple[str, str]) -> Callable[[Stack], Named]:
    """Metadata that no reader sees, but that the next swap would count from."""

    def make(stack: Stack) -> Named:
        stack.change(stack.key(key), metadata={name: value})
        return frozenset(named)

    return make


def body_for_tombstone(key: str, *whats: str) -> Callable[[Stack], Named]:
    """The page of another post where a tombstone stood: as a late write that was not refused."""

    def make(stack: Stack) -> Named:
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


def other_location(stack: Stack) -> Named:
    key = OBJECTS["a redirect"]
    stack.change(key, metadata={"location": f"/en/{CLINIC}/g/"})
    return frozenset({("served otherwise", key)})


def extra(key: str) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        stack.put(key, b"<h1>Not of the inbox</h1>", ContentType="text/html")
        return frozenset({("extra", key)})

    return make


def row_lost(pk: str, sk: str, *named: tuple[str, str]) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        stack.lose_item(pk, sk)
        return frozenset(named)

    return make


def row_older(pk: str, sk: str, *named: tuple[str, str]) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        stack.restore_item(pk, sk)
        return frozenset(named)

    return make


def row_damaged(pk: str, sk: str, attribute: str = "") -> Callable[[Stack], Named]:
    """JSON that can't be read: verify ends there, and names the item."""

    def make(stack: Stack) -> Named:
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


def entry_lost(pk: str, sk: str, key: str, *behind: str) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        stack.lose_item(pk, sk)
        return frozenset({("entry", key), *listing_rows(*behind)})

    return make


def report_lost(key: str) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        stack.lose_report(key)
        return frozenset({("report", key)})

    return make


def report_changed(stack: Stack) -> Named:
    stack.cloud.s3.put_object(Bucket=INBOX, Key="reports/site.yaml.json", Body=b"{}")
    return frozenset({("report", "site.yaml")})


def tag_lost(slug: str, clinic: str = CLINIC) -> Callable[[Stack], Named]:
    """The row of a clinic's tags forgets one of them, with its token."""

    def make(stack: Stack) -> Named:
        item = stack.item("tags#en", clinic)
        key = f"en/{clinic}/tags/{slug}/index.html"
        text = re.sub(rf'"{re.escape(key)}":\{{[^}}]*\}},?', "", item["row"]["S"])
        text = re.sub(rf'"{slug}":\[[^\]]*\],?', "", text)
        text = re.sub(rf'"linked":\["{slug}"\],?', "", text).replace(",}", "}")
        assert text.count(slug) == 0, text
        stack.write("tags#en", clinic, {**item, "row": {"S": text}})
        return frozenset(listing_rows(f"tags#en {clinic}"))

    return make


def tag_count_lost(stack: Stack) -> Named:
    item = stack.item("years#en/" + CLINIC, "2026")
    text = re.sub(r'"tag_counts":\{[^{}]*\},?', "", item["row"]["S"])
    assert text != item["row"]["S"], text
    stack.write("years#en/" + CLINIC, "2026", {**item, "row": {"S": text}})
    return frozenset(listing_rows(f"years#en/{CLINIC} 2026"))


def row_edited(
    pk: str, sk: str, attribute: str, old: str, new: str, *named: tuple[str, str]
) -> Callable[[Stack], Named]:
    def make(stack: Stack) -> Named:
        stack.edit_row(pk, sk, old, new, attribute)
        return frozenset(named)

    return make


def purge_lost(key: str) -> Callable[[Stack], Named]:
    """The CDN still has what stood there before it was taken down."""

    def make(stack: Stack) -> Named:
        found = stack.key(key)
        stack.verified.cdn.cached[found] = SiteHead(200, '"before"')
        return frozenset({("stale at the edge", found)})

    return make
