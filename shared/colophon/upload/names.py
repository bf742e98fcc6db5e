"""What clinics, posts, languages and images may be called."""

import re

from colophon.problem import Problem

RESERVED = frozenset({"profile", "images", "search", "feed", "assets", "sitemap", "robots", "reports", "archive"})
MAX_IMAGE_NAME_BYTES = 200

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
# Canonical case of BCP 47 (RFC 5646, 2.1.1): language lower, Script title, REGION upper.
_LANG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
# What a text can name as a file of its own folder: no path, no address with a scheme (RFC 3986, 3.1), no hidden file.
_PLAIN = re.compile(r"(?!\.|[A-Za-z][A-Za-z0-9+.-]*:)[^/\\]+")
_OTHER_IMAGES = (".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp", ".svg")


def is_language(tag: str) -> bool:
    """Whether ``tag`` is a BCP 47 language tag in canonical case (language, script, region)."""
    return _LANG.fullmatch(tag) is not None


def is_slug(text: str) -> bool:
    """Whether ``text`` can be the name of a clinic or a post."""
    return _SLUG.fullmatch(text) is not None and text not in RESERVED


def is_plain(name: str) -> bool:
    """Whether a text can show the image ``name`` by its name alone."""
    return _PLAIN.fullmatch(name) is not None


def slug_problem(kind: str, name: str) -> Problem | None:
    """Why ``name`` can't be the name of a ``kind`` (clinic, post), if so."""
    if name in RESERVED:
        return Problem(f"“{name}” is a reserved word and can't name a {kind}.", f"Choose another name for the {kind}.")
    if not _SLUG.fullmatch(name):
        what = f"“{name}” can't name a {kind}."
        fix = "Use 1 to 81 lower-case letters a-z, digits and hyphens, beginning with a letter or a digit."
        return Problem(what, fix)
    return None


def not_a_language(tag: str) -> Problem:
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
    if name.lower().endswith(_OTHER_IMAGES):
        fix = "Save it as JPEG (an iPhone does: Settings, Camera, Formats, Most Compatible), and upload that instead."
        return Problem(f"“{name}” is an image of a kind that is not taken.", fix)
    if not name.lower().endswith(_IMAGE_ENDINGS):
        what = f"“{name}” is not a kind of file that a post can hold."
        fix = f"A post holds <lang>.md, withdrawal.yaml and images ({', '.join(_IMAGE_ENDINGS)}). Remove this file."
        return Problem(what, fix)
    if not is_plain(name):
        fix = "Begin the name with a letter or a digit, with no “:” or “\\” in it, and use that name in the posts."
        return Problem(f"No text can show an image with the name “{name}”.", fix)
    return None
