"""Names of image files: which a post may have, and why another can't be used."""

import re
import unicodedata
from itertools import zip_longest

from colophon.problem import Problem
from colophon.upload.combining_marks import MARKS_FIX, find_mark_run, mark_run_error
from colophon.upload.unseen import BIDI_CONTROLS, describe_unseen, remove_zero_width

MAX_IMAGE_NAME_BYTES = 200
_IMAGE_EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
# A name that Markdown can use for a file in the same folder: no path, no URL scheme (RFC 3986, 3.1), no hidden file.
_PLAIN_FILE_NAME = re.compile(r"(?!\.|[A-Za-z][A-Za-z0-9+.-]*:)[^/\\]+")
_PHONE_FIX = "Save it as JPEG (an iPhone does: Settings, Camera, Formats, Most Compatible), and upload that instead."
_UNSUPPORTED_EXTENSIONS = {
    ".tif": "Save it as JPEG or PNG, and upload that instead.",
    ".tiff": "Save it as JPEG or PNG, and upload that instead.",
    ".bmp": "Save it as JPEG or PNG, and upload that instead.",
    ".svg": "Export it as PNG or JPEG from the program that drew it, and upload that instead.",
    ".heic": _PHONE_FIX,
    ".heif": _PHONE_FIX,
}


def image_name_problem(name: str) -> Problem | None:
    """The problem with ``name`` as the file name of an image, or None."""
    size = len(name.encode())
    if size > MAX_IMAGE_NAME_BYTES:
        what = f"The file name is {size} bytes long; at most {MAX_IMAGE_NAME_BYTES} are allowed."
        return Problem(what, "Give the file a shorter name, and use that name in the posts.")
    if (marks := find_mark_run(name)) is not None:
        return Problem(mark_run_error(name, marks), MARKS_FIX)
    if character := _find_forbidden(name):
        what = f"The file name contains the {character}."
        return Problem(what, "Rename the file without it, and use the new name in the posts.")
    if fix := _UNSUPPORTED_EXTENSIONS.get(f".{name.lower().rpartition('.')[2]}"):
        return Problem(f"“{name}” is an image of a kind that is not supported.", fix)
    if not name.lower().endswith(_IMAGE_EXTENSIONS):
        what = f"“{name}” is not a kind of file that a post can contain."
        fix = f"A post has <lang>.md, withdrawal.yaml and images ({', '.join(_IMAGE_EXTENSIONS)}). Remove this file."
        return Problem(what, fix)
    if not is_plain_file_name(name):
        fix = "Rename it: begin with a letter or a digit, without “:” or “\\”. Use the new name in the posts."
        return Problem(f"No text can refer to an image with the name “{name}”.", fix)
    return None


def _find_forbidden(name: str) -> str:
    """The first character of ``name`` that shows nothing or is no character of text, described; empty if there is none.

    Blanks of any width are allowed: macOS puts U+202F into the names of screenshots.
    """
    if name.isprintable():
        return ""
    for character in name:
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
            return f"{'control ' if category == 'Cc' else ''}{describe_unseen(character)}"
    kept = remove_zero_width(name)
    unseen = (one for one, other in zip_longest(name, kept) if one != other or one in BIDI_CONTROLS)
    return f"invisible {describe_unseen(hidden)}" if (hidden := next(unseen, None)) else ""


def is_plain_file_name(name: str) -> bool:
    """Whether Markdown can refer to the image ``name`` in the post's folder: no path, no URL, not hidden."""
    return _PLAIN_FILE_NAME.fullmatch(name) is not None
