"""``relist``: ring for everything that a change in the index calls for. It hangs on the table's stream alone."""

from collections.abc import Iterable, Iterator

from colophon.decision.parts import ClinicRow, PostRow
from colophon.stores import rows
from colophon.stores.bells import Bells
from colophon.stores.inbox import Inbox
from colophon.stores.stream import RowChange
from colophon.upload.keys import PageRef, PostRef, named
from colophon.upload.ring import Ring


def relist(changes: Iterable[RowChange], inbox: Inbox, intake: Bells) -> None:
    """Ring for what ``changes`` call for, each ring once. Raises Unavailable unless every ring was taken."""
    intake.ring(tuple(dict.fromkeys(ring for change in changes for ring in _rings(change, inbox))))


def _rings(change: RowChange, inbox: Inbox) -> Iterator[Ring]:
    kind, _, name = change.pk.partition("#")
    if kind == "post":
        post = PostRef(*name.split("/"))
        before, after = (rows.read_post(post, dict(item)) for item in (change.before, change.after))
        yield from _post_rings(before, after, inbox)
    elif kind == "clinic":
        yield from _clinic_rings(
            rows.read_clinic(name, dict(change.before)), rows.read_clinic(name, dict(change.after))
        )
    elif kind == "site" and rows.read_site(dict(change.before)).fp != rows.read_site(dict(change.after)).fp:
        yield Ring("posts/", folder=True)


def _post_rings(before: PostRow, after: PostRow, inbox: Inbox) -> Iterator[Ring]:
    """An image's change rings the post's pages; what others show of a page rings its siblings in the inbox."""
    images = {name: part.fp for name, part in after.images.items()}
    if images != {name: part.fp for name, part in before.images.items()}:
        yield Ring(after.post.folder, folder=True)
        return
    shown = {lang: part.facts_id for lang, part in after.pages.items() if part.facts_id}
    earlier = {lang: part.facts_id for lang, part in before.pages.items() if part.facts_id}
    moved = {lang for lang, facts_id in shown.items() if earlier.get(lang) != facts_id}
    if moved:
        found = (named(key) for key in inbox.slice(after.post.folder).keys)
        if {name.lang for name in found if isinstance(name, PageRef)} - moved or len(moved) > 1:
            yield Ring(after.post.folder, folder=True)


def _clinic_rings(before: ClinicRow, after: ClinicRow) -> Iterator[Ring]:
    if before.fp != after.fp:
        images = before.order_id != after.order_id
        yield Ring(f"posts/{after.clinic}/", folder=True, images=images)
