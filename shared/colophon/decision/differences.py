"""What changed from one published version of a page to the next."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from colophon.decision.made import Made
from colophon.decision.parts import PagePart

What: TypeAlias = Literal[
    "first published",
    "first recorded",
    "withdrawn",
    "withdrawal changed",
    "withdrawal ended",
    "reinstated",
    "file deleted",
    "waits",
    "moved",
    "move ended",
    "back",
    "text",
    "images",
    "languages",
    "clinic",
    "site",
    "code",
    "nothing shown",
]


class Difference(Struct, frozen=True, omit_defaults=True):
    """One thing that changed. ``names`` are the fields, images or languages that did, or the withdrawals' keys."""

    what: What
    names: tuple[str, ...] = ()


def differences(known: PagePart | None, part: PagePart, made: Made) -> Iterator[Difference]:
    """What changed when ``part``, which is made as ``made`` says, followed ``known`` (None: no row was there)."""
    before = known.made if known else None
    if before is None:
        yield from _first(part, made)
    elif made.stands == "page" and before.stands == "page":
        changed = [*_in_text(before, made), *_in_languages(known, part), *_around(before, made)]
        yield from changed or (Difference("nothing shown"),)
    elif made.stands == "page":
        yield Difference("reinstated" if before.is_withdrawn else "back")
    else:
        yield from _of_tombstone(before, part, made)


def _first(part: PagePart, made: Made) -> Iterator[Difference]:
    if part.token.rev > 1:
        yield Difference("first recorded")
    elif made.stands == "page":
        yield Difference("first published")
    if made.stands != "page":
        yield _ending(part, made)


def _of_tombstone(before: Made, part: PagePart, made: Made) -> Iterator[Difference]:
    if made.is_withdrawn and before.is_withdrawn:
        same = (made.stands, made.orders, made.reason, made.order) == (
            before.stands,
            before.orders,
            before.reason,
            before.order,
        )
        changed = [Difference("withdrawal changed", made.orders)] if not same else [*_around(before, made)]
        yield from changed or (Difference("nothing shown"),)
        return
    if before.is_withdrawn:
        yield Difference("withdrawal ended")
    if before.stands == "moved" and made.stands == "absent":
        yield Difference("move ended")
    elif before.stands == made.stands == "moved" and before.location == made.location:
        yield from [*_around(before, made)] or (Difference("nothing shown"),)
    else:
        yield _ending(part, made)


def _ending(part: PagePart, made: Made) -> Difference:
    """Why a tombstone stands."""
    if made.is_withdrawn:
        return Difference("withdrawn", made.orders)
    if made.stands == "moved":
        return Difference("moved", (made.location,))
    return Difference("file deleted" if part.outcome.state == "absent" else "waits")


def _in_text(before: Made, made: Made) -> Iterator[Difference]:
    names = _unlike(before.fields, made.fields) if before.version != made.version else ()
    if names:
        yield Difference("text", names)
    # An image that the text shows from now on, or no longer, is told with the text.
    both = before.images.keys() & made.images.keys()
    if images := tuple(sorted(name for name in both if before.images[name] != made.images[name])):
        yield Difference("images", images)


def _in_languages(known: PagePart | None, part: PagePart) -> Iterator[Difference]:
    if names := _unlike((known and known.siblings) or {}, part.siblings or {}):
        yield Difference("languages", names)


def _around(before: Made, made: Made) -> Iterator[Difference]:
    if before.clinic != made.clinic:
        yield Difference("clinic")
    if before.site != made.site:
        yield Difference("site")
    if before.code != made.code:
        yield Difference("code")


def _unlike(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The names that have another value, or none any more, or none before; in their order of now."""
    return tuple(name for name in {**after, **before} if before.get(name) != after.get(name))
