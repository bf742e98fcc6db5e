"""Files that are not accepted as images, as people upload them."""

import gzip
import random

from tests.images.hostile.case import MARKER, Case, quarters, refusal, saved

_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "&b;&b;">]><svg>&a;</svg>'


def _box(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + bytes(4) + b"mif1" + brand + MARKER


def cases() -> list[Case]:
    """All of them."""
    picture = quarters()
    return [
        refusal("nothing at all", lambda: b"", "empty"),
        refusal("one byte", lambda: b"\xff", "can't be read as a JPEG"),
        refusal("zeros", lambda: bytes(5000), "can't be read as a JPEG"),
        refusal("noise", lambda: random.Random(7).randbytes(5000), "can't be read as a JPEG"),
        refusal("words", lambda: b"This is a photo of the door.", "can't be read as a JPEG"),
        refusal("more bytes than are taken", lambda: saved(picture, "JPEG") + bytes(21 << 20), "bytes long"),
        refusal("SVG", lambda: _SVG, "SVG"),
        refusal("SVG after a byte order mark and a comment", lambda: b"\xef\xbb\xbf <!-- a -->" + _SVG, "SVG"),
        refusal("SVG with entities", lambda: _ENTITIES, "SVG"),
        refusal("SVG, compressed", lambda: gzip.compress(_SVG), "compressed"),
        refusal("a page", lambda: b"<!doctype html><script>alert(1)</script>", "markup"),
        refusal("TIFF", lambda: saved(picture, "TIFF"), "TIFF"),
        refusal("TIFF, the other order", lambda: b"MM\0*\0\0\0\x08" + bytes(40), "TIFF"),
        refusal("BigTIFF", lambda: b"II+\0\x08\0\0\0" + bytes(40), "TIFF"),
        refusal("BMP", lambda: saved(picture, "BMP"), "BMP"),
        refusal("ICO", lambda: saved(picture, "ICO"), "icon"),
        refusal("HEIC", lambda: _box(b"heic"), "HEIC"),
        refusal("HEIC of several images", lambda: _box(b"hevc"), "HEIC"),
        refusal("HEIF", lambda: _box(b"mif1"), "HEIF"),
        refusal("AVIF of words", lambda: _box(b"avif"), "AVIF"),
        refusal("a video", lambda: _box(b"isom"), "video"),
        refusal("PSD", lambda: b"8BPS\0\x01" + bytes(40), "Photoshop"),
        refusal("PDF", lambda: saved(picture, "PDF"), "PDF"),
        refusal("EPS", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        refusal("JPEG XL", lambda: b"\xff\x0a" + bytes(40), "JPEG XL"),
        refusal("JPEG 2000", lambda: b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40), "JPEG 2000"),
        refusal("ZIP", lambda: b"PK\x03\x04" + bytes(40), "ZIP"),
        refusal("a program", lambda: b"\x7fELF" + bytes(40), "can't be read as a JPEG"),
    ]
