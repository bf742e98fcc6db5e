"""Finished objects: rendered, passed through the gate, and labelled for the CDN."""

from collections.abc import Iterator

from colophon.abreast import Steps, alone
from colophon.images.copy import Copy
from colophon.images.copy import key_of as size_key
from colophon.notices.gate import check_page, check_tombstone
from colophon.notices.policy import owed, owed_by_tombstone
from colophon.page.frame import site_style_key, style_sheet
from colophon.page.objects import (
    HTML_TYPE,
    IMAGE_LIFE,
    PAGE_LIFE,
    STYLE_LIFE,
    STYLE_TYPE,
    TEXT_TYPE,
    SiteObject,
    blocked_by,
    post_tags,
)
from colophon.page.paths import key_of
from colophon.page.post import writing_page
from colophon.page.tombstone import status_of, tombstone_language, tombstone_page
from colophon.upload.keys import PageRef, PostRef
from colophon.views import PostView, TombstoneView

_IMAGE_TOMBSTONE = b"This image is no longer shown.\n"


def finished_page(page: PageRef, show: PostView | TombstoneView, rev: int, fp: str) -> SiteObject:
    """The object at ``page``'s path, its revision ``rev`` in the bytes and its fingerprint ``fp`` in the metadata.

    Raises Misconfigured when the finished bytes lack a notice that the page owes.
    """
    return alone(finishing(page, show, rev, fp))


def finishing(page: PageRef, show: PostView | TombstoneView, rev: int, fp: str) -> Steps[SiteObject]:
    """What ``finished_page`` does, step by step."""
    if not isinstance(show, PostView):
        return finished_tombstone(key_of(page), show, post_tags(page.post), rev, fp)
    labels = {"rev": str(rev), "fp": fp, "cache-tag": post_tags(page.post)}
    notices = owed(show)
    yield
    content = yield from writing_page(show, rev, notices)
    yield
    check_page(content, notices)
    return SiteObject(key_of(page), content, HTML_TYPE, PAGE_LIFE, labels)


def finished_tombstone(key: str, show: TombstoneView, cache_tags: str, rev: int, fp: str) -> SiteObject:
    """What stands at ``key`` where a page or a listing was, and answers with a status of its own."""
    labels = {"rev": str(rev), "fp": fp, **({"cache-tag": cache_tags} if cache_tags else {}), **_answer(show)}
    if not key.endswith(".html"):
        content = f"There is nothing at this address.\n# rev {rev}\n".encode()
        return SiteObject(key, content, TEXT_TYPE, PAGE_LIFE, labels)
    content = tombstone_page(show, rev)
    check_tombstone(content, owed_by_tombstone(show, tombstone_language(show.lang)))
    return SiteObject(key, content, HTML_TYPE, PAGE_LIFE, labels)


def finished_image(post: PostRef, base: str, copy: Copy) -> Iterator[SiteObject]:
    """The objects that hold an image's clean copy, a key beginning with ``base`` for each size."""
    for size in copy.sizes:
        key = size_key(base, size.width, size.ending)
        yield SiteObject(key, size.content, size.content_type, IMAGE_LIFE, {"cache-tag": post_tags(post)})


def image_tombstone(post: PostRef, key: str) -> SiteObject:
    """What ends an image's path for good."""
    labels = {"cache-tag": post_tags(post), "status": "410", "kind": "image"}
    return SiteObject(key, _IMAGE_TOMBSTONE, TEXT_TYPE, PAGE_LIFE, labels)


def finished_style() -> SiteObject:
    """The style sheet that every page links to."""
    key, content = style_sheet()
    return SiteObject(key, content, STYLE_TYPE, STYLE_LIFE)


def finished_site_style(sheet: bytes) -> SiteObject:
    """The deployer's own style sheet, which every page links to after ours."""
    return SiteObject(site_style_key(sheet), sheet, STYLE_TYPE, STYLE_LIFE)


def _answer(show: TombstoneView) -> dict[str, str]:
    answer = {"status": str(status_of(show.kind)), "kind": show.kind}
    if show.kind == "moved":
        answer["location"] = show.location
    if show.kind == "legal" and show.site:
        answer["link"] = blocked_by(show.site.url)
    return answer
