"""What a page was last made from: kept in its row, so that the next version can say what changed."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

from colophon.views import TombstoneKind

Stands: TypeAlias = TombstoneKind | Literal["page"]


class Made(Struct, frozen=True, omit_defaults=True):
    """What stands at an address, and of what. It keeps no word of a post: only names, and digests to compare.

    ``version`` is the upload's version id; a tombstone is made from none. ``orders`` are the keys of the withdrawals
    that stand, ``reason`` is the one that readers are told, ``location`` where they are sent. ``fields`` has what the
    upload says, by front matter field and ``body``; ``images`` what the index held of each image in it; a digest each.
    """

    stands: Stands
    version: str = ""
    orders: tuple[str, ...] = ()
    reason: str = ""
    order: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    clinic: str = ""
    site: str = ""
    code: str = ""
    location: str = ""

    @property
    def is_withdrawn(self) -> bool:
        return self.stands in ("legal", "gone", "withdrawn", "hold")
