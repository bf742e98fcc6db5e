"""What the index holds of a post, a clinic and the site: a part per page, image and order, each counted by itself."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

from colophon.clinic.record import ClinicRecord
from colophon.decision.claim import Claim
from colophon.decision.made import Made
from colophon.decision.outcome import Outcome
from colophon.site_settings import DressedSite
from colophon.upload.keys import PostRef
from colophon.views import Facts, ImageState
from colophon.withdrawal import Withdrawal


class PageToken(Struct, frozen=True, omit_defaults=True):
    """What stood at a page's path: the ETag to swap against (empty: nothing is there), its rev and fingerprint."""

    etag: str = ""
    rev: int = 0
    fp: str = ""


class Mark(Struct, frozen=True, omit_defaults=True):
    """Where listings have a page's entry, and which: by its day and its ``id``, which never returns.

    ``value`` tells whether the entry would be another one now; it is empty where the page left and a blank remains.
    ``covered``: the entry is a blank because the clinic is withdrawn.
    """

    posted: date
    id: str
    value: str = ""
    covered: bool = False


class PagePart(Struct, frozen=True, omit_defaults=True):
    """One language of a post.

    ``n`` counts records. ``seen`` is the identity of all that decided, cheap enough to compare before anything is
    read. ``facts`` are what siblings show of the page while it is live; ``facts_id`` changes whenever they do and never
    returns. ``siblings`` are the other languages' ``facts_id`` that decided, None where they had no say. ``uses`` names
    the images that decided; at ``next_at`` the decision may change by itself. ``made`` is what stands at the address,
    and of what; ``shows`` is the identity of what no stale copy may go on standing for: the text and images of a body,
    or what a tombstone says. ``claims`` are this page's own, by the post at whose address they are kept; ``claimants``
    are the claims to this page that decided, the ``id`` of each by its post; ``claimed_against`` are the keys of the
    withdrawals that stand while it is claimed.
    """

    outcome: Outcome
    n: int = 0
    token: PageToken = PageToken()
    seen: str = ""
    facts: Facts | None = None
    facts_id: str = ""
    siblings: Mapping[str, str] | None = None
    mark: Mark | None = None
    uses: tuple[str, ...] = ()
    next_at: datetime | None = None
    made: Made | None = None
    shows: str = ""
    claims: Mapping[str, Claim] = field(default_factory=dict)
    claimants: Mapping[str, str] = field(default_factory=dict)
    claimed_against: tuple[str, ...] = ()


class ImagePart(Struct, frozen=True, omit_defaults=True):
    """One image of a post. ``came`` never becomes false again.

    While ready, ``path`` (from the site's root), ``width`` and ``height`` are those of the file for every reader;
    ``widths`` are those of its WebP files. ``unused`` is whether its uploader was told that no text shows it.
    """

    outcome: Outcome
    n: int = 0
    seen: str = ""
    fp: str = ""
    came: bool = False
    state: ImageState = "absent"
    path: str = ""
    width: int = 0
    height: int = 0
    widths: tuple[int, ...] = ()
    unused: bool = False
    next_at: datetime | None = None


class OrderPart(Struct, frozen=True, omit_defaults=True):
    """One withdrawal's own row: what its uploader is told."""

    outcome: Outcome
    n: int = 0
    seen: str = ""


class PostRow(Struct, frozen=True):
    """All that the index holds of a post. ``claims`` to its addresses are by language and by the post that claims;
    they are written by that post."""

    post: PostRef
    pages: Mapping[str, PagePart] = field(default_factory=dict)
    images: Mapping[str, ImagePart] = field(default_factory=dict)
    orders: Mapping[str, OrderPart] = field(default_factory=dict)
    claims: Mapping[str, Mapping[str, Claim]] = field(default_factory=dict)

    @property
    def known_langs(self) -> frozenset[str]:
        """The languages in which the index knows of a page here, or of a claim to its address."""
        return frozenset(self.pages.keys() | self.claims.keys())


class ClinicRow(Struct, frozen=True, omit_defaults=True):
    """A clinic as its folder says. ``fp`` is the identity of what pages use of it.

    ``ever`` is whether a valid record was ever there; ``lifted`` counts the withdrawals of the clinic that ended.
    ``langs`` are the languages in which its listings stand, so that pages may link to them; ``site_fp`` is the
    identity of the settings that named those languages.
    """

    clinic: str
    n: int = 0
    fp: str = ""
    seen: str = ""
    record: ClinicRecord | None = None
    ever: bool = False
    order: Withdrawal | None = None
    order_id: str = ""
    lifted: int = 0
    outcomes: tuple[Outcome, ...] = ()
    next_at: datetime | None = None
    langs: tuple[str, ...] = ()
    site_fp: str = ""


class SiteRow(Struct, frozen=True, omit_defaults=True):
    """The site as ``site.yaml`` and ``site.css`` say. ``fp`` is the identity of what pages use of them.

    ``left`` has each language that the site once had, and the ``fp`` of the settings that took it away.
    """

    n: int = 0
    fp: str = ""
    seen: str = ""
    settings: DressedSite | None = None
    ever: bool = False
    outcomes: tuple[Outcome, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
