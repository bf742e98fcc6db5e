"""What an inbox key names. Every other room speaks of these values and never takes a key apart."""

import unicodedata
from typing import TypeAlias

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.names import image_name_problem, is_language, not_a_language, slug_problem

_WITHDRAWAL = "withdrawal.yaml"


class PostRef(Struct, frozen=True, order=True):
    """One clinic's post: a folder of the inbox."""

    clinic: str
    post: str

    @property
    def folder(self) -> str:
        return f"posts/{self.clinic}/{self.post}/"

    def __str__(self) -> str:
        return f"{self.clinic}/{self.post}"


class PageRef(Struct, frozen=True, order=True):
    """One edition of a post, and so one page."""

    post: PostRef
    lang: str

    @property
    def key(self) -> str:
        return f"{self.post.folder}{self.lang}.md"


class ImageRef(Struct, frozen=True, order=True):
    """One image of a post; ``name`` is in NFC."""

    post: PostRef
    name: str

    @property
    def key(self) -> str:
        return f"{self.post.folder}{self.name}"


class SiteFile(Struct, frozen=True):
    """``site.yaml``."""

    @property
    def key(self) -> str:
        return "site.yaml"


class SiteStyle(Struct, frozen=True):
    """``site.css``: a look of the site's own."""

    @property
    def key(self) -> str:
        return "site.css"


class ClinicFile(Struct, frozen=True):
    """A clinic's record."""

    clinic: str

    @property
    def key(self) -> str:
        return f"clinics/{self.clinic}/clinic.yaml"


class ClinicWithdrawal(Struct, frozen=True):
    """The standing order against a whole clinic."""

    clinic: str

    @property
    def key(self) -> str:
        return f"clinics/{self.clinic}/{_WITHDRAWAL}"

    @property
    def against(self) -> str:
        """What it withdraws, as it is typed behind a command."""
        return self.clinic


class PostWithdrawal(Struct, frozen=True):
    """The standing order against a post in every language."""

    post: PostRef

    @property
    def key(self) -> str:
        return f"{self.post.folder}{_WITHDRAWAL}"

    @property
    def against(self) -> str:
        return str(self.post)


class PageWithdrawal(Struct, frozen=True):
    """The standing order against one edition."""

    page: PageRef

    @property
    def key(self) -> str:
        return f"{self.page.key}.{_WITHDRAWAL}"

    @property
    def against(self) -> str:
        return f"{self.page.post}/{self.page.lang}"


class ImageWithdrawal(Struct, frozen=True):
    """The standing order against one image."""

    image: ImageRef

    @property
    def key(self) -> str:
        return f"{self.image.key}.{_WITHDRAWAL}"

    @property
    def against(self) -> str:
        return f"{self.image.post}/{self.image.name}"


class Ignored(Struct, frozen=True):
    """Nothing to publish and nothing to say: a directory marker, or one of Colophon's own reports."""


class Unknown(Struct, frozen=True):
    """A key that names nothing Colophon publishes: refused, with the problem that says why."""

    key: str
    problem: Problem


Named: TypeAlias = (
    SiteFile
    | SiteStyle
    | ClinicFile
    | ClinicWithdrawal
    | PageRef
    | ImageRef
    | PostWithdrawal
    | PageWithdrawal
    | ImageWithdrawal
    | Ignored
    | Unknown
)


def nfc(text: str) -> str:
    """``text`` in Unicode normalization form C, the form every name is compared in."""
    # Plain ASCII, as most text here is, has no other form, and is known for it without a look at its letters.
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def named(key: str) -> Named:
    """What ``key`` (decoded, as S3 lists it) names. Never raises."""
    if key.endswith("/") or key.startswith("reports/"):
        return Ignored()
    match nfc(key).split("/"):
        case ["site.yaml"]:
            return SiteFile()
        case ["site.css"]:
            return SiteStyle()
        case ["clinics", clinic, file] if file in ("clinic.yaml", _WITHDRAWAL):
            if problem := slug_problem("clinic", clinic):
                return Unknown(key, problem)
            return ClinicFile(clinic) if file == "clinic.yaml" else ClinicWithdrawal(clinic)
        case ["posts", clinic, post, file]:
            problem = slug_problem("clinic", clinic) or slug_problem("post", post)
            return Unknown(key, problem) if problem else _in_post(key, PostRef(clinic, post), file)
    return Unknown(key, _out_of_place())


def _in_post(key: str, post: PostRef, file: str) -> Named:
    if file == _WITHDRAWAL:
        return PostWithdrawal(post)
    if file.endswith("." + _WITHDRAWAL):
        target = _in_post(key, post, file.removesuffix("." + _WITHDRAWAL))
        if isinstance(target, PageRef):
            return PageWithdrawal(target)
        return ImageWithdrawal(target) if isinstance(target, ImageRef) else target
    if file.endswith(".md"):
        lang = file.removesuffix(".md")
        return PageRef(post, lang) if is_language(lang) else Unknown(key, not_a_language(lang))
    return _image(key, post, file)


def _image(key: str, post: PostRef, name: str) -> ImageRef | Unknown:
    problem = image_name_problem(name)
    return Unknown(key, problem) if problem else ImageRef(post, name)


def _out_of_place() -> Problem:
    fix = (
        "Use site.yaml, site.css, clinics/<clinic>/clinic.yaml, clinics/<clinic>/withdrawal.yaml, or "
        "posts/<clinic>/<post>/ with <lang>.md, images and withdrawals in it."
    )
    return Problem("Nothing that Colophon publishes has a key like this.", fix)
