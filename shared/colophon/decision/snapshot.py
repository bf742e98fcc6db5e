"""What a decision is made from: a folder's versions, the rows read before them, and the content read so far."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from msgspec import Struct

from colophon.decision.identity import fingerprint
from colophon.decision.rows import ClinicRow, PageRow, PostRow, SiteRow
from colophon.images.copy import Copy, Outline
from colophon.problem import Misconfigured, Problem, Refused
from colophon.site_settings import SiteSettings
from colophon.upload.keys import (
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    parse_key,
)
from colophon.upload.unseen import remove_zero_width
from colophon.upload.versions import ARCHIVED_PROBLEM, Folder, KeyHistory, Version, readable_versions
from colophon.views import Facts

T = TypeVar("T")
S = TypeVar("S")


class Invalid(Struct, frozen=True):
    """A version that can't be used, and why."""

    problems: tuple[Problem, ...]


class NeedsVersion(Exception):
    """A decision can't be made before ``version`` is read, or only its ``outline`` if it is an image's.

    ``decide_with_reads`` catches it, reads the version and starts the decision again. So a decision that may raise it
    has no side effects and is run by ``decide_with_reads`` only.
    """

    def __init__(self, version: Version, *, outline: bool = False) -> None:
        super().__init__(version, outline)
        self.version = version
        self.outline = outline


# The language of originals while there are no settings.
_ORIGINAL_LANGUAGE = SiteSettings.model_fields["original_language"].default
# Extensions of one kind of file.
_EXTENSIONS = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}
# A version that is not shown, and why.
Rejected: TypeAlias = tuple[Version, Invalid]
FindObjection: TypeAlias = Callable[[Version, T, Sequence[Rejected]], Invalid | None]


class Candidate(Struct, Generic[T], frozen=True):
    """The newest version that can be shown, if any, and the newer ones that were rejected, with their problems.

    ``deletion`` is the delete marker at which the search ended.
    """

    version: Version | None = None
    value: T | None = None
    rejected: tuple[Rejected, ...] = ()
    deletion: Version | None = None

    @property
    def ever_existed(self) -> bool:
        """Whether a version can be shown, or was deleted."""
        return self.version is not None or self.deletion is not None


def parse_or_invalid(read: Callable[[S], T], content: S) -> T | Invalid:
    """What ``read`` returns for ``content``, or why it refused it."""
    try:
        return read(content)
    except Refused as refused:
        return Invalid(refused.problems)


class Snapshot(Struct, frozen=True, kw_only=True):
    """A folder of the inbox as it was listed, and what was read of its versions.

    ``contents`` maps version ids, or outline keys, to what reading the version gave. It is the one mutable part: copies
    of the snapshot share it, and ``decide_with_reads`` adds to it.
    """

    folder: Folder
    contents: dict[str, object]

    def content(self, version: Version) -> object:
        """What reading ``version``, or one of equal content, gave. Raises NeedsVersion if none was read yet."""
        for version_id in self._equal_versions(version):
            if version_id in self.contents:
                return self.contents[version_id]
        raise NeedsVersion(version)

    def outline(self, version: Version) -> Outline | None:
        """The outline of an image's ``version``, None if it is not an image. Raises NeedsVersion if it was not read."""
        for version_id in self._equal_versions(version):
            content = self.contents.get(version_id)
            if isinstance(content, Copy):
                return content.outline
            if (key := outline_key(version_id)) in self.contents:
                return self.contents[key]  # type: ignore[return-value]
        raise NeedsVersion(version, outline=True)

    def _equal_versions(self, version: Version) -> Iterator[str]:
        """The ids of ``version`` and of the versions of its key with the same content."""
        yield version.id
        history = self.folder.history_of(version.key)
        if len(history.versions) > 1:
            content_id = version.content_id
            yield from (other.id for other in history.versions if other.content_id == content_id)


def outline_key(version_id: str) -> str:
    """The key of a version's outline in a snapshot's ``contents``."""
    return f"{version_id} outline"


def find_candidate(
    history: KeyHistory,
    snapshot: Snapshot,
    find_objection: FindObjection[T] | None = None,
    *,
    kept: str = "",
    in_use: T | None = None,
) -> Candidate[T]:
    """The newest version of ``history`` that is valid and to which there is no objection.

    The search goes from new to old and ends at a delete marker. It asks for one version at a time, so that no version
    is read that is older than needed. ``find_objection`` gets a version, its content and the newer versions that were
    rejected. Of a key with very many contents the older ones are not read, except that of the version with the id
    ``kept``: what a row says is shown stays shown. ``in_use`` is what the row holds of that version, which counts even
    if this code refuses it: other code has accepted it.
    """
    rejected: list[Rejected] = []
    for version in readable_versions((history,), kept):
        if version.deleted:
            return Candidate(rejected=tuple(rejected), deletion=version)
        content = snapshot.content(version)
        if isinstance(content, Invalid) and in_use is not None and version.id == kept:
            content = in_use
        objection = content if isinstance(content, Invalid) else None
        if objection is None and find_objection:
            objection = find_objection(version, content, rejected)  # type: ignore[arg-type]
        if objection is None:
            return Candidate(version, content, tuple(rejected))  # type: ignore[arg-type]
        rejected.append((version, objection))
    return Candidate(rejected=tuple(rejected))


def refuse_all(history: KeyHistory, problem: Problem, kept: str = "") -> Candidate[Any]:
    """No version of ``history``, all of them refused for ``problem``, which is about the key itself."""
    rejected: list[Rejected] = []
    for version in readable_versions((history,), kept):
        if version.deleted:
            return Candidate(rejected=tuple(rejected), deletion=version)
        rejected.append((version, Invalid((problem,))))
    return Candidate(rejected=tuple(rejected))


def check_shown_version(candidate: Candidate[T], shown: str) -> None:
    """Raises Misconfigured if ``shown``, the id of the version that readers see, was archived since it was published.

    Something other than its uploader archived it, such as a lifecycle rule. What is published stays, and the operator
    has to act: without this, an older version would take its place.
    """
    for version, invalid in candidate.rejected:
        if version.id == shown and invalid.problems == (ARCHIVED_PROBLEM,):
            what = f"{version.key}, version {version.id}, is published but was moved to an archive class."
            raise Misconfigured(f"{what} Remove the lifecycle rule, and copy the object over itself as STANDARD.")


class PostSnapshot(Snapshot, frozen=True, kw_only=True):
    """A post's folder as it was listed at ``now``, and the rows that were read before.

    ``is_draft``: texts are compared although they wait for an image, as nothing is refreshed when it comes.
    """

    row: PostRow
    clinic: ClinicRow
    site: SiteRow
    now: datetime
    is_draft: bool = False

    @property
    def post(self) -> PostRef:
        return self.row.post


def page_withdrawal_keys(page: PageRef) -> tuple[str, str]:
    """The keys in the post's folder whose withdrawals cover ``page``."""
    return PostWithdrawal(page.post).key, PageWithdrawal(page).key


def image_withdrawal_keys(image: ImageRef) -> tuple[str, str]:
    """The keys in the post's folder whose withdrawals cover ``image``."""
    return PostWithdrawal(image.post).key, ImageWithdrawal(image).key


def kept_page_version(page: PageRef, snapshot: PostSnapshot) -> str:
    """The upload of ``page`` that its row keeps however many newer ones there are; empty if it has no row."""
    row = snapshot.row.pages.get(page.lang)
    return row.kept_version if row else ""


def published_version(page: PageRef, snapshot: PostSnapshot) -> str:
    """The upload that readers see at ``page``, as its row says; empty if there is a tombstone, or nothing."""
    row = snapshot.row.pages.get(page.lang)
    return row.provenance.version if row and row.provenance else ""


def is_page_up_to_date(page: PageRef, snapshot: PostSnapshot) -> bool:
    """Whether no input of the decision about ``page`` has changed since its row was recorded. Reads no version."""
    row = snapshot.row.pages.get(page.lang)
    if row is None:
        return not snapshot.folder.history_of(page.key).ever_uploaded and not claim_ids(page, snapshot)
    inputs_id = page_inputs_id(page, snapshot, row.image_names, siblings=row.siblings is not None)
    return row.inputs_id == inputs_id and (row.next_at is None or snapshot.now < row.next_at)


def page_inputs_id(page: PageRef, snapshot: PostSnapshot, image_names: tuple[str, ...], *, siblings: bool) -> str:
    """The identity of all inputs of the decision about ``page``, from the folder's listing and the index alone.

    It holds only what causes a refresh of the page when it changes. A deleted text is not refreshed for its clinic or
    its siblings. If a withdrawal is there, it is refreshed for the site, as its tombstone shows the site's settings; if
    the address is claimed, for the clinic's withdrawals, and for its record if another clinic's post claims it. Without
    ``siblings`` the decision did not use them, and their changes refresh nothing. It does not hold the code version:
    two versions that run at the same time must not make each other's pages again.
    """
    history = snapshot.folder.history_of(page.key)
    withdrawal_histories = [snapshot.folder.history_of(key) for key in page_withdrawal_keys(page)]
    own = (
        history.identity(),
        [withdrawal.identity() for withdrawal in withdrawal_histories],
        claim_ids(page, snapshot),
    )
    if not history.exists:
        site = snapshot.site.fp if any(withdrawal.exists for withdrawal in withdrawal_histories) else ""
        return fingerprint(*own, site, claimed_clinic_id(page, snapshot))
    images = {name: image_id(snapshot, name) or near_image_name(snapshot, name) for name in image_names}
    others = sibling_ids(page, snapshot) if siblings else None
    lost = lost_original_id(page, snapshot) if siblings else ()
    return fingerprint(*own, images, snapshot.clinic.fp, snapshot.site.fp, has_listings(page, snapshot), others, *lost)


def has_listings(page: PageRef, snapshot: PostSnapshot) -> bool:
    """Whether the listings that ``page`` links to exist. While the site's settings don't change, that stays so."""
    return page.lang in snapshot.clinic.langs


def image_id(snapshot: PostSnapshot, name: str) -> str:
    """The identity of one image as the index holds it."""
    row = snapshot.row.images.get(name)
    return row.fp if row else ""


def near_image_name(snapshot: PostSnapshot, name: str) -> str:
    """The name of an image in the folder that differs from ``name`` in little, so that it may be meant; empty if none.

    In case, in the kind of its blanks and hyphens, in the spelling of its extension or, if no image is nearer, in it.
    """
    stem, extension = _comparable_name(name)
    near = ""
    for key, history in snapshot.folder.histories.items():
        file = key.removeprefix(snapshot.folder.prefix)
        if not history.exists or file == name or _comparable_name(file)[0] != stem:
            continue
        if not isinstance(parse_key(key), ImageRef):
            continue
        if _comparable_name(file)[1] == extension:
            return file
        near = near or file
    return near


def _comparable_name(name: str) -> tuple[str, str]:
    """``name`` without what people overlook, in two parts, and its extension in one spelling."""
    stem, _, extension = name.rpartition(".")
    letters = "".join(letter for letter in remove_zero_width(stem).casefold() if letter.isalnum())
    return letters, _EXTENSIONS.get(extension.casefold(), extension.casefold())


def claim_ids(page: PageRef, snapshot: PostSnapshot) -> dict[str, str]:
    """The identity of every claim to ``page``, ended claims included."""
    return {post: claim.id for post, claim in snapshot.row.claims.get(page.lang, {}).items()}


def is_claimed(page: PageRef, snapshot: PostSnapshot) -> bool:
    """Whether a post claims ``page`` now."""
    return any(claim.targets for claim in snapshot.row.claims.get(page.lang, {}).values())


def claimed_clinic_id(page: PageRef, snapshot: PostSnapshot) -> str:
    """The identity of what a claimed ``page`` without a text uses of its clinic: whether it is withdrawn and, if posts
    of other clinics claim the page, whether it accepts that."""
    if not is_claimed(page, snapshot):
        return ""
    claims = snapshot.row.claims[page.lang]
    own = f"{snapshot.clinic.clinic}/"
    is_own = all(claimant.startswith(own) for claimant, claim in claims.items() if claim.targets)
    return snapshot.clinic.withdrawal_id if is_own else snapshot.clinic.fp


def sibling_ids(page: PageRef, snapshot: PostSnapshot) -> dict[str, str]:
    """The identity of what each other language shows."""
    return {lang: row.facts_id for lang, row in snapshot.row.pages.items() if lang != page.lang and row.facts_id}


def live_siblings(page: PageRef, snapshot: PostSnapshot) -> tuple[Facts, ...]:
    """What the other languages that are live show, in the order of their tags."""
    rows = sorted(snapshot.row.pages.items())
    return tuple(row.facts for lang, row in rows if lang != page.lang and row.facts)


def original_version(page: PageRef, snapshot: PostSnapshot) -> Version | None:
    """The upload of the original that the translation ``page`` is decided with; None if there is none.

    The original's row says which it is, so that ``facts_id`` is its identity: it changes with each upload that is shown
    or waits, and when there is none any more, and then the translations are refreshed. The folder may already hold a
    newer one, or a withdrawal: that counts once the original itself was decided about.
    """
    row = _original_row(page, snapshot)
    key = PageRef(page.post, original_language(snapshot)).key
    if row is None:
        return None
    waiting = row.outcome.version if snapshot.is_draft and row.outcome.state == "waiting" else ""
    wanted = row.compared_version or waiting
    return next((version for version in snapshot.folder.history_of(key).versions if version.id == wanted), None)


def is_original_shown(page: PageRef, snapshot: PostSnapshot) -> bool:
    """Whether readers see the ``original_version`` of ``page``. Else it waits, and only the report compares with it."""
    row = _original_row(page, snapshot)
    return row is not None and row.facts is not None and row.facts.original


def lost_original_id(page: PageRef, snapshot: PostSnapshot) -> tuple[str, ...]:
    """What the identity of a page has besides ``sibling_ids``: something only if the inbox lacks the original."""
    row = _original_row(page, snapshot)
    is_lost = row is not None and row.compared_version and original_version(page, snapshot) is None
    return ("no original",) if is_lost else ()


def original_language(snapshot: PostSnapshot) -> str:
    """The language of the site's originals."""
    settings = snapshot.site.settings
    return settings.original_language if settings else _ORIGINAL_LANGUAGE


def _original_row(page: PageRef, snapshot: PostSnapshot) -> PageRow | None:
    """The row of the original, unless it is ``page`` itself."""
    lang = original_language(snapshot)
    return snapshot.row.pages.get(lang) if lang != page.lang else None
