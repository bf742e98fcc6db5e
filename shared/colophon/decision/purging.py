"""Which cache tags a change calls for, so that the CDN forgets what must not be shown any longer.

What only grows needs none: a first publish replaces nothing, and a listing that lacks the newest post is put right by
its own short life. What was corrected or taken away is purged once what stands in its place is recorded.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from colophon.decision.clinic import is_open
from colophon.decision.listing_rows import ArchiveRow, DirectoryRow, EntryRow, YearRow
from colophon.decision.rows import ClinicRow, ImagePart, PagePart, PostRow
from colophon.page.entry import Entry
from colophon.page.objects import EVERY_LISTING_TAG, clinic_tag, post_tag
from colophon.upload.keys import ClinicWithdrawal, ImageRef, ImageWithdrawal, PostRef, PostWithdrawal, named
from colophon.upload.versions import Folder, History

_LANGUAGES_BY_NAME = 2


def post_purges(before: PostRow, after: PostRow) -> Iterator[str]:
    """The post's tag, when one of its pages or images may be kept somewhere as it must not be shown."""
    pages = (_is_page_stale(before.pages.get(lang), part, after) for lang, part in after.pages.items())
    images = (_is_image_stale(before.images.get(name), part) for name, part in after.images.items())
    if any(pages) or any(images):
        yield post_tag(after.post)


def clinic_purges(before: ClinicRow, after: ClinicRow) -> Iterator[str]:
    """The clinic's tag, when it closes: its archives and feeds are taken down with it."""
    if is_open(before) and not is_open(after):
        yield clinic_tag(after.clinic)


def post_purges_again(post: PostRef, folder: Folder, since: datetime) -> Iterator[str]:
    """The tag of ``post`` when an image of it was withdrawn, replaced or deleted after ``since``.

    Images alone: a page is forgotten within minutes by itself, an image only after a year.
    """
    names = {key: named(key) for key in folder.uploaded()}
    images = any(isinstance(name, ImageRef) for name in names.values())
    ended = (
        _has_ended(folder.history(key), since)
        if isinstance(name, ImageRef)
        else isinstance(name, PostWithdrawal | ImageWithdrawal) and _has_come(folder.history(key), since)
        for key, name in names.items()
    )
    if images and any(ended):
        yield post_tag(post)


def clinic_purges_again(clinic: str, folder: Folder, since: datetime) -> Iterator[str]:
    """The tag of ``clinic`` when it was withdrawn after ``since``, and its posts' images with it."""
    if _has_come(folder.history(ClinicWithdrawal(clinic).key), since):
        yield clinic_tag(clinic)


def entries_that_left(rows: Iterable[tuple[EntryRow | None, EntryRow | None]]) -> frozenset[EntryRow]:
    """Of entries before and after, those that were shown and are no more; not those that only went to another day."""
    changed = list(rows)
    arrived = {(row.lang, row.clinic, row.post, row.id) for _, row in changed if row and row.entry}
    blanks = [after for before, after in changed if before and before.entry and after and not after.entry]
    return frozenset(row for row in blanks if (row.lang, row.clinic, row.post, row.id) not in arrived)


def languages_that_lost(rows: Iterable[tuple[EntryRow | None, EntryRow | None]]) -> frozenset[str]:
    """The languages of entries, before and after, that go on but lack another language that they had, or a picture."""
    kept = [(before.entry, after.entry) for before, after in rows if before and after]
    return frozenset(after.lang for before, after in kept if before and after and _shows_less(before, after))


def is_less(
    before: YearRow | ArchiveRow | DirectoryRow | None, after: YearRow | ArchiveRow | DirectoryRow | None
) -> bool:
    """Whether a group of listings shows less than it did, so that those made from it mention what is gone."""
    match before, after:
        case YearRow(), YearRow():
            return before.left != after.left
        case ArchiveRow(), ArchiveRow():
            return before.shown is not None and after.shown is None
        case DirectoryRow(), DirectoryRow():
            there = {clinic.clinic for clinic in after.clinics}
            return after.total < before.total or any(clinic.clinic not in there for clinic in before.clinics)
    return False


def gathered(tags: Iterable[str]) -> tuple[str, ...]:
    """``tags`` as few as they can be, in order: several posts of one clinic are its clinic, many languages are all.

    A tag costs what a path costs, whatever lies under it, and what is forgotten in vain is only fetched once more.
    """
    wanted = dict.fromkeys(tag.lower() for tag in tags)
    posts: dict[str, list[str]] = defaultdict(list)
    for tag in wanted:
        if tag.startswith("p:"):
            posts[clinic_tag(tag[2:].partition("/")[0])].append(tag)
    whole = {clinic for clinic, those in posts.items() if len(those) > 1 or clinic in wanted}
    listings = [tag for tag in wanted if tag.startswith("l:") or tag == EVERY_LISTING_TAG]
    every = EVERY_LISTING_TAG in wanted or len(listings) > _LANGUAGES_BY_NAME
    covered = {tag for clinic in whole for tag in posts[clinic]} | ({*listings} if every else set())
    kept = {tag for tag in wanted if tag not in covered}
    return tuple(sorted(kept | whole | ({EVERY_LISTING_TAG} if every else set())))


def _shows_less(before: Entry, after: Entry) -> bool:
    """A text that was corrected may show another picture: only where nothing else changed was one taken away."""
    kept = {picture.path for picture in after.pictures}
    lost = any(picture.path not in kept for picture in before.pictures)
    taken_away = lost and replace(before, pictures=after.pictures) == after
    return taken_away or not set(before.languages) <= set(after.languages)


def _has_come(order: History, since: datetime) -> bool:
    """Whether a withdrawal came after ``since``, be it over by now."""
    return any(version.since is not None and version.since >= since for version in order.runs() if not version.deleted)


def _has_ended(image: History, since: datetime) -> bool:
    """Whether a version of an image was followed by another, or by its deletion, after ``since``."""
    later = (version.since for version in tuple(image.runs())[:-1])
    return any(moment is not None and moment >= since for moment in later)


def _is_page_stale(before: PagePart | None, after: PagePart, post: PostRow) -> bool:
    """Whether a copy of what stood at the page may be kept, and shows what the page now must not.

    Of a page that no row told of, as after the table was lost, only a tombstone is urgent.
    """
    if after.token.rev <= 1 or (before and before.token.etag == after.token.etag):
        return False
    if before is None:
        return after.facts is None
    first_text = after.facts is not None and not before.facts_id
    return not first_text and (before.shows != after.shows or _has_lost_a_sibling(before, after, post))


def _has_lost_a_sibling(before: PagePart, after: PagePart, post: PostRow) -> bool:
    """Whether the page was made anew because a language that it linked to is shown no longer."""
    had, has = before.siblings or {}, after.siblings or {}
    gone = {lang for lang, part in post.pages.items() if part.facts is None}
    return any(lang in had and had[lang] != has.get(lang) for lang in gone)


def _is_image_stale(before: ImagePart | None, after: ImagePart) -> bool:
    """Whether a copy at one of the image's paths may be kept that the path no longer holds."""
    if before is None:
        return after.came and after.state != "ready"
    return bool(before.path) and before.path != after.path
