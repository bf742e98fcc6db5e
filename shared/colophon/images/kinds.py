"""Detects the kind of an uploaded image from its first bytes, and builds the refusals of images."""

import re

from colophon.problem import Problem, Refused

SAVE_AGAIN = "Open it in an image program, save it as JPEG or PNG, and upload that."
SAVE_SMALLER = "Save it at most 4,000 pixels wide, and upload that; the site shows at most 1,600."
UPLOAD_AGAIN = "Upload the whole file again. If it looks broken on your computer too, export it again first."
JPEG, PNG, WEBP, GIF, AVIF = "JPEG", "PNG", "WebP", "GIF", "AVIF"
_SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), WEBP),
    (re.compile(rb"GIF8[79]a"), GIF),
    # The major brand, or one of the first compatible brands of a file of the general kind (ISO/IEC 14496-12, 4.3).
    (re.compile(rb".{4}ftyp(?:avi[fs]|m(?:if1|iaf|sf1).{4}(?:(?!heic|heix|hevc).{4}){0,16}?avif)", re.DOTALL), AVIF),
)
_HEIC_FIX = (
    "On an iPhone choose Settings, Camera, Formats, Most Compatible, or export the photo as JPEG, and upload that."
)
_DRAWING_FIX = "Export it as PNG from the program that drew it, and upload that."
# First bytes of other files that people upload as images. The brands are from ISO/IEC 23008-12.
_UNSUPPORTED_SIGNATURES = (
    (re.compile(rb".{4}ftyp(hei[cxms]|hev[cxms])", re.DOTALL), "a HEIC photo, as iPhones take them", _HEIC_FIX),
    (re.compile(rb".{4}ftypmi[fa]1", re.DOTALL), "a HEIF image", _HEIC_FIX),
    (re.compile(rb"II\*\0|MM\0\*|II\+\0|MM\0\+"), "a TIFF image", SAVE_AGAIN),
    (
        re.compile(rb"\x1f\x8b"),
        "a file compressed with gzip",
        "Upload the image in it, uncompressed and without a Content-Encoding.",
    ),
    (
        re.compile(rb"\x28\xb5\x2f\xfd"),
        "a file compressed with zstd",
        "Upload the image in it, uncompressed and without a Content-Encoding.",
    ),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive", "Unpack it, and upload the images in it one by one."),
    (re.compile(rb"%PDF-"), "a PDF document", "Export the page as JPEG or PNG, and upload that."),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "a PostScript drawing", _DRAWING_FIX),
    (re.compile(rb"8BPS"), "a Photoshop document", "Export it as JPEG or PNG, and upload that."),
    (re.compile(rb"BM"), "a BMP image", SAVE_AGAIN),
    (re.compile(rb"\0\0[\x01\x02]\0"), "an icon", SAVE_AGAIN),
    (re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "), "a JPEG XL image", SAVE_AGAIN),
    (re.compile(rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  "), "a JPEG 2000 image", SAVE_AGAIN),
    (re.compile(rb".{4}ftyp", re.DOTALL), "a video", "Upload a still image as JPEG or PNG."),
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<")
_MAX_SEARCHED = 4096


def detect_kind(content: bytes) -> str:
    """The kind of an image that is supported. Raises Refused for any other, and names it if it is known."""
    for signature, kind in _SIGNATURES:
        if signature.match(content):
            return kind
    raise _unsupported_refusal(content)


def _unsupported_refusal(content: bytes) -> Refused:
    if not content:
        return refusal("The file is empty.", "Upload the image again.")
    if _MARKUP.match(content):
        start = content[:_MAX_SEARCHED]
        if _SVG.search(start):
            return refusal("This is an SVG drawing. SVG can contain scripts, so it is not supported.", _DRAWING_FIX)
        return refusal(
            "This is a web page or a text with markup, not an image.", "Upload the image itself as JPEG or PNG."
        )
    for signature, name, fix in _UNSUPPORTED_SIGNATURES:
        if signature.match(content):
            return refusal(f"This is {name}; only JPEG, PNG, WebP, GIF and AVIF are supported.", fix)
    return refusal("The file can't be read as a JPEG, PNG, WebP, GIF or AVIF image.")


def refusal(what: str, fix: str = SAVE_AGAIN) -> Refused:
    """A refusal with one problem."""
    return Refused((Problem(what, fix),))


def truncated_refusal(kind: str) -> Refused:
    """The refusal of a file that ends before its image does."""
    return refusal(f"The {kind} file is cut short: it ends before its image does.", UPLOAD_AGAIN)


def malformed_refusal(kind: str) -> Refused:
    """The refusal of a file that violates its format."""
    return refusal(f"The file begins like {'an' if kind == AVIF else 'a'} {kind} image but can't be read as one.")


def memory_refusal(kind: str, width: int, height: int) -> Refused:
    """The refusal of an image that a decoder can't read row by row and that is too large for memory."""
    size = f"{width:,} by {height:,} pixels"
    return refusal(
        f"This kind of {kind} image can only be decoded as a whole, and {size} are too many for that.", SAVE_SMALLER
    )
