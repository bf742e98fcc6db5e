"""Hostile JPEG files: what they say, what they hide, and how much work they make."""

import io
import zipfile

from PIL import Image

from tests.images.hostile import exif, profiles
from tests.images.hostile.case import MARKER, QUARTERS, Case, clean, quarters, refusal, saved
from tests.images.hostile.jpeg_parts import framed, plain, profiled, segment, sized, with_first, without
from tests.images.hostile.scans import many_scans

SIZE = (64, 48)


def archive() -> bytes:
    """A ZIP archive with the marker in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("hidden.txt", MARKER)
    return file.getvalue()


def planted() -> bytes:
    """The marker in every kind of segment, in a second image, in thumbnails, and after the end."""
    segments = [segment(0xE0 + number, b"App\0" + MARKER) for number in range(16)]
    segments += [
        segment(0xE0, b"JFXX\0\x10" + plain() + MARKER),
        segment(0xE1, b"Exif\0\0" + exif.telling()),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + MARKER + b"</x:xmpmeta>"),
        segment(0xE2, b"MPF\0II*\0" + MARKER),
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20" + MARKER),
        segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01" + MARKER),
        segment(0xFE, MARKER),
    ]
    second = with_first(plain(), segment(0xFE, MARKER))
    return with_first(plain(), *segments) + second + MARKER + archive()


def _between_scans() -> bytes:
    content = plain(progressive=True)
    second = content.find(b"\xff\xda", content.find(b"\xff\xda") + 2)
    return content[:second] + segment(0xFE, MARKER) + content[second:]


def _in_four(transform: int) -> bytes:
    content = saved(quarters(mode="CMYK"), "JPEG", quality=95)
    at = content.find(b"Adobe") + 11
    return content[:at] + bytes([transform]) + content[at + 1 :]


def _page_of_one_pixel_across(width: int, height: int) -> bytes:
    return saved(Image.new("RGB", (width, height), QUARTERS[0]), "JPEG")


def cases() -> list[Case]:
    """All but those that are about how an image is turned and about its colours."""
    return [*_read_wrongly(), *_hiding(), *_odd(), *_laborious()]


def _read_wrongly() -> list[Case]:
    return [
        refusal("JPEG of three bytes", lambda: b"\xff\xd8\xff", "cut short"),
        refusal("JPEG with a body of eight bytes", lambda: plain()[: plain().find(b"\xff\xda") + 22], "cut short"),
        refusal("JPEG, half of it", lambda: plain()[: len(plain()) // 2], "cut short"),
        refusal("JPEG without its end", lambda: plain()[:-2], "cut short"),
        clean("JPEG, taller in its header", lambda: sized(plain(), 64, 4800), (64, 4800)),
        refusal("JPEG, wider than any memory", lambda: sized(plain(), 65_500, 65_500), "65,500 by 65,500"),
        refusal("JPEG, 10,000 by 10,000 in its header", lambda: sized(plain(), 10_000, 10_000), "10,000 by 10,000"),
        refusal("JPEG of no height", lambda: sized(plain(), 64, 0), "can't be read as one"),
        refusal("JPEG without a frame", lambda: without(0xC0), "can't be read as one"),
        refusal("JPEG with two frames", lambda: with_first(plain(), _frame()), "can't be read as one"),
        clean("JPEG without tables to unpack it", lambda: without(0xC4), SIZE),
        refusal("JPEG without quantities", lambda: without(0xDB), "damaged"),
        refusal(
            "JPEG with impossible codes",
            lambda: with_first(without(0xC4), segment(0xC4, b"\0" + b"\xff" * 300)),
            "damaged",
        ),
        refusal(
            "JPEG with a segment of no length", lambda: with_first(plain(), b"\xff\xfe\0\0"), "can't be read as one"
        ),
        refusal(
            "JPEG with a segment past its end", lambda: plain()[:2] + b"\xff\xfe\xff\xff" + plain()[2:], "cut short"
        ),
        refusal("JPEG, lossless", lambda: framed(0xC3), "Hardly any browser"),
        refusal("JPEG, arithmetic", lambda: framed(0xC9), "Hardly any browser"),
        refusal("JPEG of twelve bits", lambda: framed(0xC1, 12), "can't be read as one"),
        refusal("JPEG of words", lambda: b"\xff\xd8\xff" + MARKER * 40, "cut short"),
    ]


def _frame() -> bytes:
    content = plain()
    at = content.find(b"\xff\xc0")
    return content[at : at + 19]


def _hiding() -> list[Case]:
    return [
        clean("JPEG with the marker everywhere", planted, SIZE, corners=QUARTERS),
        clean("JPEG with the marker between scans", _between_scans, SIZE, corners=QUARTERS),
        clean("JPEG and ZIP", lambda: plain() + archive(), SIZE, corners=QUARTERS),
        clean("JPEG and script", lambda: with_first(plain(), segment(0xFE, b"*/=1;alert(1)/*" + MARKER)), SIZE),
        clean("JPEG and page", lambda: with_first(plain(), segment(0xFE, b"<script>" + MARKER)) + b"<script>", SIZE),
        clean("JPEG with ten thousand comments", lambda: with_first(plain(), segment(0xFE, MARKER) * 10_000), SIZE),
        clean("JPEG with a second image", lambda: plain() + with_first(plain(), segment(0xFE, MARKER)), SIZE),
        clean("JPEG with filling before its markers", lambda: with_first(plain(), b"\xff" * 999), SIZE),
    ]


def _odd() -> list[Case]:
    return [
        clean("JPEG, grey", lambda: plain("L"), SIZE),
        clean("JPEG, CMYK", lambda: _in_four(0), SIZE),
        clean("JPEG, YCCK", lambda: _in_four(2), SIZE),
        clean("JPEG, progressive", lambda: plain(progressive=True), SIZE, corners=QUARTERS),
        clean("JPEG with restart markers", lambda: plain(restart_marker_blocks=1), SIZE, corners=QUARTERS),
        clean("JPEG of one pixel", lambda: _page_of_one_pixel_across(1, 1), (1, 1)),
        clean("JPEG, 50,000 by 1", lambda: _page_of_one_pixel_across(50_000, 1), (1600, 1)),
        refusal("JPEG, 1 by 50,000", lambda: _page_of_one_pixel_across(1, 50_000), "too tall"),
        clean("JPEG with a huge profile", lambda: profiled(profiles.wide() + bytes(9 << 20)), SIZE, corners=QUARTERS),
    ]


def _laborious() -> list[Case]:
    return [
        refusal("JPEG of 2,000 scans", lambda: many_scans(2_000, 1_000, 1_000), "more than 40 scans"),
        refusal("JPEG of 64 scans of 50 megapixels", lambda: many_scans(64, 8_000, 6_200), "more than 40 scans"),
        clean("JPEG of 40 scans of 50 megapixels", lambda: many_scans(40, 8_000, 6_200), (1600, 1240)),
        refusal("JPEG, 50 megapixels, progressive, no colour left out", _progressive_whole, "decoded as a whole"),
    ]


def _progressive_whole() -> bytes:
    return sized(plain(progressive=True), 8_660, 5_770)
