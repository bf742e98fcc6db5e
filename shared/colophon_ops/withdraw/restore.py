"""Where something that was withdrawn must be shown again, or what still keeps it from that.

That is its pages and images, and the addresses that what is back had before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote

from colophon.decision.moving import post_named
from colophon.decision.outcome import Outcome
from colophon.decision.parts import PagePart, PostRow
from colophon.page.paths import FRONT_KEY, key_of, path_of
from colophon.stores import rows
from colophon.stores.index import Index
from colophon.upload.keys import ClinicWithdrawal, ImageRef, PageRef, PageWithdrawal, PostRef, PostWithdrawal
from colophon_ops.site_reader import Sight
from colophon_ops.withdraw.clients import Stack
from colophon_ops.withdraw.footprint import Edition, Footprint, covers
from colophon_ops.withdraw.proof import Check, Finding, Phase
from colophon_ops.withdraw.subject import order_in


def restore_checks(found: Footprint, stack: Stack) -> Iterator[Check]:
    """Everything to read after an order was lifted: what the inbox still holds of it must be shown again."""
    # Read before the public addresses, to know whether readers get an answer at all.
    read = partial(_seen, stack.public, FRONT_KEY)
    front = Check(stack.public.place(FRONT_KEY), "public site", Phase.LISTINGS, read)
    yield front
    pages: dict[PageRef, Check] = {}
    for edition in found.covered:
        if edition.present:
            row, stored, public = _edition_checks(edition, found, stack, front)
            pages[edition.page] = stored
            yield from (row, stored, public)
    yield from _redirect_checks(found, stack, pages)
    for image in found.images:
        yield Check(f"index: {image.key}", "image", Phase.PUBLIC, partial(_image, image, found, stack), (front,))


def _edition_checks(edition: Edition, found: Footprint, stack: Stack, front: Check) -> tuple[Check, Check, Check]:
    key, bucket, public = key_of(edition.page), stack.bucket, stack.public
    row = Check(f"index: {edition.page.key}", "index", Phase.INDEX, partial(_page, edition, found, stack.index))
    stored = Check(bucket.place(key), "page", Phase.BUCKET, partial(_seen, bucket, key), (row,))
    read = partial(_seen, public, key)
    return row, stored, Check(public.place(key), "public page", Phase.PUBLIC, read, (stored, front))


def _seen(sight: Sight, key: str) -> Finding:
    status = sight.look(key).status
    return Finding(status == 200, str(status))


def _page(edition: Edition, found: Footprint, index: Index) -> Finding:
    part = _row(edition.page.post, index).pages.get(edition.page.lang)
    if part is None:
        return Finding(ok=False, text="nothing is known of it yet")
    if part.facts is not None:
        return Finding(ok=True, text="live")
    return _held(part.outcome, edition.page, found)


def _image(image: ImageRef, found: Footprint, stack: Stack) -> Finding:
    part = _row(image.post, stack.index).images.get(image.name)
    if part is None or part.outcome.state == "absent":
        return Finding(ok=True, text="not in the inbox any more")
    if not part.path:
        return _held(part.outcome, image, found)
    key = unquote(part.path.removeprefix("/"))
    stored, public = stack.bucket.look(key).status, stack.public.look(key).status
    return Finding(stored == public == 200, f"/{key}: {stored} in the bucket, {public} for readers")


def _held(outcome: Outcome, name: PageRef | ImageRef, found: Footprint) -> Finding:
    """Why it does not come back. Where another order stands, or the upload itself waits, looking again is no use."""
    said = " ".join(f"{problem.what} {problem.fix}" for problem in outcome.problems)
    if outcome.state == "withdrawn":
        others = [key for key in found.orders if key != found.subject.key and _covers(key, name)]
        by_others = [key for key in others if any(problem.what.startswith(key) for problem in outcome.problems)]
        told = f"{' and '.join(by_others)} withdraws it too" if by_others else "withdrawn still"
        return Finding(ok=False, text=told, held=bool(by_others))
    return Finding(ok=False, text=f"{outcome.state}: {said}", held=outcome.state != "absent")


def _covers(key: str, name: PageRef | ImageRef) -> bool:
    order = order_in(key)
    return order is not None and covers(order, name)


def _row(post: PostRef, index: Index) -> PostRow:
    key = rows.post_key(post)
    return rows.read_post(post, index.item(key["pk"]["S"], key["sk"]["S"]))


def _redirect_checks(found: Footprint, stack: Stack, pages: Mapping[PageRef, Check]) -> Iterator[Check]:
    """Every address that is claimed by what is back, or that the order stood against itself and others claim.

    ``pages`` are the checks of the pages that come back.
    """
    walk = _ClaimWalk(found.subject.key, stack, {page: (check,) for page, check in pages.items()})
    for page in sorted({*found.earlier, *_claimed(found, stack)} - pages.keys()):
        walk.visit(page)
    yield from walk.checks


def _claimed(found: Footprint, stack: Stack) -> Iterator[PageRef]:
    """The addresses without a page of their own that the order itself closed."""
    match found.subject:
        case ClinicWithdrawal(clinic=clinic):
            posts = tuple(stack.index.claimed_of(clinic))
        case PostWithdrawal(post=post):
            posts = (post,)
        case PageWithdrawal(page=page):
            posts = (page.post,)
        case _:
            posts = ()
    only = found.subject.page.lang if isinstance(found.subject, PageWithdrawal) else ""
    for post in posts:
        langs = stack.index.post(post)[0].claims
        yield from (PageRef(post, lang) for lang in langs if only in ("", lang))


@dataclass(slots=True)
class _ClaimWalk:
    """From earlier addresses to the posts that claim them, over several moves. ``checks`` has the nearest first.

    ``visited`` gives, for each page that was visited, the checks of the pages that come back to which it leads.
    ``lifted`` is the key of the order that stands no longer.
    """

    lifted: str
    stack: Stack
    visited: dict[PageRef, tuple[Check, ...]]
    checks: list[Check] = field(default_factory=list)

    def visit(self, page: PageRef) -> tuple[Check, ...]:
        """Add the checks of ``page`` and of all that claims it; returns the checks that it needs."""
        if page in self.visited:
            return self.visited[page]
        self.visited[page] = ()
        row, _, _ = self.stack.index.post(page.post)
        claiming = [PageRef(post_named(claimant), page.lang) for claimant in _claimants(row, page.lang)]
        needs = tuple(dict.fromkeys(check for each in claiming for check in self.visit(each)))
        self.visited[page] = needs
        key, bucket, public = key_of(page), self.stack.bucket, self.stack.public
        judged = partial(_leads_on, page, self.lifted)
        stored = Check(bucket.place(key), "moved from", Phase.LISTINGS, partial(judged, bucket, self.stack), needs)
        read = partial(judged, public, self.stack)
        self.checks += (stored, Check(public.place(key), "public moved from", Phase.PUBLIC, read, (stored,)))
        return needs


def _claimants(row: PostRow, lang: str) -> list[str]:
    return sorted(row.claims.get(lang, {}))


def _leads_on(page: PageRef, lifted: str, sight: Sight, stack: Stack) -> Finding:
    """Whether ``page`` leads to the one live post that claims it, now that ``lifted`` stands no longer; where none
    claims it, or several do, it leads nowhere."""
    row, clinic, _ = stack.index.post(page.post)
    claims, part = row.claims.get(page.lang, {}), row.pages.get(page.lang)
    seen = sight.look(key_of(page))
    if part and part.facts is not None:
        return Finding(ok=True, text=f"{seen.status}, a page of its own")
    if clinic.order:
        return Finding(ok=True, text=f"{seen.status}, its clinic is withdrawn")
    if part and part.made and part.made.is_withdrawn:
        others = _others(part, lifted)
        told = f"{' and '.join(others)} withdraws it" if others else "withdrawn still"
        return Finding(bool(others), f"{seen.status}, {told}")
    answered = dict(part.claimants if part else {}) == {post: claim.id for post, claim in claims.items()}
    if not answered or _is_waited_for(page, lifted, stack, {page}):
        return Finding(ok=False, text=f"{seen.status}, and its claims are not answered for yet")
    targets = sorted({target.post for claim in claims.values() for target in claim.targets})
    if len(targets) != 1:
        said = f"{len(targets)} posts claim it" if targets else "no live post claims it"
        return Finding(not seen.location, f"{seen.status}, {said}")
    expected = path_of(PageRef(post_named(targets[0]), page.lang))
    leads = f"leads to {seen.location}" if seen.location else "leads nowhere"
    return Finding(seen.location == expected, f"{seen.status}, {leads}")


def _is_waited_for(page: PageRef, lifted: str, stack: Stack, met: set[PageRef]) -> bool:
    """Whether some page that claims ``page``, be it over several moves, is in the index as withdrawn by ``lifted``
    still, and by no other order."""
    for claimant in _claimants(stack.index.post(page.post)[0], page.lang):
        claiming = PageRef(post_named(claimant), page.lang)
        if claiming in met:
            continue
        met.add(claiming)
        part = stack.index.post(claiming.post)[0].pages.get(claiming.lang)
        away = part and part.made and part.made.is_withdrawn and not _others(part, lifted)
        if away or _is_waited_for(claiming, lifted, stack, met):
            return True
    return False


def _others(part: PagePart, lifted: str) -> list[str]:
    """The keys of the other orders that stand against a page."""
    return [key for key in part.made.orders if key != lifted] if part.made else []
