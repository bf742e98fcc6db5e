"""Inbox keys: what a key refers to, and the allowed names of clinics, posts, languages and images."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from colophon.problem import Problem
from colophon.upload.combining_marks import find_mark_run
from colophon.upload.file_names import escape_name, is_utf8, read_as_korean
from colophon.upload.image_names import image_name_problem

# S3 notifies of keys that begin so (template.yaml). Reports, which Colophon writes, are never among them.
NOTIFIED_PREFIXES = ("posts/", "clinics/", "site.")
REPORTS = "reports/"
RESERVED_NAMES = frozenset({"profile", "images", "search", "feed", "assets", "sitemap", "robots", "reports", "archive"})
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
# Canonical case of BCP 47 (RFC 5646, 2.1.1): language lower, Script title, REGION upper.
_LANG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
# What people and programs call Markdown files, and what an editor adds to a name.
_TEXT_FILE = re.compile(r"(.+?)(?:\.(?:md|markdown|mdown|mkdn?|mdx|txt|text))+", re.IGNORECASE)
_WITHDRAWAL_FILE, _GLOSSARY_FILE = "withdrawal.yaml", "glossary.yaml"
_ICON_PREFIX = "site.icon."
_REPORT_EXTENSION = ".json"


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


class SiteIcon(Struct, frozen=True):
    """``site.icon.png``: the deployer's own icon."""

    @property
    def key(self) -> str:
        return "site.icon.png"


# The files that concern the whole site, in the order in which they are decided about.
SiteKey: TypeAlias = SiteFile | SiteStyle | SiteIcon
SITE_KEYS = (SiteFile().key, SiteStyle().key, SiteIcon().key)


class ClinicFile(Struct, frozen=True):
    """A clinic's record."""

    clinic: str

    @property
    def key(self) -> str:
        return f"clinics/{self.clinic}/clinic.yaml"


class ClinicGlossary(Struct, frozen=True):
    """The terms that translations of a clinic's posts are held to."""

    clinic: str

    @property
    def key(self) -> str:
        return f"clinics/{self.clinic}/{_GLOSSARY_FILE}"


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
    """A key that needs neither a page nor a report: a directory marker, or one that may be a report of Colophon's."""


class UnknownKey(Struct, frozen=True):
    """A key of no known form; ``problem`` says why.

    ``language`` is what stands in the place of an edition's language, if that is what is wrong.
    """

    key: str
    problem: Problem
    language: str = ""


ParsedKey: TypeAlias = (
    SiteFile
    | SiteStyle
    | SiteIcon
    | ClinicFile
    | ClinicGlossary
    | ClinicWithdrawal
    | PageRef
    | ImageRef
    | PostWithdrawal
    | PageWithdrawal
    | ImageWithdrawal
    | IgnoredKey
    | UnknownKey
)


_CLINIC_FILES: Mapping[str, type[ClinicFile | ClinicGlossary | ClinicWithdrawal]] = {
    "clinic.yaml": ClinicFile,
    _GLOSSARY_FILE: ClinicGlossary,
    _WITHDRAWAL_FILE: ClinicWithdrawal,
}


# Cached: the steps of a post's refresh each parse its keys.
@lru_cache(maxsize=1024)
def parse_key(key: str) -> ParsedKey:
    """What ``key`` refers to: the raw key, URL-decoded, in any normalization form. Never raises."""
    if key.endswith("/") or reported_key(key):
        return IgnoredKey()
    if key.startswith(REPORTS):
        return UnknownKey(key, foreign_report_problem())
    if not is_utf8(key):
        return UnknownKey(key, _not_utf8_problem(key))
    parsed = _parse_known_key(key)
    if isinstance(parsed, UnknownKey) and (name := find_near_name(key)):
        return UnknownKey(key, Problem(parsed.problem.what, f"Name the file {name}."))
    return parsed


def find_near_name(key: str) -> str:
    """The file name that Colophon knows and from which that of ``key`` differs in case or as .yml; empty if none."""
    folder, slash, file = key.rpartition("/")
    near = re.sub(r"\.yml$", ".yaml", file.lower())
    known = near != file and not isinstance(_parse_known_key(f"{folder}{slash}{near}"), UnknownKey | ImageRef | PageRef)
    return near if known else ""


def _parse_known_key(key: str) -> ParsedKey:
    match to_nfc(key).split("/"):
        case ["site.yaml"]:
            return SiteFile()
        case ["site.css"]:
            return SiteStyle()
        case ["site.icon.png"]:
            return SiteIcon()
        case [file] if file.startswith(_ICON_PREFIX):
            return UnknownKey(key, _icon_kind_problem(file))
        case ["clinics", clinic, file] if kind := _CLINIC_FILES.get(file):
            problem = slug_problem("clinic", clinic)
            return UnknownKey(key, problem) if problem else kind(clinic)
        case ["posts", clinic, post, file]:
            problem = slug_problem("clinic", clinic) or slug_problem("post", post)
            return UnknownKey(key, problem) if problem else _parse_post_file(key, PostRef(clinic, post), file)
    return UnknownKey(key, _unknown_key_problem())


def reported_key(key: str) -> str:
    """The upload that the report at ``key`` is about, cut if it is very long; empty if no report has such a key."""
    if key.startswith(REPORTS) and key.endswith(_REPORT_EXTENSION):
        return key.removeprefix(REPORTS).removesuffix(_REPORT_EXTENSION)
    return ""


def foreign_report_problem() -> Problem:
    """The problem of a file that a person put among the reports."""
    what = f"{REPORTS} is for the reports that Colophon writes. Nothing that is uploaded there is published."
    return Problem(what, "Upload it into posts/<clinic>/<post>/ if it belongs to a post. Delete it here.")


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
        return PageRef(post, lang) if is_language(lang) else UnknownKey(key, invalid_language_problem(lang), lang)
    if named := _TEXT_FILE.fullmatch(file):
        return UnknownKey(key, _text_file_problem(file), named[1])
    return _parse_image_name(key, post, file)


def _parse_image_name(key: str, post: PostRef, name: str) -> ImageRef | UnknownKey:
    problem = image_name_problem(name)
    return UnknownKey(key, problem) if problem else ImageRef(post, name)


def _unknown_key_problem() -> Problem:
    fix = (
        "Use site.yaml, site.css, site.icon.png, clinics/<clinic>/ with clinic.yaml, glossary.yaml, withdrawal.yaml, "
        "or posts/<clinic>/<post>/ with <lang>.md, images and withdrawals in it."
    )
    return Problem("Colophon publishes nothing with a key like this.", fix)


def _icon_kind_problem(file: str) -> Problem:
    # An SVG may hold scripts, and what shows it is not always a page with our policy.
    what = f"“{file}” is not a kind of icon that is supported."
    return Problem(what, "Export it as a square PNG of 48 to 512 pixels, and upload that as site.icon.png.")


def _not_utf8_problem(key: str) -> Problem:
    """The problem of a file on disk whose name, or whose folder's name, is not UTF-8."""
    parts = key.split("/")
    wrong = next(number for number, part in enumerate(parts) if not is_utf8(part))
    kind = "file" if wrong == len(parts) - 1 else "folder"
    what = f"The name of the {kind} “{escape_name(parts[wrong])}” is not UTF-8."
    korean = read_as_korean(parts[wrong])
    if korean is None:
        fix = "and unpack the archive that it came in with the encoding of the computer that made it."
        return Problem(what, f"Rename the {kind} with letters a-z and digits, or delete it {fix}")
    renamed = parse_key("/".join(korean if number == wrong else part for number, part in enumerate(parts)))
    if isinstance(renamed, UnknownKey) and is_utf8(renamed.key):
        fix = f"Rename the {kind}. On Korean Windows (CP949) it is “{korean}”, which can't be used either."
        return Problem(what, f"{fix} {renamed.problem.fix}")
    fix = f"Rename the {kind} to “{korean}”, which is its name on Korean Windows (CP949)."
    return Problem(what, f"{fix} Or unpack the archive again: unzip -O cp949 FILE.zip")


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
    return Problem(what, "Name the file by one of the languages in site.yaml, such as ko.md, en.md or zh-Hans.md.")


def _text_file_problem(file: str) -> Problem:
    what = f"“{file}” is not the name of an edition: that is a language and .md."
    return Problem(what, "Name the file by one of the languages in site.yaml, such as en.md, or remove it.")


def is_language(tag: str) -> bool:
    """Whether ``tag`` is a BCP 47 tag of language, script and region, in canonical case (``zh-Hans``, ``pt-BR``)."""
    return _LANG.fullmatch(tag) is not None


def is_slug(text: str) -> bool:
    """Whether ``text`` is a valid name of a clinic or a post."""
    return _SLUG.fullmatch(text) is not None and text not in RESERVED_NAMES


def to_nfc(text: str) -> str:
    """``text`` in Unicode normalization form C, the form in which names are compared.

    Text with a run of combining marks that is too long stays as it is: normalising would take too much time, and every
    reader refuses it.
    """
    # ASCII is always in NFC, and isascii() is much cheaper than normalize().
    return text if text.isascii() or find_mark_run(text) is not None else unicodedata.normalize("NFC", text)
