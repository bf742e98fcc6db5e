"""The rows of the index: one per page, image and withdrawal of a post, one per clinic, one for the site."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

from msgspec import Struct, field

from colophon.clinic.record import ClinicRecord
from colophon.decision.claim import Claim
from colophon.problem import Problem
from colophon.site_settings import DressedSite
from colophon.upload.keys import PostRef
from colophon.views import Facts, ImageState, TombstoneKind
from colophon.withdrawal import Withdrawal

State: TypeAlias = Literal["live", "superseded", "waiting", "scheduled", "refused", "withdrawn", "absent"]


class Outcome(Struct, frozen=True, omit_defaults=True):
    """The state of one key's newest version.

    ``url`` is where readers see what the key makes (an image's is a path on the site), or empty: a refused or waiting
    correction keeps the address of the earlier version that still shows. ``absent`` is a key whose object was deleted.
    """

    key: str
    state: State
    url: str = ""
    problems: tuple[Problem, ...] = ()
    version: str = ""

    def as_json(self) -> dict[str, object]:
        """The form of ``outcomes.json``: the same whether a folder or the cloud was asked."""
        problems = [problem.as_json() for problem in self.problems]
        return {"key": self.key, "state": self.state, "url": self.url, "problems": problems}


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
