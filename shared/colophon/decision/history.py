"""A page's history: every published version, and what changed with it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.code_version import code_version
from colophon.decision.identity import DIGEST_LENGTH, code_digest, code_of, fingerprint
from colophon.decision.page import PageDecision
from colophon.decision.rows import PageKind, PageRow, PageToken, Provenance
from colophon.decision.snapshot import PostSnapshot, image_id
from colophon.edition.model import Edition
from colophon.upload.keys import PageRef
from colophon.views import PostView

ChangeKind: TypeAlias = Literal[
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

# What a text says: corrections tell readers of changes in it.
_TEXT_FIELDS = ("title", "excerpt", "body")


class Difference(Struct, frozen=True, omit_defaults=True):
    """One thing that changed. ``names`` are the changed fields, images or languages, or the keys of the withdrawals."""

    what: ChangeKind
    names: tuple[str, ...] = ()


def find_differences(known: PageRow | None, row: PageRow, provenance: Provenance) -> Iterator[Difference]:
    """What changed from ``known`` (None: there was no row) to ``row``, whose provenance is ``provenance``."""
    before = known.provenance if known else None
    if before is None:
        yield from _first_differences(row, provenance)
    elif provenance.kind == "page" and before.kind == "page":
        changed = [
            *_text_differences(before, provenance),
            *_language_differences(known, row),
            *_context_differences(before, provenance),
        ]
        yield from changed or (Difference("nothing shown"),)
    elif provenance.kind == "page":
        yield Difference("reinstated" if before.is_withdrawn else "back")
    else:
        yield from _tombstone_differences(before, row, provenance)


def _first_differences(row: PageRow, provenance: Provenance) -> Iterator[Difference]:
    if row.token.rev > 1:
        yield Difference("first recorded")
    elif provenance.kind == "page":
        yield Difference("first published")
    if provenance.kind != "page":
        yield _tombstone_difference(row, provenance)


def _tombstone_differences(before: Provenance, row: PageRow, provenance: Provenance) -> Iterator[Difference]:
    if provenance.is_withdrawn and before.is_withdrawn:
        same = (provenance.kind, provenance.withdrawals, provenance.reason, provenance.withdrawal_digest) == (
            before.kind,
            before.withdrawals,
            before.reason,
            before.withdrawal_digest,
        )
        changed = (
            [Difference("withdrawal changed", provenance.withdrawals)]
            if not same
            else [*_context_differences(before, provenance)]
        )
        yield from changed or (Difference("nothing shown"),)
        return
    if before.is_withdrawn:
        yield Difference("withdrawal ended")
    if before.kind == "moved" and provenance.kind == "absent":
        yield Difference("move ended")
    elif before.kind == provenance.kind == "moved" and before.location == provenance.location:
        yield from [*_context_differences(before, provenance)] or (Difference("nothing shown"),)
    else:
        yield _tombstone_difference(row, provenance)


def _tombstone_difference(row: PageRow, provenance: Provenance) -> Difference:
    """Why there is a tombstone."""
    if provenance.is_withdrawn:
        return Difference("withdrawn", provenance.withdrawals)
    if provenance.kind == "moved":
        return Difference("moved", (provenance.location,))
    return Difference("file deleted" if row.outcome.state == "absent" else "waits")


def _text_differences(before: Provenance, provenance: Provenance) -> Iterator[Difference]:
    names = _changed_names(before.fields, provenance.fields) if before.version != provenance.version else ()
    if names:
        yield Difference("text", names)
    # An image that was added to the text, or removed from it, is a difference of the text.
    both = before.images.keys() & provenance.images.keys()
    if images := tuple(sorted(name for name in both if before.images[name] != provenance.images[name])):
        yield Difference("images", images)


def _language_differences(known: PageRow | None, row: PageRow) -> Iterator[Difference]:
    if names := _changed_names((known and known.siblings) or {}, row.siblings or {}):
        yield Difference("languages", names)


def _context_differences(before: Provenance, provenance: Provenance) -> Iterator[Difference]:
    if before.clinic != provenance.clinic:
        yield Difference("clinic")
    if before.site != provenance.site:
        yield Difference("site")
    if before.code != provenance.code:
        yield Difference("code")


def _changed_names(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The names whose values differ, in the order of ``after``, then those that only ``before`` has."""
    return tuple(name for name in {**after, **before} if before.get(name) != after.get(name))


class PublishedVersion(Struct, frozen=True, omit_defaults=True):
    """One published version of a page: a row of its history, which is never deleted.

    ``at`` is the time of the snapshot that it was published from, in UTC; only operators see it. ``differences`` are
    from the version ``previous_rev`` (0: there was none). ``reason`` is that of a withdrawal, or what the text waits
    for. ``version`` is the upload's version id, empty for a tombstone. The row holds no text of the post.
    """

    lang: str
    rev: int
    at: datetime
    kind: PageKind = field(name="stands")
    version: str = ""
    previous_rev: int = field(default=0, name="since")
    differences: tuple[Difference, ...] = ()
    reason: str = ""


def provenance_of(decision: PageDecision, snapshot: PostSnapshot) -> Provenance | None:
    """What the page of ``decision`` is made from; None if there is to be no page."""
    view = decision.view
    if view is None:
        return None
    site, code = _digest(snapshot.site.fp), code_digest(code_version())
    if not isinstance(view, PostView):
        withdrawal_digest = _digest(repr((view.at, view.until, view.reference))) if decision.withdrawals else ""
        provenance = Provenance(
            view.kind,
            withdrawals=decision.withdrawals,
            reason=view.reason,
            withdrawal_digest=withdrawal_digest,
            site=site,
            code=code,
        )
        return replace(provenance, location=view.location)
    return Provenance(
        "page",
        decision.version,
        fields=_field_digests(view.edition),
        images={figure.name: _digest(image_id(snapshot, figure.name)) for figure in view.edition.figures},
        clinic=_digest(snapshot.clinic.fp),
        site=site,
        code=code,
    )


def add_provenance(page: PageRef, decision: PageDecision, snapshot: PostSnapshot) -> PageRow:
    """The row of ``decision`` with its ``provenance``, that of the row before if the page stays as it is."""
    known = snapshot.row.pages.get(page.lang)
    before = known.provenance if known else None
    provenance = provenance_of(decision, snapshot) or before
    row = replace(decision.row, provenance=provenance)
    if known is None or before is None or provenance is None:
        return row
    return replace(row, replaced_version=_replaced_version(known.replaced_version, before, provenance))


def _replaced_version(known: str, before: Provenance, provenance: Provenance) -> str:
    """``replaced_version`` of a row whose page is made from ``provenance``; it was ``known`` with ``before``."""
    mine, others = provenance.fields, before.fields
    # A version may differ in nothing that readers see, such as an empty line.
    if before.version == provenance.version or mine == others:
        return known
    is_other_text = any(mine.get(name) != others.get(name) for name in _TEXT_FIELDS)
    return before.version if is_other_text and mine.get("corrections") == others.get("corrections") else ""


def mark_code(row: PageRow) -> PageRow:
    """``row``, decided by this code, with the code that made the page which its token names, and with its own."""
    code, made_by = code_digest(code_version()), code_of(row.token.fp)
    provenance = row.provenance
    if provenance and made_by:
        provenance = replace(provenance, code=made_by)
    return replace(row, provenance=provenance, code="" if provenance and provenance.code == code else code)


def is_made_by_other_code(row: PageRow, code: str) -> bool:
    """Whether other code than the version ``code`` made a page, or decided its row. Templates and notices are code.

    A page that is unchanged keeps its bytes when another version decides its row; and of an upload that was never
    shown there is only the row. Without a digest the code is unknown, which counts as other.
    """
    digest, made_by = code_digest(code), row.provenance.code if row.provenance else ""
    return (row.code or made_by) != digest or (row.provenance is not None and made_by != digest)


def next_published_version(lang: str, known: PageRow | None, row: PageRow, now: datetime) -> PublishedVersion | None:
    """The row to add to a page's history when ``row`` replaces ``known``; None if the published version is the same."""
    # A row that was lost may have been made again while its text waits: it names the object, but not what that shows.
    before = known.token if known and known.provenance else PageToken()
    provenance = row.provenance
    if provenance is None or not row.token.etag or (row.token.etag, row.token.rev) == (before.etag, before.rev):
        return None
    return PublishedVersion(
        lang,
        row.token.rev,
        now.replace(microsecond=0),
        provenance.kind,
        provenance.version,
        before.rev,
        tuple(find_differences(known, row, provenance)),
        _published_reason(row, provenance),
    )


def first_version(lang: str, row: PageRow | None) -> PublishedVersion | None:
    """The first version of a page, if it is the one that stands and so has no row of the history yet."""
    if row is None or row.published_at is None or row.provenance is None:
        return None
    differences = (Difference("first published"),)
    return PublishedVersion(
        lang, row.token.rev, row.published_at, "page", row.provenance.version, differences=differences
    )


def versions_without_row(
    rows: Mapping[str, PageRow], unrecorded: Mapping[tuple[str, int], PublishedVersion]
) -> tuple[PublishedVersion, ...]:
    """Those of ``unrecorded``, by language and ``rev``, that no row of ``rows`` keeps as its page's first version."""
    held = {(lang, first.rev) for lang, row in rows.items() if (first := first_version(lang, row))}
    return tuple(version for place, version in unrecorded.items() if place not in held)


def next_versions(
    lang: str, known: PageRow | None, row: PageRow, now: datetime
) -> tuple[PageRow, tuple[PublishedVersion, ...]]:
    """``row``, which replaces ``known``, and the rows to add to the page's history.

    The first version of a page is kept in ``row`` itself until another replaces it: most pages never have another.
    """
    version = next_published_version(lang, known, row, now)
    if version is None:
        return replace(row, published_at=known.published_at if known else None), ()
    first = replace(row, published_at=version.at)
    if version == first_version(lang, first):
        return first, (version,)
    earlier = first_version(lang, known)
    return replace(row, published_at=None), (earlier, version) if earlier else (version,)


def lost_version(lang: str, row: PageRow, now: datetime) -> PublishedVersion | None:
    """What is still known of the version that ``row`` says stands, if the history lost its row; None if it needs none
    there."""
    if row.published_at or not row.token.etag:
        return None
    return next_published_version(lang, None, row, now)


def all_versions(lang: str, row: PageRow | None, recorded: Iterable[PublishedVersion]) -> Iterator[PublishedVersion]:
    """Every published version of a page, newest first: those in its history, and the first one if it stands."""
    first = first_version(lang, row)
    for version in recorded:
        yield version
        if first and version.rev == first.rev:
            return
    if first:
        yield first


def _published_reason(row: PageRow, provenance: Provenance) -> str:
    """Errors may quote the text, and the history keeps no text: only a problem that the text waits for is kept."""
    if provenance.kind == "page" or provenance.is_withdrawn:
        return provenance.reason
    return next((problem.what for problem in row.outcome.problems if problem.severity == "waiting"), "")


def _field_digests(edition: Edition) -> Mapping[str, str]:
    front_matter = edition.front_matter.model_dump(mode="json", exclude_defaults=True)
    return {name: _digest(repr(value)) for name, value in (*front_matter.items(), ("body", edition.blocks))}


def _digest(identity: str) -> str:
    return fingerprint(identity)[:DIGEST_LENGTH] if identity else ""
