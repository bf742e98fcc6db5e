"""Hostile PNG files: sizes that lie, chunks that inflate, words that hide."""

import struct
import zlib

from tests.images.hostile import exif
from tests.images.hostile.case import MARKER, QUARTERS, Case, clean, quarters, refusal, saved
from tests.images.hostile.jpegs import archive
from tests.images.hostile.png_parts import (
    COLOURS_ALPHA,
    GREY_ALPHA,
    PALETTE,
    SIGNATURE,
    chunk,
    empty_rows,
    head,
    interlaced_rows,
    packed_zeros,
    png,
    rows,
)
from tests.images.hostile.turned import SEEN

SIZE = (64, 48)
GIGABYTE = 1 << 30


def plain() -> bytes:
    """An image of four quarters."""
    return saved(quarters(), "PNG")


def with_chunks(*chunks: bytes, content: bytes | None = None) -> bytes:
    """An image of four quarters with ``chunks`` before its pixels."""
    content = content or plain()
    return content[:33] + b"".join(chunks) + content[33:]


def _quarter(x: int, y: int) -> bytes:
    return bytes(QUARTERS[(x >= SIZE[0] // 2) + 2 * (y >= SIZE[1] // 2)])


def _bomb(name: bytes, before: bytes) -> bytes:
    """A chunk that inflates to a gigabyte with the marker at its end."""
    return with_chunks(chunk(name, before + packed_zeros(GIGABYTE, MARKER)))


def _animated(frames: int) -> bytes:
    control = struct.pack(">IIIIHHBB", *SIZE, 0, 0, 1, 10, 0, 0)
    numbered = (struct.pack(">I", number) for number in range(2 * frames))
    one = zlib.compress(MARKER)
    parts = (chunk(b"fcTL", next(numbered) + control) + chunk(b"fdAT", next(numbered) + one) for _ in range(frames))
    return plain()[:-12] + b"".join(parts) + chunk(b"IEND", b"")


def _hidden_below() -> bytes:
    """The marker as the colours of pixels that are wholly transparent."""
    words = MARKER * 20
    colours = [words[at : at + 3] for at in range(0, 3 * 64, 3)]
    return png(
        head(8, 8, 8, COLOURS_ALPHA),
        rows(8, 8, lambda x, y: colours[8 * y + x] + (b"\xff" if (x, y) == (7, 7) else b"\0")),
    )


def _palette(colours: int, transparency: bytes = b"") -> bytes:
    table = chunk(b"PLTE", b"".join(map(bytes, QUARTERS))[: 3 * colours])
    clear = chunk(b"tRNS", transparency) if transparency else b""
    numbered = rows(*SIZE, lambda x, y: bytes([(x >= 32) + 2 * (y >= 24)]))
    return png(head(*SIZE, 8, PALETTE), table, clear, numbered)


def cases() -> list[Case]:
    """All of them."""
    return [*_lying(), *_broken(), *_inflating(), *_hiding(), *_odd()]


def _lying() -> list[Case]:
    a_kilobyte = chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    return [
        refusal("PNG, 60,000 by 60,000", lambda: png(head(60_000, 60_000), a_kilobyte), "60,000 by 60,000"),
        refusal("PNG, 10,000 by 10,000", lambda: png(head(10_000, 10_000), a_kilobyte), "10,000 by 10,000"),
        refusal("PNG, 7,000 by 7,000 and a kilobyte", lambda: png(head(7_000, 7_000), a_kilobyte), "damaged"),
        refusal("PNG, as wide as can be said", lambda: png(head(2**31 - 1, 2**31 - 1), a_kilobyte), "pixels"),
        refusal("PNG of no width", lambda: png(head(0, 10), a_kilobyte), "can't be read as one"),
        clean("PNG, 50 megapixels of nothing", lambda: png(head(7_000, 7_000), empty_rows(7_000, 7_000)), (1600, 1600)),
        clean("PNG, 50 megapixels, interlaced", lambda: _interlaced(7_000, 7_000, 8, 2), (1600, 1600)),
        refusal(
            "PNG, 50 megapixels of 16 bits, interlaced", lambda: _interlaced(7_000, 7_000, 16, 6), "decoded as a whole"
        ),
        clean("PNG of one pixel", lambda: png(head(1, 1), empty_rows(1, 1)), (1, 1)),
        clean("PNG, 50,000 by 1", lambda: png(head(50_000, 1), empty_rows(50_000, 1)), (1600, 1)),
        refusal("PNG, 1 by 50,000", lambda: png(head(1, 50_000), empty_rows(1, 50_000)), "too tall"),
        clean("PNG, 1 by 16,000", lambda: png(head(1, 16_000), empty_rows(1, 16_000)), (1, 16_000)),
        refusal("PNG, 1,600 by 16,000", lambda: png(head(1600, 16_000), empty_rows(1600, 16_000)), "too tall"),
    ]


def _interlaced(width: int, height: int, bits: int, colour: int) -> bytes:
    return png(head(width, height, bits, colour, 1), empty_rows(width, height, bits, colour, 1))


def _broken() -> list[Case]:
    good = plain()
    pixels = good.find(b"IDAT")
    in_pieces = b"".join(chunk(b"IDAT", good[at : at + 1]) for at in range(pixels + 4, len(good) - 16))
    return [
        refusal("PNG of its signature", lambda: SIGNATURE, "cut short"),
        refusal("PNG, half of it", lambda: good[: len(good) // 2], "cut short"),
        refusal("PNG without its end", lambda: good[:-12], "cut short"),
        clean("PNG with a wrong sum of its pixels", lambda: good[:-16] + b"\0\0\0\0" + good[-12:], SIZE),
        clean("PNG with a wrong sum of its head", lambda: good[:29] + b"\0\0\0\0" + good[33:], SIZE),
        clean("PNG with a wrong sum of its words", lambda: with_chunks(chunk(b"tEXt", b"a\0b", crc=1)), SIZE),
        refusal("PNG with a chunk of 2 GB", lambda: with_chunks(b"\x80\0\0\0tEXt"), "cut short"),
        refusal("PNG with a chunk of 4 GB", lambda: with_chunks(b"\xff\xff\xff\xfftEXt"), "cut short"),
        refusal("PNG without pixels", lambda: png(head(*SIZE)), "can't be read as one"),
        refusal("PNG with empty pixels", lambda: png(head(*SIZE), chunk(b"IDAT", b"")), "damaged"),
        refusal(
            "PNG with words before its head", lambda: png(chunk(b"tEXt", b"a\0b"), head(*SIZE)), "can't be read as"
        ),
        refusal("PNG with two heads", lambda: with_chunks(head(*SIZE)), "can't be read as one"),
        refusal(
            "PNG of colours without a palette", lambda: png(head(*SIZE, 8, PALETTE), empty_rows(*SIZE, 8, 3)), "damaged"
        ),
        refusal(
            "PNG of an unknown kind of colours",
            lambda: png(head(*SIZE, 8, 5), empty_rows(*SIZE)),
            "can't be read as one",
        ),
        refusal("PNG of 3 bits", lambda: png(head(*SIZE, 3, 0), empty_rows(*SIZE)), "damaged"),
        clean("PNG in pieces of a byte", lambda: png(good[8:33], in_pieces), SIZE, corners=QUARTERS),
        refusal(
            "PNG of a million chunks", lambda: with_chunks(chunk(b"tEXt", b"") * 1_000_000), "can't be read as one"
        ),
    ]


def _too_much() -> bytes:
    """Pixels, and packed after them a quarter of a gigabyte that is none."""
    lines = zlib.decompress(rows(*SIZE, _quarter)[8:-4])
    return chunk(b"IDAT", zlib.compress(lines + bytes(1 << 28) + MARKER, 1))


def _inflating() -> list[Case]:
    return [
        clean("PNG with a gigabyte of zTXt", lambda: _bomb(b"zTXt", b"Comment\0\0"), SIZE, corners=QUARTERS),
        clean("PNG with a gigabyte of iTXt", lambda: _bomb(b"iTXt", b"Comment\0\x01\0\0\0"), SIZE, corners=QUARTERS),
        clean("PNG with a gigabyte of profile", lambda: _bomb(b"iCCP", b"wide\0\0"), SIZE, corners=QUARTERS),
        clean(
            "PNG with more packed than its pixels",
            lambda: png(head(*SIZE), _too_much()),
            SIZE,
            corners=QUARTERS,
        ),
        clean("PNG of 5,000 frames", lambda: _animated(5_000), SIZE, corners=QUARTERS),
    ]


def _hiding() -> list[Case]:
    words = [chunk(b"tEXt", b"Comment\0" + MARKER), chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + MARKER)]
    words += [chunk(b"zTXt", b"Comment\0\0" + zlib.compress(MARKER)), chunk(b"eXIf", exif.telling())]
    words += [
        chunk(b"tIME", bytes(7)),
        chunk(b"pHYs", b"\0\1\2\3\0\1\2\3\1"),
        chunk(b"prVt", MARKER),
        chunk(b"sPLT", MARKER),
        chunk(b"hIST", MARKER),
    ]
    seen = SEEN[6]
    return [
        clean("PNG with the marker everywhere", lambda: with_chunks(*words) + MARKER, SIZE, corners=QUARTERS),
        clean(
            "PNG turned on its side", lambda: with_chunks(chunk(b"eXIf", exif.oriented(6))), SIZE[::-1], corners=seen
        ),
        clean("PNG and ZIP", lambda: plain() + archive(), SIZE, corners=QUARTERS),
        clean("PNG and page", lambda: with_chunks(chunk(b"tEXt", b"a\0<script>" + MARKER)) + b"<script>", SIZE),
        clean("PNG with words below its transparency", _hidden_below, (8, 8), transparent=True),
        clean(
            "PNG with a nonsense gamma", lambda: with_chunks(chunk(b"gAMA", bytes(4)), chunk(b"cHRM", bytes(32))), SIZE
        ),
    ]


def _odd() -> list[Case]:
    half_clear = b"\x80\xff\xff\xff"
    lone = {"1 bit": (1, 0), "2 bits": (2, 0), "4 bits": (4, 0), "16 bits, grey": (16, 0), "16 bits": (16, 2)}
    depths = [
        clean(f"PNG of {name}", lambda kind=kind: png(head(*SIZE, *kind), empty_rows(*SIZE, *kind)), SIZE)  # type: ignore[misc]
        for name, kind in lone.items()
    ]
    deep = [
        clean(
            "PNG, 16 bits in four quarters", lambda: png(head(*SIZE, 16), rows(*SIZE, _deep)), SIZE, corners=QUARTERS
        ),
        clean(
            "PNG, 16 bits, transparent",
            lambda: png(head(*SIZE, 16, 6), empty_rows(*SIZE, 16, 6)),
            SIZE,
            transparent=True,
        ),
        clean(
            "PNG, grey, transparent",
            lambda: png(head(*SIZE, 8, GREY_ALPHA), empty_rows(*SIZE, 8, 4)),
            SIZE,
            transparent=True,
        ),
        clean("PNG, opaque in spite of its alpha", lambda: saved(quarters(mode="RGBA"), "PNG"), SIZE, corners=QUARTERS),
        clean(
            "PNG, interlaced",
            lambda: png(head(*SIZE, 8, 2, 1), interlaced_rows(*SIZE, _quarter)),
            SIZE,
            corners=QUARTERS,
        ),
        clean("PNG of a palette", lambda: _palette(4), SIZE, corners=QUARTERS),
        clean("PNG of a palette, transparent", lambda: _palette(4, half_clear), SIZE, transparent=True),
        clean(
            "PNG of one transparent colour",
            lambda: with_chunks(chunk(b"tRNS", bytes([0, 200, 0, 30, 0, 30]))),
            SIZE,
            transparent=True,
        ),
    ]
    return depths + deep


def _deep(x: int, y: int) -> bytes:
    return b"".join(bytes([value, value]) for value in _quarter(x, y))
