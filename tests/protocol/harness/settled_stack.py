"""A settled stack that has rows and objects of every kind, and changes to them that no function notices."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

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


def _edition(post: str, number: int = 1, **more: Any) -> Upload:
    return put(f"{POSTS}/{post}/en.md", contents.edition("en", number, post=post, **more))


def _withdraw(key: str, kind: str = "gone", until: str = "") -> Upload:
    # A hold ends at most 30 days after it began.
    content = contents.withdrawal(kind, 1, until).replace(b"2026-05-01", b"2026-05-30")
    return put(f"{key}withdrawal.yaml", content)


_MOVED_FROM_OTHER = contents.edition("en", 1, post="f", moved_from=["x"]).replace(
    f"{CLINIC}/x".encode(), f"{OTHER}/x".encode()
)
# Two groups, the first settled before the second: a post in two languages with a replaced picture; a removed tag; moved
# addresses; a text that begins later and a hold that ends later; a waiting claim; a withdrawn post, picture and clinic;
# a stray key.
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


class SettledStack:
    """The settled stack, and changes to it that no function is notified of."""

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
        """Write the item with only these attributes; no reader of the stream sees it."""
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
