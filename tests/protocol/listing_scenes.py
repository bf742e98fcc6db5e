"""The handlers that meet on one listing, and what stood before them."""

import json
from collections.abc import Mapping

from msgspec.structs import asdict, replace

from colophon.verbs.listings import Group, archive_group, year_group
from tests.protocol.harness import texts
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import CLINIC, EN, HOUSE, ORDER_CLINIC, ORDER_EN, Scene, delete, put, recorded, rung

OTHER = f"posts/{texts.CLINIC}/b-side/en.md"
# What follows what on the table's stream, when an entry of a clinic's first post in a year changes.
CHAIN = ("entries#", "years#", "archives#", "directory")

MARCH, FEBRUARY, LAST_YEAR = "2026-03-02", "2026-02-27", "2025-12-30"


def told(upload: Upload, of: str) -> Upload:
    """An upload that is answered for, and what follows from it, up to the record that ``of`` begins: it comes alone."""

    def tell(world: World) -> Message:
        world.work(upload(world))()
        world.overhear()
        for link in CHAIN[: CHAIN.index(of)] if of in CHAIN else ():
            message = _taken(world, link)
            world.sent.append(message)
            world.work(message)()
            world.overhear()
        return _taken(world, of)

    tell.place = "everywhere"  # type: ignore[attr-defined]
    return tell


def covered(upload: Upload) -> Upload:
    """A clinic's upload that is answered for, and the ring for its first post that follows: what comes tells of the
    post's entry."""

    def tell(world: World) -> Message:
        message = recorded(upload)(world)
        world.sent.append(message)
        world.work(message)()
        ring = next(message for message in world.waiting if message.to == "intake")
        world.waiting.remove(ring)
        for answered in (ring, rung()(world)):
            world.sent.append(answered)
            world.work(answered)()
        world.overhear()
        return _taken(world, "entries#")

    tell.place = "everywhere"  # type: ignore[attr-defined]
    return tell


def _taken(world: World, of: str) -> Message:
    message = [message for message in world.waiting if message.to == "relist" and message.of.startswith(of)][-1]
    world.waiting.remove(message)
    return message


def listed_anew(group: Group) -> Upload:
    """No upload, but a ring from republish for a group of listings."""
    body = json.dumps({"listings": [asdict(replace(group, fresh=True))]})
    return lambda _: Message("listings", body)


def first(number: int, posted: str = MARCH) -> Upload:
    """The first post's edition ``number``."""
    return put(EN, texts.edition("en", number, posted=posted))


def other(number: int, posted: str = MARCH) -> Upload:
    """The second post's edition ``number``."""
    return put(OTHER, texts.edition("en", number, posted=posted, post="b"))


ONE = (*HOUSE, first(1))
TWO = (*ONE, other(1))
YEAR = year_group("en", texts.CLINIC, 2026)
ORDER, END = put(ORDER_EN, texts.withdrawal()), delete(ORDER_EN)
CLOSED, OPENED = put(ORDER_CLINIC, texts.withdrawal()), delete(ORDER_CLINIC)

PAIRS: Mapping[str, Scene] = {
    "one year: a correction, and another post": Scene(ONE, (told(first(2), "entries#"), told(other(1), "entries#"))),
    "one year: a new post, and its withdrawal": Scene(
        ONE, (told(other(1), "entries#"), told(put(f"{OTHER}.withdrawal.yaml", texts.withdrawal()), "entries#"))
    ),
    "one year: a withdrawal and its end": Scene(TWO, (told(ORDER, "entries#"), told(END, "entries#"))),
    "one year: the only post's withdrawal and its end": Scene(ONE, (told(ORDER, "entries#"), told(END, "entries#"))),
    "one year: a corrected date, and a correction": Scene(
        ONE, (told(first(2, FEBRUARY), "entries#"), told(first(3, FEBRUARY), "entries#"))
    ),
    "a year from republish, and a withdrawal": Scene(TWO, (listed_anew(YEAR), told(ORDER, "entries#"))),
    "an archive from republish, and the end of a year": Scene(
        ONE, (listed_anew(archive_group("en", texts.CLINIC)), told(ORDER, "years#"))
    ),
    "a year, and a publish that records into it": Scene(ONE, (told(first(2), "entries#"), other(1, FEBRUARY))),
    "a year, and a corrected date that records into it": Scene(TWO, (told(other(2), "entries#"), first(2, FEBRUARY))),
    "a year, and a withdrawal that records into it": Scene(TWO, (told(other(2), "entries#"), ORDER)),
    "one archive: a new month, and a correction": Scene(
        ONE, (told(other(1, FEBRUARY), "years#"), told(first(2), "years#"))
    ),
    "an archive, and a new month": Scene(ONE, (told(first(2), "years#"), told(other(1, FEBRUARY), "entries#"))),
    "an archive, and the end of a month": Scene(TWO, (told(other(2), "years#"), told(ORDER, "entries#"))),
    "an archive whose clinic changes, and its first post": Scene(
        HOUSE, (recorded(put(CLINIC, texts.clinic(2))), first(1))
    ),
    "one directory: a clinic's first post, and its end": Scene(
        HOUSE, (told(first(1), "archives#"), told(ORDER, "archives#"))
    ),
    "one home page: a new post, and a withdrawal": Scene(ONE, (told(other(1), "recent#"), told(ORDER, "recent#"))),
    "a home page of clinics, and of posts": Scene(HOUSE, (told(first(1), "directory"), told(other(1), "recent#"))),
    "the clinic's withdrawal, and its end": Scene(ONE, (recorded(CLOSED), recorded(OPENED))),
    "the clinic's withdrawal, and a new post": Scene(ONE, (told(other(1), "years#"), recorded(CLOSED))),
    "one year: the clinic's withdrawal and its end": Scene(ONE, (covered(CLOSED), covered(OPENED))),
    "one year: the clinic's withdrawal, and another": Scene(
        ONE, (covered(CLOSED), covered(put(ORDER_CLINIC, texts.withdrawal("legal"))))
    ),
    "one year of a withdrawn clinic: a corrected date, and the text's end": Scene(
        (*ONE, CLOSED), (told(first(2, FEBRUARY), "entries#"), told(delete(EN), "entries#"))
    ),
    "a year of a withdrawn clinic, and a date corrected there and back": Scene(
        (*ONE, CLOSED), (told(first(2, FEBRUARY), "entries#"), first(3))
    ),
    "one year of a withdrawn clinic: texts that come": Scene(
        (*HOUSE, CLOSED), (told(first(1), "entries#"), told(other(1, FEBRUARY), "entries#"))
    ),
}
