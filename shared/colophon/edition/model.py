"""The edition: the model of its front matter, with the validators, and the blocks of its body."""

import re
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Protocol, TypeAlias, TypeVar, get_args

from msgspec import Struct
from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from colophon.edition.pin import Pin, compute_pin
from colophon.edition.source import MarkdownSource
from colophon.problem import Problem
from colophon.upload.fields import display_value
from colophon.upload.keys import is_slug
from colophon.upload.limits import MAX_CORRECTIONS, MAX_DIFFERENCE_NOTES, MAX_EARLIER_ADDRESSES, MAX_IMAGES, MAX_TAGS
from colophon.upload.validated import StrictModel
from colophon.upload.values import (
    Day,
    HttpsUrl,
    Instant,
    Line,
    check_each_once,
    clean_flowing_text,
    clean_line,
    value_error,
)

_BEFORE_AFTER = re.compile(r"before[\s_/&-]*(and[\s_-]*)?after", re.IGNORECASE)


class _HasDay(Protocol):
    @property
    def at(self) -> date: ...


class _HasBlock(Protocol):
    @property
    def block(self) -> int: ...


DatedT = TypeVar("DatedT", bound=_HasDay)
BlockT = TypeVar("BlockT", bound=_HasBlock)
# More than any text has blocks.
MAX_DIGITS = 7


def review_tag(value: object) -> str:
    """The tag of the union's member for a value of ``translation.review``."""
    return "<none>" if isinstance(value, str) else "<record>"


def scope_tag(value: object) -> str:
    """The tag of the union's member for a value of ``translation.review.scope``."""
    return "<text>" if isinstance(value, str) else "<list>"


def check_image_kind(value: object) -> object:
    """Rejects before-and-after pictures with an explanation; other values are left to the type.

    Source: Korean Medical Service Act, art. 56, and Act on Support for Overseas Expansion of Healthcare System and
    Attraction of International Patients, art. 15: advertising to foreign patients must not show them.
    """
    if isinstance(value, str) and _BEFORE_AFTER.fullmatch(value.strip()):
        what = (
            "Before-and-after pictures are not published: Korean rules on medical advertising and on attracting "
            "foreign patients restrict them, and a translated page may count as such advertising."
        )
        raise value_error(what, "Take the image out of the text and out of images, then upload the post again.")
    return value


def parse_earlier_address(value: str) -> str:
    """``value`` stripped, if it is the address of a post: ``<clinic>/<post>``."""
    clinic, slash, post = value.strip().partition("/")
    if slash and is_slug(clinic) and is_slug(post):
        return f"{clinic}/{post}"
    raise value_error(
        f"“{display_value(value)}” is not an earlier address of a post.", "Write it as clinic/post, nothing else."
    )


def sort_corrections(corrections: tuple[DatedT, ...]) -> tuple[DatedT, ...]:
    """``corrections`` newest first; those of one day keep their order."""
    return tuple(sorted(corrections, key=lambda correction: correction.at, reverse=True))


ReviewScope: TypeAlias = Literal["language", "terms", "against-the-original", "medical"]
REVIEW_SCOPES: tuple[str, ...] = get_args(ReviewScope)
_Scopes: TypeAlias = Annotated[tuple[ReviewScope, ...], Field(min_length=1), AfterValidator(check_each_once)]


def parse_block_number(value: object) -> object:
    """The number of a block, from the text of a field."""
    text = value.strip() if isinstance(value, str) else value
    if not isinstance(text, str) or (text.isascii() and text.isdecimal() and len(text) < MAX_DIGITS):
        return text
    what = f"“{display_value(text)}” is not the number of a block."
    raise value_error(what, "Write the block that the warning names: a number, 0 for the title.")


def check_blocks(notes: tuple[BlockT, ...]) -> tuple[BlockT, ...]:
    """``notes``, if each is on a block of its own."""
    blocks = [note.block for note in notes]
    repeated = [block for block in blocks if blocks.count(block) > 1]
    if not repeated:
        return notes
    raise value_error(f"There are several notes on block {repeated[0]}.", "Put them into one note.")


TagWord: TypeAlias = Annotated[str, Field(min_length=1, max_length=80), BeforeValidator(clean_line)]
FlowingText: TypeAlias = Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(clean_flowing_text)]


class Source(StrictModel):
    """The original post that an edition reproduces."""

    channel: Annotated[Line, Field(description="the key of one of the clinic's channels")]
    url: Annotated[HttpsUrl, Field(description="the address of the original post")]
    posted: Annotated[Day, Field(description="the date of the original post, as 2026-05-31")]
    title: Annotated[Line, Field(description="the title of the original post, in its own language")]
    archive_url: Annotated[HttpsUrl | None, Field(description="where the original is archived")] = None


class Review(StrictModel):
    """A person's review of a text of the translation. Without this record no page says that it was reviewed.

    ``scope`` as a text is printed as it is, in whatever language; a list is printed in the page's own.
    """

    by: Annotated[Line, Field(description="who checked the translation")]
    at: Annotated[Day, Field(description="the date of the check, as 2026-05-31")]
    scope: Annotated[
        Annotated[Line, Tag("<text>")] | Annotated[_Scopes, Tag("<list>")],
        Discriminator(scope_tag),
        Field(description=f"what was checked: a list of {', '.join(REVIEW_SCOPES)}"),
    ]
    of: Annotated[Pin | None, Field(description="the pin of the text that was checked")] = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """What was checked, a text alone as the only part."""
        return (self.scope,) if isinstance(self.scope, str) else self.scope


class DifferenceNote(StrictModel):
    """What the editor says of a difference that a program found between two texts. It is about these texts alone."""

    block: Annotated[
        int,
        Field(description="the number of the block, as the warning has it"),
        BeforeValidator(parse_block_number),
    ]
    note: Annotated[FlowingText, Field(description="what readers see in place of the mark")]
    of: Annotated[Pin, Field(description="the pin of this text, which colophon pin prints")]
    original: Annotated[Pin, Field(description="the pin of the original, which colophon pin prints")]


class Translation(StrictModel):
    """How and when the text was translated by a system."""

    at: Annotated[Instant, Field(description="when it was translated, as 2026-05-31T18:30:00+09:00")]
    system: Annotated[Line, Field(description="the system that translated it")]
    of: Annotated[Pin | None, Field(description="the pin of the original that was translated")] = None
    review: Annotated[
        Annotated[Literal["none"], Tag("<none>")] | Annotated[Review, Tag("<record>")], Discriminator(review_tag)
    ] = "none"
    differs: Annotated[
        tuple[DifferenceNote, ...],
        Field(max_length=MAX_DIFFERENCE_NOTES, description="notes on differences that a program found"),
        AfterValidator(check_blocks),
    ] = ()


class ImageWords(StrictModel):
    """The alternative text, credit and kind of one image, and how it was made."""

    alt: Annotated[
        str, Field(max_length=1000, description="what the image shows"), BeforeValidator(clean_flowing_text)
    ] = ""
    credit: Annotated[Line | None, Field(description="who made the image")] = None
    credit_url: HttpsUrl | None = None
    kind: Annotated[Literal["photo", "illustration", "procedure"], BeforeValidator(check_image_kind)] = "photo"
    made: Annotated[
        Literal["ai", "edited-with-ai", "camera"] | None, Field(description="how the image was made, if you know it")
    ] = None


class Correction(StrictModel):
    """A correction to a published page."""

    at: Annotated[Day, Field(description="the date of the correction, as 2026-05-31")]
    note: Annotated[FlowingText, Field(description="what was corrected")]


class FrontMatter(StrictModel):
    """The front matter of an edition. A translation has the field ``translation``, an original does not.

    The keys of ``images`` are file names of the post's folder.
    """

    title: Annotated[Line, Field(description="the title of this edition")]
    source: Annotated[Source, Field(description="where the original was published (channel, url, posted, title)")]
    translation: Translation | None = None
    excerpt: Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(clean_flowing_text)] | None = None
    # A factory, because pydantic deep-copies a mutable default each time. The schema gets the default separately.
    images: Annotated[dict[str, ImageWords], Field(max_length=MAX_IMAGES, json_schema_extra={"default": {}})] = Field(
        default_factory=dict
    )
    tags: Annotated[tuple[TagWord, ...], Field(max_length=MAX_TAGS), AfterValidator(check_each_once)] = ()
    publish_at: Instant | None = None
    corrections: Annotated[
        tuple[Correction, ...], Field(max_length=MAX_CORRECTIONS), AfterValidator(sort_corrections)
    ] = ()
    moved_from: Annotated[
        tuple[Annotated[str, AfterValidator(parse_earlier_address)], ...],
        Field(max_length=MAX_EARLIER_ADDRESSES),
        AfterValidator(check_each_once),
    ] = ()


class Prose(Struct, frozen=True):
    """Sanitized HTML of one or more block elements.

    A list or quote that contains a figure is still open at the end of the prose before it, and is closed after it.
    """

    html: str


class SourceWarning(Struct, frozen=True):
    """A warning of the original (a line with ※), as sanitized HTML. Pages show it in full, never collapsed."""

    html: str


class Figure(Struct, frozen=True):
    """An image of the body. ``number`` counts from 1 through the body; ``name`` is the file name in NFC."""

    number: int
    name: str
    alt: str = ""
    caption: str = ""


class LinkedFigure(Figure, frozen=True, kw_only=True):
    """An image that links to ``address``, in a text that has it inside a link."""

    address: str


Block: TypeAlias = Prose | SourceWarning | Figure


class Edition(Struct, frozen=True, dict=True):
    """One valid edition. ``excerpt`` is plain text; ``warnings`` are problems that do not refuse it.

    ``image_lines`` is the line of the file in which the text first shows an image, by the image's name. ``uploaded``
    are title and body as uploaded. ``source`` finds the lines of everything else, for a comparison.
    """

    lang: str
    front_matter: FrontMatter
    blocks: tuple[Block, ...]
    excerpt: str
    warnings: tuple[Problem, ...] = ()
    image_lines: dict[str, int] = {}
    uploaded: tuple[str, str] = ("", "")
    source: MarkdownSource | None = None

    @cached_property
    def pin(self) -> str:
        """Which text it is. Computed on demand, because few pages say something of it."""
        return compute_pin(*self.uploaded)

    @property
    def is_original(self) -> bool:
        return self.front_matter.translation is None

    @property
    def original_pin(self) -> str | None:
        """The pin of the original that was translated, if the translation names it."""
        translation = self.front_matter.translation
        return translation.of if translation else None

    @property
    def review(self) -> Review | None:
        """The record of a review, of this text or of another one."""
        translation = self.front_matter.translation
        return translation.review if translation and isinstance(translation.review, Review) else None

    @property
    def is_reviewed(self) -> bool:
        """Whether a person has reviewed this very text. Only then may anything say that it is reviewed."""
        return self.review is not None and self.review.of == self.pin

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    @cached_property
    def source_warnings(self) -> int:
        return sum(isinstance(block, SourceWarning) for block in self.blocks)
