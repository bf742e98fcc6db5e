"""Where something that was withdrawn must be shown again, or what still keeps it from that."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import unquote

from colophon.cli.back_redirects import redirect_places
from colophon.cli.footprint import Edition, Footprint, covers
from colophon.cli.gone_places import Sights
from colophon.cli.order_subject import order_in
from colophon.cli.proof import Finding, Place
from colophon.cli.site_looks import Sight
from colophon.decision.outcome import Outcome
from colophon.decision.parts import PostRow
from colophon.page.paths import FRONT_KEY, key_of
from colophon.stores import rows
from colophon.stores.index import Index
from colophon.upload.keys import ImageRef, PageRef, PostRef


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
