"""The handlers that meet on one post, and what stood before them."""

from collections.abc import Mapping
from functools import partial

from msgspec import Struct

from colophon.upload.messages import Ring, ring_body
from tests.protocol.harness import texts
from tests.protocol.harness.cloud import SITE as SITE_BUCKET
from tests.protocol.harness.cloud import TABLE
from tests.protocol.harness.schedules import Part, Upload
from tests.protocol.harness.world import Message, World

EN, KO = f"{texts.POST}en.md", f"{texts.POST}ko.md"
ORDER, ORDER_EN = f"{texts.POST}withdrawal.yaml", f"{texts.POST}en.md.withdrawal.yaml"
PICTURE = f"{texts.POST}room.png"
SITE, CLINIC = "site.yaml", f"clinics/{texts.CLINIC}/clinic.yaml"


def put(key: str, content: bytes) -> Upload:
    return partial(_put, key, content)


def delete(key: str) -> Upload:
    return partial(_delete, key)


def made(upload: Upload) -> Upload:
    """The upload of an image, already handed on to the image function."""

    def hand_on(world: World) -> Message:
        upload(world)
        return Message("images", ring_body(Ring(PICTURE)))

    return hand_on


def recorded(upload: Upload, reader: str = "relist") -> Upload:
    """An upload that is answered for already; what comes to ``reader`` is the table's stream telling of it."""

    def tell(world: World) -> Message:
        world.work(upload(world))()
        world.overhear()
        told = [message for message in world.waiting if message.to == reader and message.of[:5] in ("post#", "clini")]
        world.waiting.remove(told[-1])
        return told[-1]

    tell.place = "everywhere"  # type: ignore[attr-defined]
    return tell


def rung(key: str = texts.POST, *, fresh: bool = False) -> Upload:
    """No upload, but a ring for the whole folder; a ``fresh`` one comes from republish."""
    return lambda _: Message("intake", ring_body(Ring(key, folder=True, fresh=fresh)))


def answered_and_rung(upload: Upload) -> Upload:
    """An upload of a clinic's that is answered for already; what comes is the ring for the post that follows it."""

    def tell(world: World) -> Message:
        world.work(upload(world))()
        return rung()(world)

    tell.place = "everywhere"  # type: ignore[attr-defined]
    return tell


def rung_for_picture() -> Upload:
    """A ring from republish, handed on to the image function."""
    return lambda _: Message("images", ring_body(Ring(PICTURE, fresh=True)))


def without_its_rows(upload: Upload) -> Upload:
    """An upload at a moment at which the table has lost all that it held of posts."""

    def lose(world: World) -> Message:
        for pk, sk in world.cloud.items():
            if pk.startswith(("post#", "entries#", "recent#", "history#")):
                world.cloud.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        world.waiting.clear()
        return upload(world)

    lose.place = "everywhere"  # type: ignore[attr-defined]
    return lose


def while_emptied(upload: Upload) -> Upload:
    """An upload at a moment at which somebody empties the site's bucket."""

    def empty(world: World) -> Message:
        for key in world.cloud.site():
            world.cloud.s3.delete_object(Bucket=SITE_BUCKET, Key=key)
        return upload(world)

    empty.place = "everywhere"  # type: ignore[attr-defined]
    return empty


def _put(key: str, content: bytes, world: World) -> Message:
    return world.put(key, content)


def _delete(key: str, world: World) -> Message:
    return world.delete(key)


class Scene(Struct, frozen=True):
    """What is settled before, and what each handler is called for; all but the first come at any moment."""

    before: tuple[Upload, ...]
    uploads: tuple[Upload, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        names = ("first", "second", "third")
        return tuple(
            Part(name, upload, early=name == "first") for name, upload in zip(names, self.uploads, strict=False)
        )


HOUSE = (put(SITE, texts.site(1)), put(CLINIC, texts.clinic(1)))
LIVE = (*HOUSE, put(EN, texts.edition("en", 1)))
BOTH = (*LIVE, put(KO, texts.edition("ko", 1)))
ILLUSTRATED = (*HOUSE, put(PICTURE, texts.drawing(1)), put(EN, texts.edition("en", 1, "room.png")))
ORDER_PICTURE, ORDER_CLINIC = f"{PICTURE}.withdrawal.yaml", f"clinics/{texts.CLINIC}/withdrawal.yaml"


def en(number: int, figure: str = "") -> Upload:
    return put(EN, texts.edition("en", number, figure))


def ko(number: int) -> Upload:
    return put(KO, texts.edition("ko", number))


# An edition with an excerpt of its own, and a correction of it that listings do not show.
EXCERPT, LONGER = (
    put(EN, texts.edition("en", 1).replace(b"---\n\n", b"excerpt: A room.\n---\n\n") + end)
    for end in (b"", b"\nOne more paragraph.\n")
)

PAIRS: Mapping[str, Scene] = {
    "correction and correction": Scene(LIVE, (en(2), en(3))),
    "correction and withdrawal": Scene(LIVE, (en(2), put(ORDER_EN, texts.withdrawal()))),
    "withdrawal and reinstatement": Scene(LIVE, (put(ORDER, texts.withdrawal()), delete(ORDER))),
    "withdrawal of a refused text and its end": Scene(
        (*HOUSE, put(EN, texts.refused(1))), (put(ORDER, texts.withdrawal()), delete(ORDER))
    ),
    "first publish and withdrawal": Scene(HOUSE, (en(1), put(ORDER, texts.withdrawal("legal")))),
    "clinic record and first publish": Scene(HOUSE[:1], (HOUSE[1], en(1))),
    "clinic's change on the stream and first publish": Scene(HOUSE[:1], (recorded(HOUSE[1]), en(1))),
    "suspension and correction": Scene(LIVE, (put(CLINIC, texts.clinic(2, "suspended")), en(2))),
    "edition and its image": Scene(HOUSE, (en(1, "room.png"), made(put(PICTURE, texts.drawing(1))))),
    "image and its withdrawal": Scene(
        (*HOUSE, en(1, "room.png")),
        (made(put(PICTURE, texts.drawing(1))), made(put(ORDER_PICTURE, texts.withdrawal()))),
    ),
    "translation and original": Scene(HOUSE, (en(1), ko(1))),
    "the original's deletion and a first translation": Scene((*HOUSE, ko(1)), (delete(KO), en(1))),
    "deletion and correction": Scene(LIVE, (delete(EN), en(2))),
    "refused and correction": Scene(LIVE, (put(EN, texts.refused(2)), en(3))),
    "both languages and a correction": Scene((*BOTH, put(ORDER, texts.withdrawal())), (delete(ORDER), ko(2))),
}

# A ring from republish, which takes the page's token from the site, and somebody who changes the page meanwhile.
REPUBLISHED: Mapping[str, Scene] = {
    "republish and withdrawal": Scene(LIVE, (rung(fresh=True), put(ORDER, texts.withdrawal()))),
    "republish and reinstatement": Scene((*LIVE, put(ORDER, texts.withdrawal())), (rung(fresh=True), delete(ORDER))),
    "republish and correction": Scene(LIVE, (rung(fresh=True), en(2))),
    "republish and deletion": Scene(LIVE, (rung(fresh=True), delete(EN))),
    "republish and suspension": Scene(LIVE, (rung(fresh=True), put(CLINIC, texts.clinic(2, "suspended")))),
    "republish and what a clinic's withdrawal rings for": Scene(
        LIVE, (rung(fresh=True), answered_and_rung(put(ORDER_CLINIC, texts.withdrawal())))
    ),
    "republish and republish": Scene(LIVE, (rung(fresh=True), rung(fresh=True))),
    "republish of an image and its withdrawal": Scene(
        ILLUSTRATED, (rung_for_picture(), made(put(ORDER_PICTURE, texts.withdrawal())))
    ),
    "republish of two languages and a withdrawal of one": Scene(
        BOTH, (rung(fresh=True), put(ORDER_EN, texts.withdrawal()))
    ),
}
# The table has lost the post's row, and what was live is withdrawn or corrected meanwhile.
FORGOTTEN: Mapping[str, Scene] = {
    "a lost row, republish and withdrawal": Scene(
        LIVE, (without_its_rows(rung(fresh=True)), put(ORDER, texts.withdrawal()))
    ),
    "a lost row, republish and correction": Scene(LIVE, (without_its_rows(rung(fresh=True)), en(2))),
}
EMPTIED_AND_REPUBLISHED = Scene(LIVE, (en(2), while_emptied(rung(fresh=True))))

# What the stream tells the report function of two versions of one upload.
REPORTED = Scene(LIVE, (recorded(en(2), "report"), recorded(put(EN, texts.refused(3)), "report")))
REPORTED_FIRST = Scene(HOUSE, (recorded(en(1), "report"), recorded(en(2), "report")))
EMPTIED = Scene(LIVE, (en(2), while_emptied(en(3))))

# Too many orders for every run: ``python -m tests.protocol.simulate --scenes`` plays them.
LONG: Mapping[str, Scene] = {
    "two corrections and a withdrawal": Scene(LIVE, (en(2), en(3), put(ORDER_EN, texts.withdrawal()))),
    "withdrawal, reinstatement, correction": Scene(LIVE, (put(ORDER, texts.withdrawal()), delete(ORDER), en(2))),
    "the original's withdrawal and a first translation": Scene(
        (*HOUSE, ko(1)), (put(f"{KO}.withdrawal.yaml", texts.withdrawal()), en(1))
    ),
    "the original's warnings and a correction": Scene(
        BOTH, (put(KO, texts.edition("ko", 2) + "\n※ 주의하십시오.\n".encode()), en(2))
    ),
    "an original, what the stream tells of it, a first translation": Scene(HOUSE, (recorded(ko(1)), en(1), ko(2))),
    "both languages and a correction of each": Scene(
        (*BOTH, put(ORDER, texts.withdrawal())), (delete(ORDER), ko(2), en(2))
    ),
    "a ring for all and a withdrawal of one": Scene(
        (*HOUSE, en(1)), (ko(1), rung(), put(ORDER_EN, texts.withdrawal()))
    ),
    "clinic, its change on the stream, first publish": Scene(
        HOUSE[:1], (recorded(HOUSE[1]), en(1), put(CLINIC, texts.clinic(2)))
    ),
    "image's withdrawal and its end": Scene(
        ILLUSTRATED, (made(put(ORDER_PICTURE, texts.withdrawal())), made(delete(ORDER_PICTURE)))
    ),
    "withdrawal of a text that waits and its end": Scene(
        (HOUSE[0], en(1)), (put(ORDER, texts.withdrawal()), delete(ORDER))
    ),
    "edition, its image, the image's withdrawal": Scene(
        HOUSE,
        (en(1, "room.png"), made(put(PICTURE, texts.drawing(1))), made(put(ORDER_PICTURE, texts.withdrawal()))),
    ),
}
