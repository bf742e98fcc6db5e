"""What an edition says: its front matter, field by field, and its body, block by block."""

from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from colophon.edition.rules import corrections_in_order, each_once, earlier_address, image_kind, review_choice
from colophon.problem import Problem
from colophon.upload.limits import CORRECTIONS, EARLIER_ADDRESSES, IMAGES, TAGS
from colophon.upload.values import Day, Https, Line, Moment, flowing, one_line

__all__ = ["Https", "Line"]

TagWord: TypeAlias = Annotated[str, Field(min_length=1, max_length=80), BeforeValidator(one_line)]
FlowingText: TypeAlias = Annotated[str, Field(min_length=1, max_length=1000), BeforeValidator(flowing)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where the original was published, by whom and when; ``posted`` is the date printed there."""

    channel: Annotated[Line, Field(description="the key of one of the clinic's channels")]
    url: Annotated[Https, Field(description="the address of the original post")]
    posted: Annotated[Day, Field(description="the date of the original post, as 2026-05-31")]
    title: Annotated[Line, Field(description="the title of the original post, in its own language")]
    archive_url: Annotated[Https | None, Field(description="where the original is archived")] = None


class Review(_Strict):
    """A person's check of a translation: only this record lets a page say "reviewed"."""

    by: Annotated[Line, Field(description="who checked the translation")]
    at: Annotated[Day, Field(description="the date of the check, as 2026-05-31")]
    scope: Annotated[Line, Field(description="what was checked")]


class Translation(_Strict):
    """When and by which system the text was translated; ``at`` carries a UTC offset."""

    at: Annotated[Moment, Field(description="when it was translated, as 2026-05-31T18:30:00+09:00")]
    system: Annotated[Line, Field(description="the system that translated it")]
    review: Annotated[
        Annotated[Literal["none"], Tag("<none>")] | Annotated[Review, Tag("<record>")], Discriminator(review_choice)
    ] = "none"


class ImageWords(_Strict):
    """What a post says of one of its images."""

    alt: Annotated[str, Field(max_length=1000, description="what the image shows"), BeforeValidator(flowing)] = ""
    credit: Annotated[Line | None, Field(description="who made the image")] = None
    credit_url: Https | None = None
    kind: Annotated[Literal["photo", "illustration", "procedure"], BeforeValidator(image_kind)] = "photo"


class Correction(_Strict):
    """What was changed in a published page, and when."""

    at: Annotated[Day, Field(description="the date of the correction, as 2026-05-31")]
    note: Annotated[FlowingText, Field(description="what was corrected")]


class FrontMatter(_Strict):
    """Everything an edition says of itself. A translation has ``translation``; an original has not.

    Image names are in NFC, tags and earlier addresses are unique, corrections stand newest first.
    """

    title: Annotated[Line, Field(description="the title of this edition")]
    source: Annotated[Source, Field(description="where the original was published (channel, url, posted, title)")]
    translation: Translation | None = None
    excerpt: Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(flowing)] | None = None
    # A factory: a default that can be changed would be copied deep for each edition. Its schema tells the default.
    images: Annotated[dict[str, ImageWords], Field(max_length=IMAGES, json_schema_extra={"default": {}})] = Field(
        default_factory=dict
    )
    tags: Annotated[tuple[TagWord, ...], Field(max_length=TAGS), AfterValidator(each_once)] = ()
    publish_at: Moment | None = None
    corrections: Annotated[
        tuple[Correction, ...], Field(max_length=CORRECTIONS), AfterValidator(corrections_in_order)
    ] = ()
    moved_from: Annotated[
        tuple[Annotated[str, AfterValidator(earlier_address)], ...],
        Field(max_length=EARLIER_ADDRESSES),
        AfterValidator(each_once),
    ] = ()


class Prose(Struct, frozen=True):
    """Clean HTML: what may stand in a page as it is."""

    html: str


class SourceWarning(Struct, frozen=True):
    """A ※ line of the source: clean HTML of its own, never shortened and never folded away."""

    html: str


class Figure(Struct, frozen=True):
    """The place of an image: ``number`` counts from 1 through the body, ``name`` is the file's NFC name."""

    number: int
    name: str
    alt: str = ""
    caption: str = ""


Block: TypeAlias = Prose | SourceWarning | Figure


class Edition(Struct, frozen=True, dict=True):
    """One valid edition. ``excerpt`` is plain text, ``warnings`` what the report says without refusing anything."""

    lang: str
    front: FrontMatter
    blocks: tuple[Block, ...]
    excerpt: str
    warnings: tuple[Problem, ...] = ()

    @property
    def is_original(self) -> bool:
        return self.front.translation is None

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    @cached_property
    def source_warnings(self) -> int:
        return sum(isinstance(block, SourceWarning) for block in self.blocks)
