"""Views: everything that a page is rendered from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct, field

from colophon.clinic.platforms import Platform, platform_for
from colophon.clinic.record import ClinicRecord
from colophon.edition.model import Edition
from colophon.fidelity.comparison import Comparison
from colophon.images.mark import ImageMark
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PageRef

ImageState: TypeAlias = Literal["ready", "withdrawn", "absent"]
TombstoneKind: TypeAlias = Literal["legal", "gone", "withdrawn", "hold", "moved", "absent"]


class ImageView(Struct, frozen=True):
    """An image on a page. Only a ``ready`` one has a path (from the site's root) and a size in pixels.

    They are of the file that every browser can show. ``widths`` are of its WebP files, narrowest first. ``mark`` is
    what the uploaded file says of how the image was made.
    """

    state: ImageState
    path: str = ""
    width: int = 0
    height: int = 0
    widths: tuple[int, ...] = ()
    mark: ImageMark = ImageMark()


class Facts(Struct, frozen=True):
    """A live page as the other languages of its post show it. ``path`` is ``/<lang>/<clinic>/<post>/``."""

    lang: str
    path: str
    original: bool
    source_warnings: int


class PostView(Struct, frozen=True):
    """The page of a post. ``siblings`` are the live editions in other languages, sorted by tag.

    ``card`` is the path of what stands for the page elsewhere if it has no picture; empty if there is none.
    ``original_edition`` is the original's text that readers see, for a translation; None while they see none.
    ``comparison`` is what was found between the two.
    """

    page: PageRef
    edition: Edition
    clinic: ClinicRecord
    site: SiteSettings
    images: Mapping[str, ImageView] = field(default_factory=dict)
    siblings: tuple[Facts, ...] = ()
    card: str = ""
    original_edition: Edition | None = None
    comparison: Comparison = Comparison()

    @property
    def original(self) -> Facts | None:
        """The archived original in the same folder, if it is live and not this page."""
        return next((sibling for sibling in self.siblings if sibling.original), None)

    @property
    def original_changed(self) -> bool:
        """Whether the original that readers see is another text than the one that the translation was made from."""
        of, original = self.edition.original_pin, self.original_edition
        return of is not None and original is not None and original.pin != of

    @property
    def beside(self) -> Edition | None:
        """The original that the page shows beside the translation: only if the clinic and the site allow it."""
        permission = self.clinic.permission
        is_allowed = self.site.beside and permission is not None and permission.scope == "originals"
        return self.original_edition if is_allowed else None

    @property
    def platform(self) -> Platform:
        """Where the post was published: ``other`` if the clinic's record no longer lists the channel."""
        channel = self.clinic.channels.get(self.edition.front_matter.source.channel)
        return platform_for(channel.kind if channel else "other")


class TombstoneView(Struct, frozen=True):
    """A tombstone. It keeps no word of the post; ``lang`` is the language of its readers.

    ``clinic`` is that of the post, if its archive in that language is there to be read on. ``temporary``: it moves to
    ``location`` for a while only.
    """

    kind: TombstoneKind
    lang: str
    site: SiteSettings | None = None
    reason: str = ""
    at: datetime | None = None
    until: datetime | None = None
    reference: str = ""
    location: str = ""
    clinic: str = ""
    temporary: bool = False
