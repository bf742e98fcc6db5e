"""Inbox keys: what a key names, and what clinics, posts, languages and images may be called."""

import re
import unicodedata
from typing import TypeAlias

from msgspec import Struct

from colophon.problem import Problem

RESERVED_NAMES = frozenset({"profile", "images", "search", "feed", "assets", "sitemap", "robots", "reports", "archive"})
MAX_IMAGE_NAME_BYTES = 200

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
# Canonical case of BCP 47 (RFC 5646, 2.1.1): language lower, Script title, REGION upper.
_LANG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_IMAGE_EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
# What a text can name as a file of its own folder: no path, no address with a scheme (RFC 3986, 3.1), no hidden file.
_PLAIN_FILE_NAME = re.compile(r"(?!\.|[A-Za-z][A-Za-z0-9+.-]*:)[^/\\]+")
_UNSUPPORTED_EXTENSIONS = (".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp", ".svg")


def is_language(tag: str) -> bool:
    """Whether ``tag`` is a BCP 47 language tag in canonical case (language, script, region)."""
    return _LANG.fullmatch(tag) is not None


def is_slug(text: str) -> bool:
    """Whether ``text`` can be the name of a clinic or a post."""
    return _SLUG.fullmatch(text) is not None and text not in RESERVED_NAMES


def is_plain_file_name(name: str) -> bool:
    """Whether a text can show the image ``name`` by its name alone."""
    return _PLAIN_FILE_NAME.fullmatch(name) is not None


def slug_problem(kind: str, name: str) -> Problem | None:
    """Why ``name`` can't be the name of a ``kind`` (clinic, post), if so."""
    if name in RESERVED_NAMES:
        return Problem(f"“{name}” is a reserved word and can't name a {kind}.", f"Choose another name for the {kind}.")
    if not _SLUG.fullmatch(name):
        what = f"“{name}” can't name a {kind}."
        fix = "Use 1 to 81 lower-case letters a-z, digits and hyphens, beginning with a letter or a digit."
        return Problem(what, fix)
    return None


def invalid_language_problem(tag: str) -> Problem:
    """The problem of a text named by something that is no language tag."""
    what = f"“{tag}” is not a language tag in its usual case."
    return Problem(what, "Name the file by a BCP 47 tag: ko.md, en.md, ja.md, zh-Hans.md, pt-BR.md.")


def image_name_problem(name: str) -> Problem | None:
    """Why ``name`` can't be the file name of an image, if so."""
    size = len(name.encode())
    if size > MAX_IMAGE_NAME_BYTES:
        what = f"The file name is {size} bytes long; at most {MAX_IMAGE_NAME_BYTES} are allowed."
        return Problem(what, "Give the file a shorter name, and use that name in the posts.")
    if not name.isprintable():
        return Problem("The file name holds control characters.", "Rename the file with plain letters.")
    if name.lower().endswith(_UNSUPPORTED_EXTENSIONS):
        fix = "Save it as JPEG (an iPhone does: Settings, Camera, Formats, Most Compatible), and upload that instead."
        return Problem(f"“{name}” is an image of a kind that is not taken.", fix)
    if not name.lower().endswith(_IMAGE_EXTENSIONS):
        what = f"“{name}” is not a kind of file that a post can hold."
        fix = f"A post holds <lang>.md, withdrawal.yaml and images ({', '.join(_IMAGE_EXTENSIONS)}). Remove this file."
        return Problem(what, fix)
    if not is_plain_file_name(name):
        fix = "Begin the name with a letter or a digit, with no “:” or “\\” in it, and use that name in the posts."
        return Problem(f"No text can show an image with the name “{name}”.", fix)
    return None


_WITHDRAWAL_FILE = "withdrawal.yaml"


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
        return f"clinics/{self.clinic}/{_WITHDRAWAL_FILE}"

    @property
    def target_name(self) -> str:
        """What it withdraws, as it is typed behind a command."""
        return self.clinic


class PostWithdrawal(Struct, frozen=True):
    """The standing order against a post in every language."""

    post: PostRef

    @property
    def key(self) -> str:
        return f"{self.post.folder}{_WITHDRAWAL_FILE}"

    @property
    def target_name(self) -> str:
        return str(self.post)


class PageWithdrawal(Struct, frozen=True):
    """The standing order against one edition."""

    page: PageRef

    @property
    def key(self) -> str:
        return f"{self.page.key}.{_WITHDRAWAL_FILE}"

    @property
    def target_name(self) -> str:
        return f"{self.page.post}/{self.page.lang}"


class ImageWithdrawal(Struct, frozen=True):
    """The standing order against one image."""

    image: ImageRef

    @property
    def key(self) -> str:
        return f"{self.image.key}.{_WITHDRAWAL_FILE}"

    @property
    def target_name(self) -> str:
        return f"{self.image.post}/{self.image.name}"


class IgnoredKey(Struct, frozen=True):
    """Nothing to publish and nothing to say: a directory marker, or one of Colophon's own reports."""


class UnknownKey(Struct, frozen=True):
    """A key that names nothing Colophon publishes: refused, with the problem that says why."""

    key: str
    problem: Problem


ParsedKey: TypeAlias = (
    SiteFile
    | SiteStyle
    | ClinicFile
    | ClinicWithdrawal
    | PageRef
    | ImageRef
    | PostWithdrawal
    | PageWithdrawal
    | ImageWithdrawal
    | IgnoredKey
    | UnknownKey
)


def to_nfc(text: str) -> str:
    """``text`` in Unicode normalization form C, the form every name is compared in."""
    # Plain ASCII, as most text here is, has no other form, and is known for it without a look at its letters.
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def parse_key(key: str) -> ParsedKey:
    """What ``key`` (decoded, as S3 lists it) names. Never raises."""
    if key.endswith("/") or key.startswith("reports/"):
        return IgnoredKey()
    match to_nfc(key).split("/"):
        case ["site.yaml"]:
            return SiteFile()
        case ["site.css"]:
            return SiteStyle()
        case ["clinics", clinic, file] if file in ("clinic.yaml", _WITHDRAWAL_FILE):
            if problem := slug_problem("clinic", clinic):
                return UnknownKey(key, problem)
            return ClinicFile(clinic) if file == "clinic.yaml" else ClinicWithdrawal(clinic)
        case ["posts", clinic, post, file]:
            problem = slug_problem("clinic", clinic) or slug_problem("post", post)
            return UnknownKey(key, problem) if problem else _parse_post_file(key, PostRef(clinic, post), file)
    return UnknownKey(key, _unknown_key_problem())


def _parse_post_file(key: str, post: PostRef, file: str) -> ParsedKey:
    if file == _WITHDRAWAL_FILE:
        return PostWithdrawal(post)
    if file.endswith("." + _WITHDRAWAL_FILE):
        target = _parse_post_file(key, post, file.removesuffix("." + _WITHDRAWAL_FILE))
        if isinstance(target, PageRef):
            return PageWithdrawal(target)
        return ImageWithdrawal(target) if isinstance(target, ImageRef) else target
    if file.endswith(".md"):
        lang = file.removesuffix(".md")
        return PageRef(post, lang) if is_language(lang) else UnknownKey(key, invalid_language_problem(lang))
    return _parse_image_name(key, post, file)


def _parse_image_name(key: str, post: PostRef, name: str) -> ImageRef | UnknownKey:
    problem = image_name_problem(name)
    return UnknownKey(key, problem) if problem else ImageRef(post, name)


def _unknown_key_problem() -> Problem:
    fix = (
        "Use site.yaml, site.css, clinics/<clinic>/clinic.yaml, clinics/<clinic>/withdrawal.yaml, or "
        "posts/<clinic>/<post>/ with <lang>.md, images and withdrawals in it."
    )
    return Problem("Nothing that Colophon publishes has a key like this.", fix)
