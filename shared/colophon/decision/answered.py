"""Whether everything in a folder has been answered for: what a round of the inbox asks, without reading an upload."""

from collections.abc import Iterator

from colophon.decision.image import is_image_settled
from colophon.decision.look import Look, is_page_settled
from colophon.decision.order import order_seen
from colophon.upload.keys import ImageRef, ImageWithdrawal, PageRef, PageWithdrawal, PostWithdrawal, named


def unanswered(look: Look) -> Iterator[str]:
    """The inbox keys of the post in ``look`` that somebody should be rung for, pages and images known to its row too.

    A key that names nothing is not among them: its row is not the post's.
    """
    keys = {*look.folder.uploaded(), *(PageRef(look.post, lang).key for lang in look.row.known_langs)}
    keys |= {ImageRef(look.post, name).key for name in look.row.images}
    return (key for key in sorted(keys) if not _is_answered(key, look))


def _is_answered(key: str, look: Look) -> bool:
    match named(key):
        case PageRef() as page:
            return is_page_settled(page, look)
        case ImageRef() as image:
            return is_image_settled(image, look)
        case PostWithdrawal() | PageWithdrawal() | ImageWithdrawal():
            known = look.row.orders.get(key.removeprefix(look.post.folder))
            return known is not None and known.seen == order_seen(key, look)
    return True
