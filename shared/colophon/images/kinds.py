"""What kind of file an upload is, told by its bytes alone: its name and its content type may say anything."""

import re

from colophon.images.refusal import SAVE_AGAIN, refused
from colophon.problem import Refused

JPEG, PNG, WEBP, GIF = "JPEG", "PNG", "WebP", "GIF"

_SIGNATURES = (
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), WEBP),
    (re.compile(rb"GIF8[79]a"), GIF),
)
_HEIC = "On an iPhone choose Settings, Camera, Formats, Most Compatible, or export the photo as JPEG; upload that."
_DRAWING = "Export it as PNG from the program that drew it, and upload that."
# The same places in other files that people take for images. The brands are those of ISO/IEC 23008-12 and AVIF.
_OTHERS = (
    (re.compile(rb".{4}ftyp(hei[cxms]|hev[cxms])", re.DOTALL), "a HEIC photo, as iPhones take them", _HEIC),
    (re.compile(rb".{4}ftypavi[fs]", re.DOTALL), "an AVIF image", SAVE_AGAIN),
    (re.compile(rb".{4}ftypmi[fa]1", re.DOTALL), "a HEIF image", _HEIC),
    (re.compile(rb"II\*\0|MM\0\*|II\+\0|MM\0\+"), "a TIFF image", SAVE_AGAIN),
    (re.compile(rb"\x1f\x8b"), "a compressed file", "Unpack it, and upload the image in it as JPEG or PNG."),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive", "Unpack it, and upload the images in it one by one."),
    (re.compile(rb"%PDF-"), "a PDF document", "Export the page as JPEG or PNG, and upload that."),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "a PostScript drawing", _DRAWING),
    (re.compile(rb"8BPS"), "a Photoshop document", "Export it as JPEG or PNG, and upload that."),
    (re.compile(rb"BM"), "a BMP image", SAVE_AGAIN),
    (re.compile(rb"\0\0[\x01\x02]\0"), "an icon", SAVE_AGAIN),
    (re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "), "a JPEG XL image", SAVE_AGAIN),
    (re.compile(rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  "), "a JPEG 2000 image", SAVE_AGAIN),
    (re.compile(rb".{4}ftyp", re.DOTALL), "a film", "Upload a still image as JPEG or PNG."),
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<")
_LOOKED_AT = 4096


def kind_of(content: bytes) -> str:
    """JPEG, PNG, WebP or GIF. Raises Refused for anything else, saying what it is where that can be told."""
    for signature, kind in _SIGNATURES:
        if signature.match(content):
            return kind
    raise _other(content)


def _other(content: bytes) -> Refused:
    if not content:
        return refused("The file is empty.", "Upload the image again.")
    if _MARKUP.match(content):
        start = content[:_LOOKED_AT]
        if _SVG.search(start):
            return refused(
                "This is an SVG drawing, which can carry programs; drawings of this kind aren't taken.", _DRAWING
            )
        return refused("This is a page or a text with markup, no image.", "Upload the image itself as JPEG or PNG.")
    for signature, name, fix in _OTHERS:
        if signature.match(content):
            return refused(f"This is {name}; only JPEG, PNG, WebP and GIF are taken.", fix)
    return refused("It can't be read as a JPEG, PNG, WebP or GIF image.")
