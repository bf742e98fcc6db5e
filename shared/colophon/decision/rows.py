"""The rows of the index: one per page, image and withdrawal of a post, one per clinic, one for the site."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.clinic.record import ClinicRecord
from colophon.decision.claim import Claim, ClaimWait
from colophon.fidelity.glossary import Term
from colophon.images.mark import ImageMark
from colophon.problem import Problem
from colophon.site_settings import StyledSite
from colophon.upload.file_names import escape_name
from colophon.upload.keys import PostRef
from colophon.views import Facts, ImageState, TombstoneKind
from colophon.withdrawal import Withdrawal

# By the field that could be filled in: what that would give readers, and how. No problem: nothing is wrong without it.
HINTS: Mapping[str, tuple[str, str]] = {
    "translation.of": (
        "It does not say which text of the original was translated, so its page can't say when that has changed.",
        "What was translated from the original as it is now can say so: colophon pin fills it in.",
    ),
}
_EDITS_FIX = (
    "If readers should know, add corrections: [{at, note}] with the date and what changed, and upload it again."
)
OutcomeState: TypeAlias = Literal["live", "superseded", "waiting", "scheduled", "refused", "withdrawn", "absent"]


class Hint(Struct, frozen=True):
    """What the front matter ``field`` of an upload could tell readers, and how. It is no problem."""

    field: str
    what: str
    fix: str


class Outcome(Struct, frozen=True, omit_defaults=True):
    """The state of one key's newest version.

    ``url`` is where readers see what was uploaded, for an image a path on the site; empty if they don't. A refused or
    waiting correction has the address of the earlier version that is still shown. ``absent``: the object was deleted.
    ``problems_id`` is the identity of all problems if ``problems`` are only the first of them: then an item of its own
    has the outcome whole. ``hints`` are the fields of ``HINTS`` that the upload leaves out, ``replaced_version`` is
    that of ``PageRow``; a row does not store them in its outcome, see ``PageRow.reported``. ``number_edits`` says which
    numbers differ from that version: only ``report`` reads both texts, and nothing stores it but the report.
    """

    key: str
    state: OutcomeState
    url: str = ""
    problems: tuple[Problem, ...] = ()
    version: str = ""
    problems_id: str = ""
    hints: tuple[str, ...] = ()
    replaced_version: str = ""
    number_edits: str = ""

    def as_json(self) -> dict[str, object]:
        """The form of ``outcomes.json``: the same for a build and for the cloud. A key that is not UTF-8 is escaped."""
        problems = [problem.as_json() for problem in self.problems]
        return {"key": escape_name(self.key), "state": self.state, "url": self.url, "problems": problems}

    def hints_as_json(self) -> dict[str, object]:
        """The member ``hints`` of reports and of ``check --json``; nothing where there are none."""
        hints = [{"field": hint.field, "what": hint.what, "fix": hint.fix} for hint in self.all_hints()]
        return {"hints": hints} if hints else {}

    def all_hints(self) -> Iterator[Hint]:
        """The hints in words."""
        # Newer code may know hints that this one does not.
        yield from (Hint(name, *HINTS[name]) for name in self.hints if name in HINTS)
        if self.number_edits:
            yield Hint("corrections", self.number_edits, _EDITS_FIX)


def waits_for_image(problems: Iterable[Problem]) -> bool:
    """Whether a text with ``problems`` waits for an image. That comes within seconds as a rule, and the text is decided
    about again: so its translations are not refreshed, nor is it compared, before it has come."""
    return any(problem.severity == "waiting" and problem.field.startswith("images.") for problem in problems)


PageKind: TypeAlias = TombstoneKind | Literal["page"]


class Provenance(Struct, frozen=True, omit_defaults=True):
    """What a page was made from. It holds no text of a post: only names, and digests to compare.

    ``version`` is the upload's version id, empty for a tombstone. ``withdrawals`` are the keys of the withdrawals in
    force, ``reason`` is the one on the page, ``location`` is where a redirect leads. ``fields`` are digests of the
    upload by front matter field, and of its ``body``; ``images`` are digests of the rows of its images, by name.
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
    """The object at a page's path: its ETag to swap against (empty: there is none), its rev and its fingerprint."""

    etag: str = ""
    rev: int = 0
    fp: str = ""


class EntryRef(Struct, frozen=True, omit_defaults=True):
    """A page's entry in listings, by its day and its ``id``, which never takes an earlier value again.

    ``content_id`` is the identity of what the entry shows; it is empty for a removed entry. ``clinic_withdrawn``: the
    entry was removed because the clinic is withdrawn.
    """

    posted: date
    id: str
    content_id: str = field(default="", name="value")
    clinic_withdrawn: bool = field(default=False, name="covered")


class PageRow(Struct, frozen=True, omit_defaults=True):
    """One language of a post.

    ``n`` counts records. ``inputs_id`` is the identity of all that the decision used, cheap enough to compare before
    anything is read. ``facts`` are what siblings show of the page while it is live; ``facts_id`` changes with them and
    never takes an earlier value again. ``siblings`` are the ``facts_id`` of the other languages, None if the decision
    did not use them. ``image_names`` are the images that it used; at ``next_at`` it may change by itself.
    ``visible_id`` is the identity of what a stale copy must not show: the text and images of a body and the original
    beside it, or the words of a tombstone. ``claims`` are the page's own, by the post at whose address they are
    recorded; ``claimants`` are the ids of the claims to this page, by the claiming post; ``blocking_withdrawals`` are
    the keys of the withdrawals in force while the page is claimed. ``waiting_claims`` are the addresses that it names
    but can't claim yet; ``unaccepted_clinics`` are clinics that claims here come from although the page's clinic does
    not accept them. ``shown_version`` is the upload that the page was last made from, empty if ``provenance`` or
    ``outcome`` names it. ``code`` is the digest of the code that decided the row, empty if ``provenance`` has the same:
    the page itself may have been made by other code.
    ``is_pinned``: the text that is shown says which text of the original it was translated from.
    ``published_at`` is when the page was first published, while that version is the one at its address: only with the
    next one does it become a row of the history.
    ``replaced_version`` is the upload that readers saw directly before what ``provenance`` says, if the text changed
    and its corrections did not.
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
    waiting_claims: Mapping[str, ClaimWait] = field(default_factory=dict, name="awaits")
    unaccepted_clinics: tuple[str, ...] = field(default=(), name="unaccepted")
    shown_version: str = ""
    code: str = ""
    published_at: datetime | None = None
    is_pinned: bool = field(default=False, name="of")
    replaced_version: str = ""

    @property
    def reported(self) -> Outcome:
        """The outcome with what follows from the row: the hints, and with which version to compare the text."""
        if self.outcome.state != "live":
            return self.outcome
        is_translation = self.facts is not None and not self.facts.original
        hints = ("translation.of",) if is_translation and not self.is_pinned else ()
        if not hints and not self.replaced_version:
            return self.outcome
        return replace(self.outcome, hints=hints, replaced_version=self.replaced_version)

    @property
    def compared_version(self) -> str:
        """The upload whose text translations are compared with, of an original: what readers see, else one that waits.

        Empty if there is none, as when it is withdrawn, deleted or refused, or waits for an image.
        """
        if self.facts:
            return self.provenance.version if self.provenance else ""
        if self.outcome.state not in ("waiting", "scheduled") or waits_for_image(self.outcome.problems):
            return ""
        return self.outcome.version

    @property
    def kept_version(self) -> str:
        """The upload to show again when newer ones are too many to read."""
        made_from = self.provenance.version if self.provenance else ""
        return self.shown_version or made_from or self.outcome.version


class ImageRow(Struct, frozen=True, omit_defaults=True):
    """One image of a post. ``ever_available`` never becomes false again.

    While the image is ready, ``path`` (from the site's root), ``width`` and ``height`` are those of the fallback file;
    ``widths`` are those of its WebP files. ``unused``: the report warns that no text shows the image.
    ``shown_version`` is the upload that the copy is made from, empty if it is the one that ``outcome`` names.
    ``recipe`` made the files; ``earlier_files`` are the site keys of files of the same upload that others made.
    ``mark`` is what the upload says of how it was made, None if it says nothing.
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
    shown_version: str = ""
    recipe: str = ""
    earlier_files: tuple[str, ...] = ()
    mark: ImageMark | None = None

    @property
    def kept_version(self) -> str:
        """The upload to show again when newer ones are too many to read."""
        return self.shown_version or self.outcome.version


class WithdrawalRow(Struct, frozen=True, omit_defaults=True):
    """The report of one withdrawal."""

    outcome: Outcome
    n: int = 0
    inputs_id: str = field(default="", name="seen")


class PostRow(Struct, frozen=True):
    """All that the index holds of a post.

    ``claims`` are the claims to its address, by language and claiming post; the claiming post writes them.
    ``claims_made`` counts by language the claims that were ever made. ``size`` is that of the item, in bytes, when it
    was read.
    """

    post: PostRef
    pages: Mapping[str, PageRow] = field(default_factory=dict)
    images: Mapping[str, ImageRow] = field(default_factory=dict)
    withdrawals: Mapping[str, WithdrawalRow] = field(default_factory=dict)
    claims: Mapping[str, Mapping[str, Claim]] = field(default_factory=dict)
    claims_made: Mapping[str, int] = field(default_factory=dict)
    size: int = 0

    @property
    def known_langs(self) -> frozenset[str]:
        """The languages of which the index has a page here, or a claim to its address."""
        return frozenset(self.pages.keys() | self.claims.keys())


class ClinicRow(Struct, frozen=True, omit_defaults=True):
    """A clinic as its folder says. ``fp`` is the identity of what pages use of it.

    ``ever_valid``: there was once a valid record. ``withdrawals_ended`` counts the clinic's withdrawals that ended.
    ``langs`` are the languages of its listings, to which pages may link; ``site_fp`` is the identity of the settings
    with these languages. ``record_version`` is the upload that ``record`` was read from, empty if it is the newest.
    ``months``, as in ``en/2025-09``, are such at which an object is: an attribute of its own. One may be missing.
    ``card_paths`` are those of the clinic's cards by language, from the site's root; ``earlier_cards`` the site keys of
    cards that it had before. They stay, as pages and caches may still name them, and end when the clinic is withdrawn.
    ``glossary_version`` is the upload that ``glossary`` was read from, empty if it is the newest.
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
    record_version: str = ""
    months: frozenset[str] = frozenset()
    card_paths: Mapping[str, str] = field(default_factory=dict, name="cards")
    earlier_cards: tuple[str, ...] = ()
    glossary: tuple[Term, ...] = ()
    glossary_version: str = ""

    def accepts_moves_from(self, clinic: str) -> bool:
        """Whether posts of ``clinic`` may claim addresses of this one."""
        return clinic == self.clinic or (self.record is not None and clinic in self.record.accepts_moves_from)


class SiteRow(Struct, frozen=True, omit_defaults=True):
    """The site as its own files say. ``fp`` is the identity of what pages use of them.

    ``removed_languages`` are the languages that the site once had, also by settings that no row had, and for each the
    ``fp`` of the settings that removed it. ``settings_version``, ``style_version`` and ``icon_version`` are the uploads
    in use of the files, empty for the newest. At ``next_at`` the report of site.yaml may change by itself.
    """

    n: int = 0
    fp: str = ""
    inputs_id: str = field(default="", name="seen")
    settings: StyledSite | None = None
    ever_valid: bool = field(default=False, name="ever")
    outcomes: tuple[Outcome, ...] = ()
    removed_languages: Mapping[str, str] = field(default_factory=dict, name="left")
    settings_version: str = ""
    style_version: str = ""
    icon_version: str = ""
    next_at: datetime | None = None

    @property
    def ever_languages(self) -> tuple[str, ...]:
        """The languages that the site has, in the order of its settings, and then those that it once had."""
        return (*(self.settings.languages if self.settings else ()), *self.removed_languages)


def kept_version(shown_version: str, outcomes: tuple[Outcome, ...], key: str) -> str:
    """The upload of ``key`` to use again when newer ones are too many to read: ``shown_version`` if a row has one."""
    return shown_version or next((outcome.version for outcome in outcomes if outcome.key == key), "")
