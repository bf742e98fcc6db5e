"""The handlers that meet on one post, and what stood before them."""

from collections.abc import Mapping
from functools import partial

from msgspec import Struct

from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import SITE as SITE_BUCKET
from tests.protocol.harness.cloud import TABLE
from tests.protocol.harness.scheduler import Participant, Upload
from tests.protocol.harness.world import Message, World

EN, KO = f"{contents.POST}en.md", f"{contents.POST}ko.md"
WITHDRAWAL, WITHDRAWAL_EN = f"{contents.POST}withdrawal.yaml", f"{contents.POST}en.md.withdrawal.yaml"
PICTURE = f"{contents.POST}room.png"
SITE, CLINIC = "site.yaml", f"clinics/{contents.CLINIC}/clinic.yaml"


def put(key: str, content: bytes) -> Upload:
    return partial(_put, key, content)


def delete(key: str) -> Upload:
    return partial(_delete, key)


def as_image_message(upload: Upload) -> Upload:
    """The upload of an image, already handed on to the image function."""

    def hand_on(world: World) -> Message:
        upload(world)
        return Message("images", encode_message(RefreshRequest(PICTURE)))

    return hand_on


def as_stream_record(upload: Upload, reader: str = "relist") -> Upload:
    """An upload that is answered for already; what comes to ``reader`` is the table's stream telling of it."""

    def tell(world: World) -> Message:
        world.handler_for(upload(world))()
        world.deliver_stream()
        messages = [
            message for message in world.queued if message.to == reader and message.partition[:5] in ("post#", "clini")
        ]
        world.queued.remove(messages[-1])
        return messages[-1]

    tell.resource = "everywhere"  # type: ignore[attr-defined]
    return tell


def refresh(key: str = contents.POST, *, force: bool = False) -> Upload:
    """No upload, but a refresh request for the whole folder; republish sends one with ``force``."""
    return lambda _: Message("intake", encode_message(RefreshRequest(key, is_folder=True, force=force)))


def handled_then_refreshed(upload: Upload) -> Upload:
    """An upload of a clinic's that is answered for already; what comes is the refresh request for the post."""

    def tell(world: World) -> Message:
        world.handler_for(upload(world))()
        return refresh()(world)

    tell.resource = "everywhere"  # type: ignore[attr-defined]
    return tell


def refresh_picture() -> Upload:
    """A refresh request from republish, handed on to the image function."""
    return lambda _: Message("images", encode_message(RefreshRequest(PICTURE, force=True)))


def after_losing_rows(upload: Upload) -> Upload:
    """An upload at a moment at which the table has lost all that it held of posts."""

    def lose(world: World) -> Message:
        for pk, sk in world.cloud.items():
            if pk.startswith(("post#", "entries#", "recent#", "history#")):
                world.cloud.dynamodb.delete_item(TableName=TABLE, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        world.queued.clear()
        return upload(world)

    lose.resource = "everywhere"  # type: ignore[attr-defined]
    return lose


def while_site_emptied(upload: Upload) -> Upload:
    """An upload just after the site's bucket was emptied."""

    def empty(world: World) -> Message:
        for key in world.cloud.site():
            world.cloud.s3.delete_object(Bucket=SITE_BUCKET, Key=key)
        return upload(world)

    empty.resource = "everywhere"  # type: ignore[attr-defined]
    return empty


def _put(key: str, content: bytes, world: World) -> Message:
    return world.put(key, content)


def _delete(key: str, world: World) -> Message:
    return world.delete(key)


class Scenario(Struct, frozen=True):
    """What is settled before, and what each handler is called for; all but the first come at any moment."""

    before: tuple[Upload, ...]
    uploads: tuple[Upload, ...]

    @property
    def participants(self) -> tuple[Participant, ...]:
        names = ("first", "second", "third")
        return tuple(
            Participant(name, upload, early=name == "first") for name, upload in zip(names, self.uploads, strict=False)
        )


SITE_AND_CLINIC = (put(SITE, contents.site(1)), put(CLINIC, contents.clinic(1)))
LIVE = (*SITE_AND_CLINIC, put(EN, contents.edition("en", 1)))
BOTH = (*LIVE, put(KO, contents.edition("ko", 1)))
ILLUSTRATED = (*SITE_AND_CLINIC, put(PICTURE, contents.drawing(1)), put(EN, contents.edition("en", 1, "room.png")))
WITHDRAWAL_PICTURE, WITHDRAWAL_CLINIC = f"{PICTURE}.withdrawal.yaml", f"clinics/{contents.CLINIC}/withdrawal.yaml"


def en(number: int, figure: str = "") -> Upload:
    return put(EN, contents.edition("en", number, figure))


def ko(number: int) -> Upload:
    return put(KO, contents.edition("ko", number))


# An edition with an excerpt of its own, and a correction of it that listings do not show.
EXCERPT, LONGER = (
    put(EN, contents.edition("en", 1).replace(b"---\n\n", b"excerpt: A room.\n---\n\n") + end)
    for end in (b"", b"\nOne more paragraph.\n")
)

PAIRS: Mapping[str, Scenario] = {
    "correction and correction": Scenario(LIVE, (en(2), en(3))),
    "correction and withdrawal": Scenario(LIVE, (en(2), put(WITHDRAWAL_EN, contents.withdrawal()))),
    "withdrawal and reinstatement": Scenario(LIVE, (put(WITHDRAWAL, contents.withdrawal()), delete(WITHDRAWAL))),
    "withdrawal of a refused text and its end": Scenario(
        (*SITE_AND_CLINIC, put(EN, contents.refused(1))), (put(WITHDRAWAL, contents.withdrawal()), delete(WITHDRAWAL))
    ),
    "first publish and withdrawal": Scenario(SITE_AND_CLINIC, (en(1), put(WITHDRAWAL, contents.withdrawal("legal")))),
    "clinic record and first publish": Scenario(SITE_AND_CLINIC[:1], (SITE_AND_CLINIC[1], en(1))),
    "clinic's change on the stream and first publish": Scenario(
        SITE_AND_CLINIC[:1], (as_stream_record(SITE_AND_CLINIC[1]), en(1))
    ),
    "suspension and correction": Scenario(LIVE, (put(CLINIC, contents.clinic(2, "suspended")), en(2))),
    "edition and its image": Scenario(
        SITE_AND_CLINIC, (en(1, "room.png"), as_image_message(put(PICTURE, contents.drawing(1))))
    ),
    "image and its withdrawal": Scenario(
        (*SITE_AND_CLINIC, en(1, "room.png")),
        (
            as_image_message(put(PICTURE, contents.drawing(1))),
            as_image_message(put(WITHDRAWAL_PICTURE, contents.withdrawal())),
        ),
    ),
    "translation and original": Scenario(SITE_AND_CLINIC, (en(1), ko(1))),
    "the original's deletion and a first translation": Scenario((*SITE_AND_CLINIC, ko(1)), (delete(KO), en(1))),
    "translation of an original and its correction": Scenario(
        (*SITE_AND_CLINIC, ko(1)), (put(EN, contents.edition("en", 1, of=1)), ko(2))
    ),
    "a late original and a later one": Scenario(
        (*SITE_AND_CLINIC, ko(1), put(EN, contents.edition("en", 1, of=2))), (ko(2), ko(3))
    ),
    "the deletion of a changed original and its return": Scenario(
        (*SITE_AND_CLINIC, ko(2), put(EN, contents.edition("en", 1, of=1))), (delete(KO), ko(1))
    ),
    # The translation shows the original beside it. The numbers in their titles differ, so it has a mark with both.
    "the original's withdrawal and a correction of its translation": Scenario(
        (*SITE_AND_CLINIC, en(1), ko(2)), (put(f"{KO}.withdrawal.yaml", contents.withdrawal()), en(3))
    ),
    "a correction of an original and of its translation": Scenario(BOTH, (ko(2), en(2))),
    "deletion and correction": Scenario(LIVE, (delete(EN), en(2))),
    "refused and correction": Scenario(LIVE, (put(EN, contents.refused(2)), en(3))),
    "both languages and a correction": Scenario(
        (*BOTH, put(WITHDRAWAL, contents.withdrawal())), (delete(WITHDRAWAL), ko(2))
    ),
}

# A request from republish, which takes the page's token from the site, and a change of the page meanwhile.
REPUBLISHED: Mapping[str, Scenario] = {
    "republish and withdrawal": Scenario(LIVE, (refresh(force=True), put(WITHDRAWAL, contents.withdrawal()))),
    "republish and reinstatement": Scenario(
        (*LIVE, put(WITHDRAWAL, contents.withdrawal())), (refresh(force=True), delete(WITHDRAWAL))
    ),
    "republish and correction": Scenario(LIVE, (refresh(force=True), en(2))),
    "republish and deletion": Scenario(LIVE, (refresh(force=True), delete(EN))),
    "republish and suspension": Scenario(LIVE, (refresh(force=True), put(CLINIC, contents.clinic(2, "suspended")))),
    "republish and the requests of a clinic's withdrawal": Scenario(
        LIVE, (refresh(force=True), handled_then_refreshed(put(WITHDRAWAL_CLINIC, contents.withdrawal())))
    ),
    "republish and republish": Scenario(LIVE, (refresh(force=True), refresh(force=True))),
    "republish of an image and its withdrawal": Scenario(
        ILLUSTRATED, (refresh_picture(), as_image_message(put(WITHDRAWAL_PICTURE, contents.withdrawal())))
    ),
    "republish of two languages and a withdrawal of one": Scenario(
        BOTH, (refresh(force=True), put(WITHDRAWAL_EN, contents.withdrawal()))
    ),
}
# The table has lost the post's row, and what was live is withdrawn or corrected meanwhile.
ROW_LOST: Mapping[str, Scenario] = {
    "a lost row, republish and withdrawal": Scenario(
        LIVE, (after_losing_rows(refresh(force=True)), put(WITHDRAWAL, contents.withdrawal()))
    ),
    "a lost row, republish and correction": Scenario(LIVE, (after_losing_rows(refresh(force=True)), en(2))),
}
EMPTIED_AND_REPUBLISHED = Scenario(LIVE, (en(2), while_site_emptied(refresh(force=True))))

# What the stream tells the report function of two versions of one upload.
REPORTED = Scenario(LIVE, (as_stream_record(en(2), "report"), as_stream_record(put(EN, contents.refused(3)), "report")))
REPORTED_FIRST = Scenario(SITE_AND_CLINIC, (as_stream_record(en(1), "report"), as_stream_record(en(2), "report")))
EMPTIED = Scenario(LIVE, (en(2), while_site_emptied(en(3))))

# Too many orders for every run: ``python -m tests.protocol.simulate --scenes`` plays them.
LONG: Mapping[str, Scenario] = {
    "two corrections and a withdrawal": Scenario(LIVE, (en(2), en(3), put(WITHDRAWAL_EN, contents.withdrawal()))),
    "withdrawal, reinstatement, correction": Scenario(
        LIVE, (put(WITHDRAWAL, contents.withdrawal()), delete(WITHDRAWAL), en(2))
    ),
    "the original's withdrawal and a first translation": Scenario(
        (*SITE_AND_CLINIC, ko(1)), (put(f"{KO}.withdrawal.yaml", contents.withdrawal()), en(1))
    ),
    "the original's warnings and a correction": Scenario(
        BOTH, (put(KO, contents.edition("ko", 2) + "\n※ 주의하십시오.\n".encode()), en(2))
    ),
    "an original, what the stream tells of it, a first translation": Scenario(
        SITE_AND_CLINIC, (as_stream_record(ko(1)), en(1), ko(2))
    ),
    "both languages and a correction of each": Scenario(
        (*BOTH, put(WITHDRAWAL, contents.withdrawal())), (delete(WITHDRAWAL), ko(2), en(2))
    ),
    "a request for all and a withdrawal of one": Scenario(
        (*SITE_AND_CLINIC, en(1)), (ko(1), refresh(), put(WITHDRAWAL_EN, contents.withdrawal()))
    ),
    "clinic, its change on the stream, first publish": Scenario(
        SITE_AND_CLINIC[:1], (as_stream_record(SITE_AND_CLINIC[1]), en(1), put(CLINIC, contents.clinic(2)))
    ),
    "image's withdrawal and its end": Scenario(
        ILLUSTRATED,
        (
            as_image_message(put(WITHDRAWAL_PICTURE, contents.withdrawal())),
            as_image_message(delete(WITHDRAWAL_PICTURE)),
        ),
    ),
    "withdrawal of a text that waits and its end": Scenario(
        (SITE_AND_CLINIC[0], en(1)), (put(WITHDRAWAL, contents.withdrawal()), delete(WITHDRAWAL))
    ),
    "edition, its image, the image's withdrawal": Scenario(
        SITE_AND_CLINIC,
        (
            en(1, "room.png"),
            as_image_message(put(PICTURE, contents.drawing(1))),
            as_image_message(put(WITHDRAWAL_PICTURE, contents.withdrawal())),
        ),
    ),
}
