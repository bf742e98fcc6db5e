"""The history of a page: every version that was published, and what changed with it."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.differences import Difference, differences
from colophon.decision.identity import code_version, fingerprint
from colophon.decision.look import Look, image_id
from colophon.decision.made import Made, Stands
from colophon.decision.page import PageDecision
from colophon.decision.parts import PagePart, PageToken
from colophon.edition.model import Edition
from colophon.views import PostView

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
