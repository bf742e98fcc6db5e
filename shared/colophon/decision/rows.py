"""The rows of the index: one per page, image and withdrawal of a post, one per clinic, one for the site."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

from msgspec import Struct, field

from colophon.clinic.record import ClinicRecord
from colophon.decision.claim import Claim
from colophon.problem import Problem
from colophon.site_settings import StyledSite
from colophon.upload.keys import PostRef
from colophon.views import Facts, ImageState, TombstoneKind
from colophon.withdrawal import Withdrawal

OutcomeState: TypeAlias = Literal["live", "superseded", "waiting", "scheduled", "refused", "withdrawn", "absent"]


class Outcome(Struct, frozen=True, omit_defaults=True):
    """The state of one key's newest version.

    ``url`` is where readers see what the key makes (an image's is a path on the site), or empty: a refused or waiting
    correction keeps the address of the earlier version that still shows. ``absent`` is a key whose object was deleted.
    """

    key: str
    state: OutcomeState
    url: str = ""
    problems: tuple[Problem, ...] = ()
    version: str = ""

    def as_json(self) -> dict[str, object]:
        """The form of ``outcomes.json``: the same whether a folder or the cloud was asked."""
        problems = [problem.as_json() for problem in self.problems]
        return {"key": self.key, "state": self.state, "url": self.url, "problems": problems}


PageKind: TypeAlias = TombstoneKind | Literal["page"]


class Provenance(Struct, frozen=True, omit_defaults=True):
    """What stands at an address, and of what. It keeps no word of a post: only names, and digests to compare.

    ``version`` is the upload's version id; a tombstone is made from none. ``orders`` are the keys of the withdrawals
    that stand, ``reason`` is the one that readers are told, ``location`` where they are sent. ``fields`` has what the
    upload says, by front matter field and ``body``; ``images`` what the index held of each image in it; a digest each.
    """

    kind: PageKind = field(name="stands")
    version: str = ""
    withdrawals: tuple[str, ...] = field(default=(), name="orders")
    reason: str = ""
    withdrawal_digest: str = field(default="", name="order")
    fields: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    clinic: str = ""
    site: str = ""
    code: str = ""
    location: str = ""

    @property
    def is_withdrawn(self) -> bool:
        return self.kind in ("legal", "gone", "withdrawn", "hold")


class PageToken(Struct, frozen=True, omit_defaults=True):
    """What stood at a page's path: the ETag to swap against (empty: nothing is there), its rev and fingerprint."""

    etag: str = ""
    rev: int = 0
    fp: str = ""


class EntryRef(Struct, frozen=True, omit_defaults=True):
    """Where listings have a page's entry, and which: by its day and its ``id``, which never returns.

    ``value`` tells whether the entry would be another one now; it is empty where the page left and a blank remains.
    ``covered``: the entry is a blank because the clinic is withdrawn.
    """

    posted: date
    id: str
    content_id: str = field(default="", name="value")
    clinic_withdrawn: bool = field(default=False, name="covered")


class PageRow(Struct, frozen=True, omit_defaults=True):
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
    inputs_id: str = field(default="", name="seen")
    facts: Facts | None = None
    facts_id: str = ""
    siblings: Mapping[str, str] | None = None
    entry_ref: EntryRef | None = field(default=None, name="mark")
    image_names: tuple[str, ...] = field(default=(), name="uses")
    next_at: datetime | None = None
    provenance: Provenance | None = field(default=None, name="made")
    visible_id: str = field(default="", name="shows")
    claims: Mapping[str, Claim] = field(default_factory=dict)
    claimants: Mapping[str, str] = field(default_factory=dict)
    blocking_withdrawals: tuple[str, ...] = field(default=(), name="claimed_against")


class ImageRow(Struct, frozen=True, omit_defaults=True):
    """One image of a post. ``came`` never becomes false again.

    While ready, ``path`` (from the site's root), ``width`` and ``height`` are those of the file for every reader;
    ``widths`` are those of its WebP files. ``unused`` is whether its uploader was told that no text shows it.
    """

    outcome: Outcome
    n: int = 0
    inputs_id: str = field(default="", name="seen")
    fp: str = ""
    ever_available: bool = field(default=False, name="came")
    state: ImageState = "absent"
    path: str = ""
    width: int = 0
    height: int = 0
    widths: tuple[int, ...] = ()
    unused: bool = False
    next_at: datetime | None = None


class WithdrawalRow(Struct, frozen=True, omit_defaults=True):
    """One withdrawal's own row: what its uploader is told."""

    outcome: Outcome
    n: int = 0
    inputs_id: str = field(default="", name="seen")


class PostRow(Struct, frozen=True):
    """All that the index holds of a post. ``claims`` to its addresses are by language and by the post that claims;
    they are written by that post."""

    post: PostRef
    pages: Mapping[str, PageRow] = field(default_factory=dict)
    images: Mapping[str, ImageRow] = field(default_factory=dict)
    withdrawals: Mapping[str, WithdrawalRow] = field(default_factory=dict)
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
    inputs_id: str = field(default="", name="seen")
    record: ClinicRecord | None = None
    ever_valid: bool = field(default=False, name="ever")
    withdrawal: Withdrawal | None = field(default=None, name="order")
    withdrawal_id: str = field(default="", name="order_id")
    withdrawals_ended: int = field(default=0, name="lifted")
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
    inputs_id: str = field(default="", name="seen")
    settings: StyledSite | None = None
    ever_valid: bool = field(default=False, name="ever")
    outcomes: tuple[Outcome, ...] = ()
    removed_languages: Mapping[str, str] = field(default_factory=dict, name="left")
