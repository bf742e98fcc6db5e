"""The handlers that meet on one listing, and what stood before them."""

import json
from collections.abc import Mapping

from msgspec import to_builtins
from msgspec.structs import replace

from colophon.listings.kind import ListingGroup
from colophon.listings.kinds.clinic import CLINIC as CLINIC_KIND
from colophon.listings.kinds.year import YEAR as YEAR_KIND
from tests.protocol.harness import contents
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import (
    CLINIC,
    EN,
    SITE_AND_CLINIC,
    WITHDRAWAL_CLINIC,
    WITHDRAWAL_EN,
    Scenario,
    as_stream_record,
    delete,
    put,
    refresh,
)

OTHER = f"posts/{contents.CLINIC}/b-side/en.md"
# What follows what on the table's stream, when an entry of a clinic's first post in a year changes.
STREAM_CHAIN = ("entries#", "years#", "archives#", "directory")

MARCH, FEBRUARY, LAST_YEAR = "2026-03-02", "2026-02-27", "2025-12-30"


def as_listing_record(upload: Upload, of: str, chain: tuple[str, ...] = STREAM_CHAIN) -> Upload:
    """An upload that is answered for, and what follows from it, up to the record that ``of`` begins: it comes alone."""

    def tell(world: World) -> Message:
        world.handler_for(upload(world))()
        world.deliver_stream()
        for link in chain[: chain.index(of)] if of in chain else ():
            message = _take(world, link)
            world.handled.append(message)
            world.handler_for(message)()
            world.deliver_stream()
        return _take(world, of)

    tell.resource = "everywhere"  # type: ignore[attr-defined]
    return tell


def as_clinic_entry_record(upload: Upload) -> Upload:
    """A clinic's upload, and the request for its first post, already handled: what comes is the record of the entry."""

    def tell(world: World) -> Message:
        message = as_stream_record(upload)(world)
        world.handled.append(message)
        world.handler_for(message)()
        request = next(message for message in world.queued if message.to == "intake")
        world.queued.remove(request)
        for handled in (request, refresh()(world)):
            world.handled.append(handled)
            world.handler_for(handled)()
        world.deliver_stream()
        return _take(world, "entries#")

    tell.resource = "everywhere"  # type: ignore[attr-defined]
    return tell


def _take(world: World, of: str) -> Message:
    """The last record of a row whose partition begins with ``of``; of ``listings``, the last message of that queue."""
    reader, partition = (of, "") if of == "listings" else ("relist", of)
    message = [message for message in world.queued if message.to == reader and message.partition.startswith(partition)][
        -1
    ]
    world.queued.remove(message)
    return message


def rebuild_request(group: ListingGroup) -> Upload:
    """No upload, but a request from republish for a group of listings."""
    body = json.dumps({"listings": [to_builtins(replace(group, force=True))]})
    return lambda _: Message("listings", body)


def first(number: int, posted: str = MARCH) -> Upload:
    """The first post's edition ``number``."""
    return put(EN, contents.edition("en", number, posted=posted))


def other(number: int, posted: str = MARCH) -> Upload:
    """The second post's edition ``number``."""
    return put(OTHER, contents.edition("en", number, posted=posted, post="b"))


ONE = (*SITE_AND_CLINIC, first(1))
TWO = (*ONE, other(1))
YEAR = YEAR_KIND.group("en", contents.CLINIC, 2026)
CLINIC_IN_ENGLISH = CLINIC_KIND.group("en", contents.CLINIC)
WITHDRAWAL, REINSTATEMENT = put(WITHDRAWAL_EN, contents.withdrawal()), delete(WITHDRAWAL_EN)
CLINIC_WITHDRAWAL, CLINIC_REINSTATEMENT = put(WITHDRAWAL_CLINIC, contents.withdrawal()), delete(WITHDRAWAL_CLINIC)

PAIRS: Mapping[str, Scenario] = {
    "one year: a correction, and another post": Scenario(
        ONE, (as_listing_record(first(2), "entries#"), as_listing_record(other(1), "entries#"))
    ),
    "one year: a new post, and its withdrawal": Scenario(
        ONE,
        (
            as_listing_record(other(1), "entries#"),
            as_listing_record(put(f"{OTHER}.withdrawal.yaml", contents.withdrawal()), "entries#"),
        ),
    ),
    "one year: a withdrawal and its end": Scenario(
        TWO, (as_listing_record(WITHDRAWAL, "entries#"), as_listing_record(REINSTATEMENT, "entries#"))
    ),
    "one year: the only post's withdrawal and its end": Scenario(
        ONE, (as_listing_record(WITHDRAWAL, "entries#"), as_listing_record(REINSTATEMENT, "entries#"))
    ),
    "one year: a corrected date, and a correction": Scenario(
        ONE, (as_listing_record(first(2, FEBRUARY), "entries#"), as_listing_record(first(3, FEBRUARY), "entries#"))
    ),
    "a year from republish, and a withdrawal": Scenario(
        TWO, (rebuild_request(YEAR), as_listing_record(WITHDRAWAL, "entries#"))
    ),
    "an archive from republish, and the end of a year": Scenario(
        ONE, (rebuild_request(CLINIC_IN_ENGLISH), as_listing_record(WITHDRAWAL, "years#"))
    ),
    "a year, and a publish that records into it": Scenario(
        ONE, (as_listing_record(first(2), "entries#"), other(1, FEBRUARY))
    ),
    "a year, and a corrected date that records into it": Scenario(
        TWO, (as_listing_record(other(2), "entries#"), first(2, FEBRUARY))
    ),
    "a year, and a withdrawal that records into it": Scenario(
        TWO, (as_listing_record(other(2), "entries#"), WITHDRAWAL)
    ),
    "one archive: a new month, and a correction": Scenario(
        ONE, (as_listing_record(other(1, FEBRUARY), "years#"), as_listing_record(first(2), "years#"))
    ),
    "an archive, and a new month": Scenario(
        ONE, (as_listing_record(first(2), "years#"), as_listing_record(other(1, FEBRUARY), "entries#"))
    ),
    "an archive, and the end of a month": Scenario(
        TWO, (as_listing_record(other(2), "years#"), as_listing_record(WITHDRAWAL, "entries#"))
    ),
    "an archive whose clinic changes, and its first post": Scenario(
        SITE_AND_CLINIC, (as_stream_record(put(CLINIC, contents.clinic(2))), first(1))
    ),
    "one directory: a clinic's first post, and its end": Scenario(
        SITE_AND_CLINIC, (as_listing_record(first(1), "archives#"), as_listing_record(WITHDRAWAL, "archives#"))
    ),
    "one home page: a new post, and a withdrawal": Scenario(
        ONE, (as_listing_record(other(1), "entries#"), as_listing_record(WITHDRAWAL, "entries#"))
    ),
    "a home page of clinics, and of posts": Scenario(
        SITE_AND_CLINIC, (as_listing_record(first(1), "directory"), as_listing_record(other(1), "entries#"))
    ),
    "the clinic's withdrawal, and its end": Scenario(
        ONE, (as_stream_record(CLINIC_WITHDRAWAL), as_stream_record(CLINIC_REINSTATEMENT))
    ),
    "the clinic's withdrawal, and a new post": Scenario(
        ONE, (as_listing_record(other(1), "years#"), as_stream_record(CLINIC_WITHDRAWAL))
    ),
    "one year: the clinic's withdrawal and its end": Scenario(
        ONE, (as_clinic_entry_record(CLINIC_WITHDRAWAL), as_clinic_entry_record(CLINIC_REINSTATEMENT))
    ),
    "one year: the clinic's withdrawal, and another": Scenario(
        ONE,
        (
            as_clinic_entry_record(CLINIC_WITHDRAWAL),
            as_clinic_entry_record(put(WITHDRAWAL_CLINIC, contents.withdrawal("legal"))),
        ),
    ),
    "one year of a withdrawn clinic: a corrected date, and the text's end": Scenario(
        (*ONE, CLINIC_WITHDRAWAL),
        (as_listing_record(first(2, FEBRUARY), "entries#"), as_listing_record(delete(EN), "entries#")),
    ),
    "a year of a withdrawn clinic, and a date corrected there and back": Scenario(
        (*ONE, CLINIC_WITHDRAWAL), (as_listing_record(first(2, FEBRUARY), "entries#"), first(3))
    ),
    "one year of a withdrawn clinic: texts that come": Scenario(
        (*SITE_AND_CLINIC, CLINIC_WITHDRAWAL),
        (as_listing_record(first(1), "entries#"), as_listing_record(other(1, FEBRUARY), "entries#")),
    ),
}
