"""Which cache tags to purge after a change, so that the CDN serves nothing that must not be shown any longer.

Additions need no purge: a first publish replaces nothing, and a listing without the newest post expires soon. What was
corrected or taken down is purged once its replacement is recorded.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from colophon.decision.clinic import is_open
from colophon.decision.identity import shows_what_was_replaced
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, ImageRow, PageRow, PostRow
from colophon.page.entry import Entry
from colophon.page.objects import EVERY_LISTING_TAG, clinic_tag, post_tag
from colophon.upload.keys import ClinicWithdrawal, ImageRef, ImageWithdrawal, PostRef, PostWithdrawal, parse_key
from colophon.upload.versions import Folder, KeyHistory

_MAX_LANGUAGE_TAGS = 2


def post_tags_to_purge(before: PostRow, after: PostRow) -> Iterator[str]:
    """The post's tag, if a cache may hold one of its pages or images as it must not be shown."""
    pages = (_is_page_stale(before.pages.get(lang), row, after) for lang, row in after.pages.items())
    images = (_is_image_stale(before.images.get(name), row) for name, row in after.images.items())
    if any(pages) or any(images):
        yield post_tag(after.post)


def clinic_tags_to_purge(before: ClinicRow, after: ClinicRow) -> Iterator[str]:
    """The clinic's tag, if it closes: its archives and feeds are taken down with it. Its cards, if it is withdrawn."""
    if (is_open(before) and not is_open(after)) or (after.withdrawal and not before.withdrawal):
        yield clinic_tag(after.clinic)


def post_tags_to_purge_again(post: PostRef, folder: Folder, since: datetime) -> Iterator[str]:
    """The tag of ``post`` if an image of it was withdrawn, replaced or deleted after ``since``.

    Only images matter: caches keep a page for minutes, but an image for a year.
    """
    names = {key: parse_key(key) for key in folder.uploaded_keys()}
    images = any(isinstance(name, ImageRef) for name in names.values())
    ended = (
        _was_replaced_since(folder.history_of(key), since)
        if isinstance(name, ImageRef)
        else isinstance(name, PostWithdrawal | ImageWithdrawal) and _was_uploaded_since(folder.history_of(key), since)
        for key, name in names.items()
    )
    if images and any(ended):
        yield post_tag(post)


def clinic_tags_to_purge_again(clinic: str, folder: Folder, since: datetime) -> Iterator[str]:
    """The tag of ``clinic`` if it was withdrawn after ``since``, and the images of its posts with it."""
    if _was_uploaded_since(folder.history_of(ClinicWithdrawal(clinic).key), since):
        yield clinic_tag(clinic)


def removed_entries(rows: Iterable[tuple[EntryRow | None, EntryRow | None]]) -> frozenset[EntryRow]:
    """The entries that are not shown any longer. An entry that only moved to another day is not one of them."""
    changed = list(rows)
    arrived = {(row.lang, row.clinic, row.post, row.id) for _, row in changed if row and row.entry}
    blanks = [after for before, after in changed if before and before.entry and after and not after.entry]
    return frozenset(row for row in blanks if (row.lang, row.clinic, row.post, row.id) not in arrived)


def languages_showing_less(rows: Iterable[tuple[EntryRow | None, EntryRow | None]]) -> frozenset[str]:
    """The languages of the entries that are still shown, but without a language or a picture that they had."""
    pairs = [(before.entry, after.entry) for before, after in rows if before and after]
    return frozenset(after.lang for before, after in pairs if before and after and _entry_shows_less(before, after))


def merge_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The fewest tags that cover ``tags``: the clinic's for several posts of it, every listing's for many languages.

    A tag costs the same whatever it covers, and an object that was purged without need is only fetched once more.
    """
    requested = dict.fromkeys(tag.lower() for tag in tags)
    posts: dict[str, list[str]] = defaultdict(list)
    for tag in requested:
        if tag.startswith("p:"):
            posts[clinic_tag(tag[2:].partition("/")[0])].append(tag)
    whole = {clinic for clinic, post_tags in posts.items() if len(post_tags) > 1 or clinic in requested}
    listings = [tag for tag in requested if tag.startswith("l:") or tag == EVERY_LISTING_TAG]
    every = EVERY_LISTING_TAG in requested or len(listings) > _MAX_LANGUAGE_TAGS
    redundant = {tag for clinic in whole for tag in posts[clinic]} | ({*listings} if every else set())
    remaining = {tag for tag in requested if tag not in redundant}
    return tuple(sorted(remaining | whole | ({EVERY_LISTING_TAG} if every else set())))


def _entry_shows_less(before: Entry, after: Entry) -> bool:
    """A corrected text may show other pictures. A picture was taken away only if nothing else in the entry changed."""
    paths_after = {picture.path for picture in after.pictures}
    lost = any(picture.path not in paths_after for picture in before.pictures)
    taken_away = lost and replace(before, pictures=after.pictures) == after
    return taken_away or not set(before.languages) <= set(after.languages)


def _was_uploaded_since(history: KeyHistory, since: datetime) -> bool:
    """Whether a withdrawal was uploaded after ``since``, whether or not it has ended."""
    return any(
        version.last_modified is not None and version.last_modified >= since
        for version in history.distinct_versions()
        if not version.deleted
    )


def _was_replaced_since(image: KeyHistory, since: datetime) -> bool:
    """Whether a version of an image was followed by another, or by its deletion, after ``since``."""
    later = (version.last_modified for version in tuple(image.distinct_versions())[:-1])
    return any(moment is not None and moment >= since for moment in later)


def _is_page_stale(before: PageRow | None, after: PageRow, post: PostRow) -> bool:
    """Whether a cache may hold the page as it was, and that shows what the page must not show now.

    If there was no row, as after a loss of the table, only a tombstone is urgent.
    """
    if after.token.rev <= 1 or (before and before.token.etag == after.token.etag):
        return False
    if before is None:
        return after.facts is None
    first_text = after.facts is not None and not before.facts_id
    was_replaced = shows_what_was_replaced(before.visible_id, after.visible_id)
    return not first_text and (was_replaced or _has_lost_a_sibling(before, after, post))


def _has_lost_a_sibling(before: PageRow, after: PageRow, post: PostRow) -> bool:
    """Whether the page changed because a language that it linked to is not shown any longer."""
    had, has = before.siblings or {}, after.siblings or {}
    gone = {lang for lang, row in post.pages.items() if row.facts is None}
    return any(lang in had and had[lang] != has.get(lang) for lang in gone)


def _is_image_stale(before: ImageRow | None, after: ImageRow) -> bool:
    """Whether a cache may hold a file of the image that is no longer at its path."""
    if before is None:
        return after.ever_available and after.state != "ready"
    return bool(before.path) and before.path != after.path
