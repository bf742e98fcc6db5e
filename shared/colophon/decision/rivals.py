"""What a claimant's report says of its rivals, though its own page is live."""

from collections.abc import Mapping

from msgspec.structs import replace

from colophon.decision.claim import Claim, Rivals, is_own, seeing
from colophon.decision.parts import PagePart, PostRow
from colophon.problem import Problem
from colophon.upload.keys import ClinicWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, named

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
