"""Changes of the table with their rows decoded, for ``relist``. Importing it loads every kind of listings."""

from typing import TypeAlias, TypeVar

from msgspec import Struct

from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import PostRow
from colophon.listings.kind import ClinicChange, EntryChange, IndexChange, ListingChange, RecentDayChange, SiteChange
from colophon.listings.kinds import group_of_item, kind_of
from colophon.stores import listing_keys, row_encoding
from colophon.stores.stream import RowChange, StreamImage, without_unreadable
from colophon.upload.keys import PostRef

T = TypeVar("T")


class PostRowChange(Struct, frozen=True):
    """A post's row changed."""

    before: PostRow
    after: PostRow


DecodedChange: TypeAlias = PostRowChange | IndexChange


def decode_change(change: RowChange) -> DecodedChange | None:
    """``change`` with its rows; None if it is of an item that nothing depends on. Raises DamagedRow."""
    kind, separator, name = change.pk.partition("#")
    before, after = dict(change.before), dict(change.after)
    match kind + separator:
        case "post#":
            post = PostRef(*name.split("/"))
            return PostRowChange(row_encoding.decode_post(post, before), row_encoding.decode_post(post, after))
        case "clinic#":
            return ClinicChange(row_encoding.decode_clinic(name, before), row_encoding.decode_clinic(name, after))
        case "site":
            return SiteChange(row_encoding.decode_site(before), row_encoding.decode_site(after))
        case listing_keys.ENTRIES:
            lang, _, clinic = name.partition("/")
            return EntryChange(lang, clinic, int(change.sk[:4]), *_decode_both(EntryRow, change))
        case listing_keys.RECENT:
            return RecentDayChange(name)
    if group := group_of_item(change.pk, change.sk):
        return ListingChange(group, *_decode_both(kind_of(group).row_type, change))
    return None


def decode_readable(change: RowChange) -> DecodedChange | None:
    """``change`` as if its unreadable items did not exist."""
    return decode_change(without_unreadable(change, _decode_item))


def _decode_both(row_type: type[T], change: RowChange) -> tuple[T | None, T | None]:
    return _decode_or_none(row_type, change.before), _decode_or_none(row_type, change.after)


def _decode_or_none(row_type: type[T], item: StreamImage) -> T | None:
    return row_encoding.decode_row(row_type, dict(item)) if item else None


def _decode_item(change: RowChange, item: StreamImage) -> object:
    return decode_change(RowChange(change.pk, change.sk, {}, item))
