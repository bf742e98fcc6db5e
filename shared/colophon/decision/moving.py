"""Pages that moved: who claims an address, where it leads, and what a page claims itself.

Withdrawn beats live beats moved. All targets that can be reached are passed on, several too: what follows from a chain
of posts must not hang on which of them was answered for first.
"""

from collections.abc import Mapping

from colophon.decision.claim import Claimed, Target
from colophon.decision.look import Look
from colophon.decision.reading import Wanted
from colophon.edition.model import Edition
from colophon.page.paths import path_of
from colophon.upload.keys import PageRef, PostRef
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
