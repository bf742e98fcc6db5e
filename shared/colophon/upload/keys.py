"""Inbox keys: what a key refers to, and the allowed names of clinics, posts, languages and images."""

import re
import unicodedata
from typing import TypeAlias

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.combining_marks import MARKS_FIX, find_mark_run, mark_run_error

RESERVED_NAMES = frozenset({"profile", "images", "search", "feed", "assets", "sitemap", "robots", "reports", "archive"})
MAX_IMAGE_NAME_BYTES = 200
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
# Canonical case of BCP 47 (RFC 5646, 2.1.1): language lower, Script title, REGION upper.
_LANG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_IMAGE_EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
# A name that Markdown can use for a file in the same folder: no path, no URL scheme (RFC 3986, 3.1), no hidden file.
_PLAIN_FILE_NAME = re.compile(r"(?!\.|[A-Za-z][A-Za-z0-9+.-]*:)[^/\\]+")
_UNSUPPORTED_EXTENSIONS = (".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp", ".svg")
_WITHDRAWAL_FILE = "withdrawal.yaml"


class PostRef(Struct, frozen=True, order=True):
    """One post of a clinic: a folder of the inbox."""

    clinic: str
    post: str

    @property
    def folder(self) -> str:
        return f"posts/{self.clinic}/{self.post}/"

    def __str__(self) -> str:
        return f"{self.clinic}/{self.post}"


class PageRef(Struct, frozen=True, order=True):
    """One edition of a post, and the page that it becomes."""

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
    """``site.css``: the deployer's own style sheet."""

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
    """The withdrawal of a whole clinic."""

    clinic: str

    @property
    def key(self) -> str:
        return f"clinics/{self.clinic}/{_WITHDRAWAL_FILE}"

    @property
    def target_name(self) -> str:
        """What it withdraws, in the form that commands take."""
        return self.clinic


class PostWithdrawal(Struct, frozen=True):
    """The withdrawal of a post in every language."""

    post: PostRef

    @property
    def key(self) -> str:
        return f"{self.post.folder}{_WITHDRAWAL_FILE}"

    @property
    def target_name(self) -> str:
        return str(self.post)


class PageWithdrawal(Struct, frozen=True):
    """The withdrawal of one edition."""

    page: PageRef

    @property
    def key(self) -> str:
        return f"{self.page.key}.{_WITHDRAWAL_FILE}"

    @property
    def target_name(self) -> str:
        return f"{self.page.post}/{self.page.lang}"


class ImageWithdrawal(Struct, frozen=True):
    """The withdrawal of one image."""

    image: ImageRef

    @property
    def key(self) -> str:
        return f"{self.image.key}.{_WITHDRAWAL_FILE}"

    @property
    def target_name(self) -> str:
        return f"{self.image.post}/{self.image.name}"


class IgnoredKey(Struct, frozen=True):
    """A key that needs neither a page nor a report: a directory marker, or one of Colophon's own reports."""


class UnknownKey(Struct, frozen=True):
    """A key of no known form; ``problem`` says why."""

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


def parse_key(key: str) -> ParsedKey:
    """What ``key`` refers to: the raw key, URL-decoded, in any normalization form. Never raises."""
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
    return Problem("Colophon publishes nothing with a key like this.", fix)


def slug_problem(kind: str, name: str) -> Problem | None:
    """The problem with ``name`` as the name of a ``kind`` ("clinic" or "post"), or None."""
    if name in RESERVED_NAMES:
        return Problem(f"“{name}” is a reserved word and can't name a {kind}.", f"Choose another name for the {kind}.")
    if not _SLUG.fullmatch(name):
        what = f"“{name}” can't name a {kind}."
        fix = "Use 1 to 81 lower-case letters a-z, digits and hyphens, beginning with a letter or a digit."
        return Problem(what, fix)
    return None


def invalid_language_problem(tag: str) -> Problem:
    """The problem of an edition whose file name is not a language tag."""
    what = f"“{tag}” is not a language tag in its canonical form."
    return Problem(what, "Name the file by a BCP 47 tag: ko.md, en.md, ja.md, zh-Hans.md, pt-BR.md.")


def image_name_problem(name: str) -> Problem | None:
    """The problem with ``name`` as the file name of an image, or None."""
    size = len(name.encode())
    if size > MAX_IMAGE_NAME_BYTES:
        what = f"The file name is {size} bytes long; at most {MAX_IMAGE_NAME_BYTES} are allowed."
        return Problem(what, "Give the file a shorter name, and use that name in the posts.")
    if (marks := find_mark_run(name)) is not None:
        return Problem(mark_run_error(name, marks), MARKS_FIX)
    if not name.isprintable():
        return Problem("The file name contains control characters.", "Rename the file with plain letters.")
    if name.lower().endswith(_UNSUPPORTED_EXTENSIONS):
        fix = "Save it as JPEG (an iPhone does: Settings, Camera, Formats, Most Compatible), and upload that instead."
        return Problem(f"“{name}” is an image of a kind that is not supported.", fix)
    if not name.lower().endswith(_IMAGE_EXTENSIONS):
        what = f"“{name}” is not a kind of file that a post can contain."
        fix = f"A post has <lang>.md, withdrawal.yaml and images ({', '.join(_IMAGE_EXTENSIONS)}). Remove this file."
        return Problem(what, fix)
    if not is_plain_file_name(name):
        fix = "Rename it: begin with a letter or a digit, without “:” or “\\”. Use the new name in the posts."
        return Problem(f"No text can refer to an image with the name “{name}”.", fix)
    return None


def is_language(tag: str) -> bool:
    """Whether ``tag`` is a BCP 47 tag of language, script and region, in canonical case (``zh-Hans``, ``pt-BR``)."""
    return _LANG.fullmatch(tag) is not None


def is_slug(text: str) -> bool:
    """Whether ``text`` is a valid name of a clinic or a post."""
    return _SLUG.fullmatch(text) is not None and text not in RESERVED_NAMES


def is_plain_file_name(name: str) -> bool:
    """Whether Markdown can refer to the image ``name`` in the post's folder: no path, no URL, not hidden."""
    return _PLAIN_FILE_NAME.fullmatch(name) is not None


def to_nfc(text: str) -> str:
    """``text`` in Unicode normalization form C, the form in which names are compared.

    Text with a run of combining marks that is too long stays as it is: normalising would take too much time, and every
    reader refuses it.
    """
    # ASCII is always in NFC, and isascii() is much cheaper than normalize().
    return text if text.isascii() or find_mark_run(text) is not None else unicodedata.normalize("NFC", text)
