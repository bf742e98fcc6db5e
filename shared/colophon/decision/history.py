"""A page's history: every version that was published, and what changed with it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.identity import code_version, fingerprint
from colophon.decision.page import PageDecision
from colophon.decision.rows import Made, PagePart, PageToken, Stands
from colophon.decision.snapshot import Look, image_id
from colophon.edition.model import Edition
from colophon.views import PostView

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


# Long enough to tell one content of a field from the next, which is all that a digest here is for.
_DIGEST = 6


class Published(Struct, frozen=True, omit_defaults=True):
    """One version of a page as it was published: a row of its history, which nothing takes away.

    ``at`` is the moment of the look that published it, in UTC: for whoever runs the site, never printed on it.
    ``differences`` are those from version ``since`` (0: from nothing). ``reason`` is a withdrawal's, or what is waited
    for. ``version`` is the upload's version id, empty for a tombstone. No word of the post is kept.
    """

    lang: str
    rev: int
    at: datetime
    stands: Stands
    version: str = ""
    since: int = 0
    differences: tuple[Difference, ...] = ()
    reason: str = ""


def made_of(decision: PageDecision, look: Look) -> Made | None:
    """What the page of ``decision`` is made from; None where nothing is to stand."""
    show = decision.show
    if show is None:
        return None
    site, code = _digest(look.site.fp), _digest(code_version())
    if not isinstance(show, PostView):
        order = _digest(repr((show.at, show.until, show.reference))) if decision.orders else ""
        said = Made(show.kind, orders=decision.orders, reason=show.reason, order=order, site=site, code=code)
        return replace(said, location=show.location)
    return Made(
        "page",
        decision.version,
        fields=_fields(show.edition),
        images={figure.name: _digest(image_id(look, figure.name)) for figure in show.edition.figures},
        clinic=_digest(look.clinic.fp),
        site=site,
        code=code,
    )


def is_made_otherwise(part: PagePart | None, code: str) -> bool:
    """Whether what stands at a page was made by another code version (templates and notices in it) than ``code``."""
    return part is not None and part.made is not None and part.made.code != _digest(code)


def published(lang: str, known: PagePart | None, part: PagePart, now: datetime) -> Published | None:
    """The row that the history of a page gains when ``part`` follows ``known``; None when no other version stands."""
    before = known.token if known else PageToken()
    made = part.made
    if made is None or not part.token.etag or (part.token.etag, part.token.rev) == (before.etag, before.rev):
        return None
    return Published(
        lang,
        part.token.rev,
        now.replace(microsecond=0),
        made.stands,
        made.version,
        before.rev,
        tuple(differences(known, part, made)),
        _reason(part, made),
    )


def _reason(part: PagePart, made: Made) -> str:
    """A refused text's problems may quote it: of the others only what is waited for is kept."""
    if made.stands == "page" or made.is_withdrawn:
        return made.reason
    return next((problem.what for problem in part.outcome.problems if problem.severity == "waiting"), "")


def _fields(edition: Edition) -> Mapping[str, str]:
    said = edition.front.model_dump(mode="json", exclude_defaults=True)
    return {name: _digest(repr(value)) for name, value in (*said.items(), ("body", edition.blocks))}


def _digest(identity: str) -> str:
    return fingerprint(identity)[:_DIGEST] if identity else ""
