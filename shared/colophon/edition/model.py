"""What an edition says: its front matter, field by field, and its body, block by block."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from colophon.problem import Problem

Line: TypeAlias = Annotated[str, Field(min_length=1, max_length=300)]
Https: TypeAlias = Annotated[str, Field(max_length=2000, pattern=r"^https://[^\s<>\"]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """Where the original was published, by whom and when; ``posted`` is the date printed there."""

    channel: Line
    url: Https
    posted: date
    title: Line
    archive_url: Https | None = None


class Review(_Strict):
    """A person's check of a translation: only this record lets a page say "reviewed"."""

    by: Line
    at: date
    scope: Line


class Translation(_Strict):
    """When and by which system the text was translated; ``at`` carries a UTC offset."""

    at: AwareDatetime
    system: Line
    review: Literal["none"] | Review = "none"


class ImageWords(_Strict):
    """What a post says of one of its images."""

    alt: Annotated[str, Field(max_length=1000)] = ""
    credit: Line | None = None
    credit_url: Https | None = None
    kind: Literal["photo", "illustration", "procedure"] = "photo"


class Correction(_Strict):
    """What was changed in a published page, and when."""

    at: date
    note: Annotated[str, Field(min_length=1, max_length=1000)]


class FrontMatter(_Strict):
    """Everything an edition says of itself. A translation has ``translation``; an original has not."""

    title: Line
    source: Source
    translation: Translation | None = None
    excerpt: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    images: dict[str, ImageWords] = {}
    tags: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field(max_length=50)] = ()
    publish_at: AwareDatetime | None = None
    corrections: tuple[Correction, ...] = ()
    moved_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """Clean HTML: what may stand in a page as it is."""

    html: str


@dataclass(frozen=True, slots=True)
class SourceWarning:
    """A ※ line of the source: clean HTML of its own, never shortened and never folded away."""

    html: str


@dataclass(frozen=True, slots=True)
class Figure:
    """The place of an image: ``number`` counts from 1 through the body, ``name`` is the file's NFC name."""

    number: int
    name: str
    alt: str = ""
    caption: str = ""


Block: TypeAlias = Prose | SourceWarning | Figure


@dataclass(frozen=True, slots=True)
class Edition:
    """One valid edition. ``excerpt`` is plain text, ``warnings`` what the report says without refusing anything."""

    lang: str
    front: FrontMatter
    blocks: tuple[Block, ...]
    excerpt: str
    warnings: tuple[Problem, ...] = ()

    @property
    def is_original(self) -> bool:
        return self.front.translation is None

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    @property
    def source_warnings(self) -> int:
        return sum(isinstance(block, SourceWarning) for block in self.blocks)
