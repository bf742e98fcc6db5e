"""Posts that moved: which post claims an earlier address, where that address leads, and which claims conflict."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from colophon.decision.claim import Claim, Claimed, Rivals, Target, is_own, seeing
from colophon.decision.rows import PagePart, PostRow
from colophon.decision.snapshot import Look, Wanted
from colophon.edition.model import Edition
from colophon.page.paths import path_of
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, PageRef, PageWithdrawal, PostRef, PostWithdrawal, named
from colophon.views import TombstoneView

# More moves in a row than anybody makes: what goes round in circles ends.
_LONGEST_CHAIN = 20


def targets_at(page: PageRef, look: Look) -> dict[str, Target]:
    """The live posts that claim ``page``, or to which its claimants moved; the shortest way to each."""
    nearest: dict[str, Target] = {}
    for claim in look.row.claims.get(page.lang, {}).values():
        for target in claim.targets:
            known = nearest.get(target.post)
            if known is None or (len(target.via), target.via) < (len(known.via), known.via):
                nearest[target.post] = target
    return nearest


def moved_to(page: PageRef, look: Look) -> TombstoneView | None:
    """The redirect to the one post that claims ``page``; None where none does, or several: then both wait."""
    targets = targets_at(page, look)
    if len(targets) != 1:
        return None
    new = PageRef(post_named(next(iter(targets))), page.lang)
    # Without the site's settings: nobody rings for an address under which nothing lies when they change.
    return TombstoneView("moved", page.lang, location=path_of(new))


def own_claims(page: PageRef, edition: Edition) -> Claimed:
    """What ``page`` claims while ``edition`` is live there."""
    me = str(page.post)
    return {old: (Target(me),) for old in edition.front.moved_from if old != me}


def passed_on(page: PageRef, edition: Edition, targets: Mapping[str, Target]) -> Claimed:
    """What ``page`` claims for those that claim it: the earlier addresses of its last text, ``edition``."""
    me = str(page.post)
    claimed: dict[str, tuple[Target, ...]] = {}
    for old in edition.front.moved_from:
        further = tuple(
            Target(post, (*target.via, me))
            for post, target in sorted(targets.items())
            if old not in (me, post, *target.via) and len(target.via) < _LONGEST_CHAIN
        )
        if further:
            claimed[old] = further
    return claimed


def last_text(page: PageRef, look: Look) -> Edition | Wanted | None:
    """The newest valid version of a page that is not live, deleted or not; or the version to read first."""
    for version in look.folder.history(page.key).runs():
        if version.deleted:
            continue
        if version.id not in look.verdicts:
            return Wanted(version)
        verdict = look.verdicts[version.id]
        if isinstance(verdict, Edition):
            return verdict
    return None


def ever_claimed(page: PageRef, look: Look) -> tuple[str, ...] | Wanted:
    """The earlier addresses that any valid version of ``page`` named; or the version to read first."""
    found: set[str] = set()
    for version in look.folder.history(page.key).runs():
        if version.deleted:
            continue
        if version.id not in look.verdicts:
            return Wanted(version)
        verdict = look.verdicts[version.id]
        found |= set(verdict.front.moved_from if isinstance(verdict, Edition) else ())
    return tuple(sorted(found))


def post_named(name: str) -> PostRef:
    """The post that ``<clinic>/<post>`` names."""
    clinic, _, post = name.partition("/")
    return PostRef(clinic, post)


# Nobody is told again, or needs more names, when still another post claims an address that several claim already.
_NAMED = 3


def rivals_at(row: PostRow, lang: str, claimant: str) -> Rivals:
    """What keeps ``claimant`` from the address of the post in ``row``."""
    claims = row.claims.get(lang, {})
    others = {target.post for name, claim in claims.items() if name != claimant for target in claim.targets}
    part = row.pages.get(lang)
    posts = tuple(sorted(others - {claimant})[:_NAMED])
    return Rivals(posts, part is not None and part.facts is not None, part.claimed_against if part else ())


def with_rivals(page: PageRef, part: PagePart, olds: Mapping[str, PostRow]) -> PagePart:
    """``part``, with a word to the uploader of ``page`` about each earlier address that it claims in vain.

    ``olds`` are the rows of the posts whose addresses it claims for itself.
    """
    rivals = _rivals(page, part.claims, olds)
    if not rivals:
        return part
    outcome = part.outcome
    if outcome.state == "live":
        told = (problem for old in rivals for problem in _told(page, old, rivals[old]))
        outcome = replace(outcome, problems=(*outcome.problems, *told))
    return replace(part, outcome=outcome, claims=seeing(part.claims, rivals))


def are_rivals_known(page: PageRef, part: PagePart | None, olds: Mapping[str, PostRow]) -> bool:
    """Whether the report on ``page`` was written with the rivals that ``olds`` show."""
    claims = part.claims if part else {}
    return all(claims[old].saw == seen for old, seen in _rivals(page, claims, olds).items())


def _rivals(page: PageRef, claims: Mapping[str, Claim], olds: Mapping[str, PostRow]) -> dict[str, Rivals]:
    me = str(page.post)
    return {old: rivals_at(olds[old], page.lang, me) for old, claim in claims.items() if is_own(claim, me)}


def _told(page: PageRef, old: str, rivals: Rivals) -> list[Problem]:
    told = []
    if rivals.posts:
        names = ", ".join(rivals.posts)
        what = (
            f"The earlier address {old} is claimed by another post too ({names}). Until one is left it leads to none."
        )
        told.append(_warning(what, f"Take {old} out of moved_from in all of them but one."))
    if rivals.page:
        what = f"The earlier address {old} still shows a page of its own, so it does not lead here."
        told.append(_warning(what, f"Delete posts/{old}/{page.lang}.md, or take {old} out of moved_from."))
    if rivals.orders:
        what = f"The earlier address {old} is withdrawn ({', '.join(rivals.orders)}), so it does not lead here."
        ends = ", ".join(f"colophon reinstate {_against(key)}" for key in rivals.orders)
        told.append(_warning(what, f"Nothing to do, if it is to stay withdrawn; else end that: {ends}."))
    return told


def _against(key: str) -> str:
    order = named(key)
    return order.against if isinstance(order, ClinicWithdrawal | PostWithdrawal | PageWithdrawal) else key


def _warning(what: str, fix: str) -> Problem:
    return Problem(what, fix, "moved_from", severity="warning")


def touched_by_claims(row: PostRow) -> Iterator[PageRef]:
    """The pages to ring for: those of the post in ``row`` that were made from other claims than there are, and the
    claimants whose reports were written with other rivals.

    All claims to a post's addresses lie in its own item, so what one record shows of them stood at one moment.
    """
    for lang, claims in row.claims.items():
        part = row.pages.get(lang)
        if part is None or dict(part.claimants) != {post: claim.id for post, claim in claims.items()}:
            yield PageRef(row.post, lang)
        for post, claim in claims.items():
            if is_own(claim, post) and claim.saw != rivals_at(row, lang, post):
                yield PageRef(post_named(post), lang)


def earlier_addresses(row: PostRow) -> frozenset[PostRef]:
    """The posts at whose addresses claims of the post in ``row`` are kept."""
    return frozenset(post_named(old) for part in row.pages.values() for old in part.claims)
