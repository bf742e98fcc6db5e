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
from colophon_ops.withdraw.footprint import Edition, Footprint, covers
from colophon_ops.withdraw.proof import Finding, Place
from colophon_ops.withdraw.removal import Sights
from colophon_ops.withdraw.subject import order_in


def back_places(found: Footprint, sights: Sights) -> Iterator[Place]:
    """Every place to read after an order was lifted: what the inbox still holds of it must be shown again."""
    front = Place(sights.public.place(FRONT_KEY), "public site", partial(_seen, sights.public, FRONT_KEY))
    yield front
    pages: dict[PageRef, Place] = {}
    for edition in found.covered:
        if edition.present:
            row, stored, public = _edition(edition, found, sights, front)
            pages[edition.page] = stored
            yield from (row, stored, public)
    yield from redirect_places(found, sights, pages)
    for image in found.images:
        yield Place(f"index: {image.key}", "image", partial(_image, image, found, sights), (front,))


def _edition(edition: Edition, found: Footprint, sights: Sights, front: Place) -> tuple[Place, Place, Place]:
    key = key_of(edition.page)
    row = Place(f"index: {edition.page.key}", "index", partial(_page, edition, found, sights.index))
    stored = Place(sights.bucket.place(key), "page", partial(_seen, sights.bucket, key), (row,))
    public = Place(sights.public.place(key), "public page", partial(_seen, sights.public, key), (stored, front))
    return row, stored, public


def _seen(sight: Sight, key: str) -> Finding:
    status = sight.look(key).status
    return Finding(status == 200, str(status))


def _page(edition: Edition, found: Footprint, index: Index) -> Finding:
    part = _row(edition.page.post, index).pages.get(edition.page.lang)
    if part is None:
        return Finding(ok=False, found="nothing is known of it yet")
    if part.facts is not None:
        return Finding(ok=True, found="live")
    return _held(part.outcome, edition.page, found)


def _image(image: ImageRef, found: Footprint, sights: Sights) -> Finding:
    part = _row(image.post, sights.index).images.get(image.name)
    if part is None or part.outcome.state == "absent":
        return Finding(ok=True, found="not in the inbox any more")
    if not part.path:
        return _held(part.outcome, image, found)
    key = unquote(part.path.removeprefix("/"))
    stored, public = sights.bucket.look(key).status, sights.public.look(key).status
    return Finding(stored == public == 200, f"/{key}: {stored} in the bucket, {public} for readers")


def _held(outcome: Outcome, name: PageRef | ImageRef, found: Footprint) -> Finding:
    """Why it does not come back. Where another order stands, or the upload itself waits, looking again is no use."""
    said = " ".join(f"{problem.what} {problem.fix}" for problem in outcome.problems)
    if outcome.state == "withdrawn":
        others = [key for key in found.orders if key != found.subject.key and _covers(key, name)]
        by_others = [key for key in others if any(problem.what.startswith(key) for problem in outcome.problems)]
        told = f"{' and '.join(by_others)} withdraws it too" if by_others else "withdrawn still"
        return Finding(ok=False, found=told, settled=bool(by_others))
    return Finding(ok=False, found=f"{outcome.state}: {said}", settled=outcome.state != "absent")


def _covers(key: str, name: PageRef | ImageRef) -> bool:
    order = order_in(key)
    return order is not None and covers(order, name)


def _row(post: PostRef, index: Index) -> PostRow:
    key = rows.post_key(post)
    return rows.read_post(post, index.item(key["pk"]["S"], key["sk"]["S"]))


def redirect_places(found: Footprint, sights: Sights, pages: Mapping[PageRef, Place]) -> Iterator[Place]:
    """Every address that is claimed by what is back, or that the order stood against itself and others claim.

    ``pages`` are the places of the pages that come back. An address is read once whoever claims it is as it must be.
    """
    walk = _Walk(found.subject.key, sights, dict(pages))
    for page in sorted({*found.earlier, *_claimed(found, sights)} - pages.keys()):
        walk.to(page)
    yield from walk.places


def _claimed(found: Footprint, sights: Sights) -> Iterator[PageRef]:
    """The addresses without a page of their own that the order itself closed."""
    match found.subject:
        case ClinicWithdrawal(clinic=clinic):
            posts = tuple(sights.index.claimed_of(clinic))
        case PostWithdrawal(post=post):
            posts = (post,)
        case PageWithdrawal(page=page):
            posts = (page.post,)
        case _:
            posts = ()
    only = found.subject.page.lang if isinstance(found.subject, PageWithdrawal) else ""
    for post in posts:
        langs = sights.index.post(post)[0].claims
        yield from (PageRef(post, lang) for lang in langs if only in ("", lang))


@dataclass(slots=True)
class _Walk:
    """``reached`` has a place for each page to which the walk came; ``places`` are those to read, nearest first.
    ``lifted`` is the key of the order that stands no longer."""

    lifted: str
    sights: Sights
    reached: dict[PageRef, Place | None]
    places: list[Place] = field(default_factory=list)

    def to(self, page: PageRef) -> Place | None:
        """The place that tells that ``page`` leads on as it must; None while the walk is on its way there."""
        if page in self.reached:
            return self.reached[page]
        self.reached[page] = None
        row, _, _ = self.sights.index.post(page.post)
        before = (self.to(PageRef(post_named(claimant), page.lang)) for claimant in _claimants(row, page.lang))
        key, bucket, public = key_of(page), self.sights.bucket, self.sights.public
        after = tuple(place for place in before if place)
        judged = partial(_leads_on, page, self.lifted)
        stored = Place(bucket.place(key), "moved from", partial(judged, bucket, self.sights), after)
        seen = Place(public.place(key), "public moved from", partial(judged, public, self.sights), (stored,))
        self.places += (stored, seen)
        self.reached[page] = stored
        return stored


def _claimants(row: PostRow, lang: str) -> list[str]:
    return sorted(row.claims.get(lang, {}))


def _leads_on(page: PageRef, lifted: str, sight: Sight, sights: Sights) -> Finding:
    """Whether ``page`` leads to the one live post that claims it, now that ``lifted`` stands no longer; where none
    claims it, or several do, it leads nowhere."""
    row, clinic, _ = sights.index.post(page.post)
    claims, part = row.claims.get(page.lang, {}), row.pages.get(page.lang)
    seen = sight.look(key_of(page))
    if part and part.facts is not None:
        return Finding(ok=True, found=f"{seen.status}, a page of its own")
    if clinic.order:
        return Finding(ok=True, found=f"{seen.status}, its clinic is withdrawn")
    if part and part.made and part.made.is_withdrawn:
        others = _others(part, lifted)
        told = f"{' and '.join(others)} withdraws it" if others else "withdrawn still"
        return Finding(bool(others), f"{seen.status}, {told}")
    answered = dict(part.claimants if part else {}) == {post: claim.id for post, claim in claims.items()}
    if not answered or _is_waited_for(page, lifted, sights, {page}):
        return Finding(ok=False, found=f"{seen.status}, and its claims are not answered for yet")
    targets = sorted({target.post for claim in claims.values() for target in claim.targets})
    if len(targets) != 1:
        said = f"{len(targets)} posts claim it" if targets else "no live post claims it"
        return Finding(not seen.location, f"{seen.status}, {said}")
    expected = path_of(PageRef(post_named(targets[0]), page.lang))
    leads = f"leads to {seen.location}" if seen.location else "leads nowhere"
    return Finding(seen.location == expected, f"{seen.status}, {leads}")


def _is_waited_for(page: PageRef, lifted: str, sights: Sights, met: set[PageRef]) -> bool:
    """Whether some page that claims ``page``, be it over several moves, is in the index as withdrawn by ``lifted``
    still, and by no other order."""
    for claimant in _claimants(sights.index.post(page.post)[0], page.lang):
        claiming = PageRef(post_named(claimant), page.lang)
        if claiming in met:
            continue
        met.add(claiming)
        part = sights.index.post(claiming.post)[0].pages.get(claiming.lang)
        away = part and part.made and part.made.is_withdrawn and not _others(part, lifted)
        if away or _is_waited_for(claiming, lifted, sights, met):
            return True
    return False


def _others(part: PagePart, lifted: str) -> list[str]:
    """The keys of the other orders that stand against a page."""
    return [key for key in part.made.orders if key != lifted] if part.made else []
