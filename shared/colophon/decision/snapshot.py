"""One post at one moment: the folder's versions, the rows read before them, and the content read so far."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from colophon.decision.identity import code_version, fingerprint
from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.edition.model import Edition
from colophon.images.copy import Copy, Outline
from colophon.problem import Problem, Refused
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PageWithdrawal, PostRef, PostWithdrawal
from colophon.upload.versions import Folder, History, Version
from colophon.views import Facts

T = TypeVar("T")


class Bad(Struct, frozen=True):
    """A version that is wrong in itself, and why."""

    problems: tuple[Problem, ...]


class Wanted(Struct, frozen=True):
    """A decision can't be made before this version is read; of an image perhaps only its ``outline``."""

    version: Version
    outline: bool = False


# A version that does not count, and why.
Passed: TypeAlias = tuple[Version, Bad]
ObjectionTo: TypeAlias = Callable[[T, Sequence[Passed]], Bad | None]
# What each version's content turned out to be, by version id.
Verdicts: TypeAlias = Mapping[str, object]


class Found(Struct, Generic[T], frozen=True):
    """The newest version that counts, if any, and the newer ones passed over, each with its problems.

    ``ended`` is the delete marker that ended the search.
    """

    version: Version | None = None
    value: T | None = None
    passed: tuple[Passed, ...] = ()
    ended: Version | None = None

    @property
    def ever(self) -> bool:
        """Whether something that counts is or was there."""
        return self.version is not None or self.ended is not None


def judged(read: Callable[[bytes], T], content: bytes) -> T | Bad:
    """What ``read`` makes of ``content``, or why it refused."""
    try:
        return read(content)
    except Refused as refused:
        return Bad(refused.problems)


def search(history: History, verdicts: Verdicts, objection_to: ObjectionTo[T] | None = None) -> Found[T] | Wanted:
    """The newest version of ``history`` that is valid and to which there is no objection.

    Newest first; a delete marker ends the search. Asks for one version at a time, so nothing older is read than needed.
    ``objection_to`` is told what a version says, and the newer ones that were passed over.
    """
    passed: list[Passed] = []
    for version in history.runs():
        if version.deleted:
            return Found(passed=tuple(passed), ended=version)
        if version.id not in verdicts:
            return Wanted(version)
        verdict = verdicts[version.id]
        objection = verdict if isinstance(verdict, Bad) else None
        if objection is None and objection_to:
            objection = objection_to(verdict, passed)  # type: ignore[arg-type]
        if objection is None:
            return Found(version, verdict, tuple(passed))  # type: ignore[arg-type]
        passed.append((version, objection))
    return Found(passed=tuple(passed))


def outlined(version: Version, verdicts: Verdicts) -> Outline | Wanted | None:
    """The outline of an image's ``version``: of one that was made ready, or read for this; None if it is no image."""
    verdict = verdicts.get(version.id)
    if isinstance(verdict, Copy):
        return verdict.outline
    if outline_name(version) not in verdicts:
        return Wanted(version, outline=True)
    return verdicts[outline_name(version)]  # type: ignore[return-value]


def outline_name(version: Version) -> str:
    """Under which the verdicts keep an outline."""
    return f"{version.id} outline"


def runs_until_deleted(history: History) -> Iterator[Version]:
    """The versions that a search may meet."""
    for version in history.runs():
        yield version
        if version.deleted:
            return


class Look(Struct, frozen=True):
    """The folder as it was listed, and what the index had held before that.

    ``verdicts`` grows while versions are read; ``now`` is the moment of the look.
    """

    folder: Folder
    row: PostRow
    clinic: ClinicRow
    site: SiteRow
    now: datetime
    verdicts: Verdicts

    @property
    def post(self) -> PostRef:
        return self.row.post


def page_order_keys(page: PageRef) -> tuple[str, str]:
    """The keys in the post's folder whose withdrawals cover ``page``."""
    return PostWithdrawal(page.post).key, PageWithdrawal(page).key


def image_order_keys(image: ImageRef) -> tuple[str, str]:
    """The keys in the post's folder whose withdrawals cover ``image``."""
    return PostWithdrawal(image.post).key, ImageWithdrawal(image).key


def is_page_settled(page: PageRef, look: Look) -> bool:
    """Whether nothing that decides about ``page`` has changed since its row was recorded: no need to read anything."""
    part = look.row.pages.get(page.lang)
    if part is None:
        return not look.folder.history(page.key).ever and not claim_ids(page, look)
    seen = page_seen(page, look, part.uses, siblings=part.siblings is not None)
    return part.seen == seen and (part.next_at is None or look.now < part.next_at)


def page_seen(page: PageRef, look: Look, uses: tuple[str, ...], *, siblings: bool) -> str:
    """The identity of all that can decide about ``page``, from the listing and the index alone.

    A deleted text hangs on its own folder only: nobody rings for it when its clinic or its siblings change. A
    withdrawal that lies there is rung for when the site changes, and its tombstone shows the site; an address that is
    claimed when its clinic's withdrawals do. Without ``siblings`` they had no say, and nobody rings when they change.
    """
    history = look.folder.history(page.key)
    orders = [look.folder.history(key) for key in page_order_keys(page)]
    own = (history.identity(), [order.identity() for order in orders], claim_ids(page, look), code_version())
    if not history.present:
        site = look.site.fp if any(order.present for order in orders) else ""
        return fingerprint(*own, site, look.clinic.order_id if is_claimed(page, look) else "")
    images = {name: image_id(look, name) for name in uses}
    others = sibling_ids(page, look) if siblings else None
    return fingerprint(*own, images, look.clinic.fp, look.site.fp, has_shelf(page, look), others)


def has_shelf(page: PageRef, look: Look) -> bool:
    """Whether the listings that ``page`` links to stand. While the site's settings stay, that never ends."""
    return page.lang in look.clinic.langs


def editions_read(page: PageRef, look: Look) -> Iterator[Edition]:
    """The valid editions of ``page`` met so far, newest first."""
    for version in runs_until_deleted(look.folder.history(page.key)):
        verdict = look.verdicts.get(version.id)
        if isinstance(verdict, Edition):
            yield verdict


def image_id(look: Look, name: str) -> str:
    """The identity of one image as the index holds it."""
    part = look.row.images.get(name)
    return part.fp if part else ""


def claim_ids(page: PageRef, look: Look) -> dict[str, str]:
    """The identity of every claim to ``page``, those that ended too."""
    return {post: claim.id for post, claim in look.row.claims.get(page.lang, {}).items()}


def is_claimed(page: PageRef, look: Look) -> bool:
    """Whether a claim to ``page`` stands."""
    return any(claim.targets for claim in look.row.claims.get(page.lang, {}).values())


def sibling_ids(page: PageRef, look: Look) -> dict[str, str]:
    """The identity of what each other language shows."""
    return {lang: part.facts_id for lang, part in look.row.pages.items() if lang != page.lang and part.facts_id}


def live_siblings(page: PageRef, look: Look) -> tuple[Facts, ...]:
    """What the other languages that are live show, in the order of their tags."""
    parts = sorted(look.row.pages.items())
    return tuple(part.facts for lang, part in parts if lang != page.lang and part.facts)
