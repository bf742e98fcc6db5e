"""Finish objects for the site bucket: rendered, checked by the gate, with headers and cache tags."""

from collections.abc import Iterator

from msgspec.structs import replace

from colophon.images.copy import Copy
from colophon.images.copy import image_file_key as size_key
from colophon.notices.gate import check_page, check_tombstone
from colophon.notices.policy import notices_for, notices_for_tombstone
from colophon.notices.texts import Notice
from colophon.page.frame import load_style_sheet, site_icon_key, site_style_key
from colophon.page.objects import (
    ASSET_CACHE_CONTROL,
    AWAITED_CACHE_CONTROL,
    AWAITED_KIND,
    HTML_TYPE,
    IMAGE_CACHE_CONTROL,
    PAGE_CACHE_CONTROL,
    STYLE_TYPE,
    TEXT_TYPE,
    SiteObject,
    blocked_by_link,
    clinic_tag,
    post_tags,
)
from colophon.page.paths import page_key
from colophon.page.post import render_post
from colophon.page.tombstone import render_tombstone, tombstone_language, tombstone_status
from colophon.upload.keys import PageRef, PostRef
from colophon.views import PostView, TombstoneView

_IMAGE_TOMBSTONE = b"This image is no longer shown.\n"
_PNG_TYPE = "image/png"


def finish_page(page: PageRef, view: PostView | TombstoneView, rev: int, fp: str) -> SiteObject:
    """The object at the path of ``page``: its revision ``rev`` is in the bytes, its fingerprint ``fp`` in the metadata.

    Raises Misconfigured if the bytes lack a required notice.
    """
    if not isinstance(view, PostView):
        return finish_tombstone(page_key(page), view, post_tags(page.post), rev, fp)
    notices = notices_for(view)
    return finish_post(page, render_post(view, rev, notices), notices, rev, fp)


def finish_post(page: PageRef, content: bytes, notices: tuple[Notice, ...], rev: int, fp: str) -> SiteObject:
    """The object of a post's rendered page. Raises Misconfigured if ``content`` lacks one of ``notices``."""
    check_page(content, notices)
    metadata = {"rev": str(rev), "fp": fp, "cache-tag": post_tags(page.post)}
    return SiteObject(page_key(page), content, HTML_TYPE, PAGE_CACHE_CONTROL, metadata)


def finish_tombstone(key: str, view: TombstoneView, cache_tags: str, rev: int, fp: str) -> SiteObject:
    """The object at ``key`` in place of a page or a listing. The CDN serves it with the status in its metadata."""
    metadata = {
        "rev": str(rev),
        "fp": fp,
        **({"cache-tag": cache_tags} if cache_tags else {}),
        **_answer_metadata(view),
    }
    if not key.endswith(".html"):
        content = f"There is nothing at this address.\n# rev {rev}\n".encode()
        return SiteObject(key, content, TEXT_TYPE, PAGE_CACHE_CONTROL, metadata)
    content = render_tombstone(view, rev)
    check_tombstone(content, notices_for_tombstone(view, tombstone_language(view.lang)))
    return SiteObject(key, content, HTML_TYPE, PAGE_CACHE_CONTROL, metadata)


def finish_awaited(key: str, lang: str, location: str) -> SiteObject:
    """What is at ``key``, to which pages link, until its listing is made: a redirect to ``location`` for now (302).

    It has no word of a clinic or a post, so that it may stay if they are withdrawn meanwhile.
    """
    awaited = finish_tombstone(key, TombstoneView("moved", lang, location=location, temporary=True), "", 1, "")
    return replace(awaited, cache_control=AWAITED_CACHE_CONTROL, metadata={**awaited.metadata, "kind": AWAITED_KIND})


def finish_image(post: PostRef, base: str, copy: Copy) -> Iterator[SiteObject]:
    """The objects of an image's copy, one for each file; their keys begin with ``base``."""
    for file in copy.files:
        key = size_key(base, file.width, file.extension)
        yield SiteObject(key, file.content, file.content_type, IMAGE_CACHE_CONTROL, {"cache-tag": post_tags(post)})


def finish_image_tombstone(post: PostRef, key: str) -> SiteObject:
    """The object that ends an image's path for good."""
    metadata = {"cache-tag": post_tags(post), "status": "410", "kind": "image"}
    return SiteObject(key, _IMAGE_TOMBSTONE, TEXT_TYPE, PAGE_CACHE_CONTROL, metadata)


def finish_style() -> SiteObject:
    """The style sheet that every page links to."""
    key, content = load_style_sheet()
    return SiteObject(key, content, STYLE_TYPE, ASSET_CACHE_CONTROL)


def finish_site_style(sheet: bytes) -> SiteObject:
    """The site's own style sheet, to which every page links after ours."""
    return SiteObject(site_style_key(sheet), sheet, STYLE_TYPE, ASSET_CACHE_CONTROL)


def finish_site_icon(icon: bytes) -> SiteObject:
    """The site's own icon, to which every page links."""
    return finish_drawing(site_icon_key(icon), icon)


def finish_drawing(key: str, content: bytes) -> SiteObject:
    """A PNG of the site's own, at a key that holds the hash of what it shows."""
    return SiteObject(key, content, _PNG_TYPE, ASSET_CACHE_CONTROL)


def finish_card(clinic: str, key: str, content: bytes) -> SiteObject:
    """A clinic's card. It may be withdrawn, as an image may."""
    return SiteObject(key, content, _PNG_TYPE, IMAGE_CACHE_CONTROL, {"cache-tag": clinic_tag(clinic)})


def finish_card_tombstone(clinic: str, key: str) -> SiteObject:
    """The object that ends the path of a clinic's card for good."""
    metadata = {"cache-tag": clinic_tag(clinic), "status": "410", "kind": "image"}
    return SiteObject(key, _IMAGE_TOMBSTONE, TEXT_TYPE, PAGE_CACHE_CONTROL, metadata)


def _answer_metadata(view: TombstoneView) -> dict[str, str]:
    metadata = {"status": str(tombstone_status(view)), "kind": view.kind}
    if view.kind == "moved":
        metadata["location"] = view.location
    if view.kind == "legal" and view.site:
        metadata["link"] = blocked_by_link(view.site.url)
    return metadata
