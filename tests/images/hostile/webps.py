"""Hostile WebP files: canvases that lie, frames without end, chunks that tell."""

from tests.images.hostile import exif
from tests.images.hostile.case import MARKER, QUARTERS, Case, clean, quarters, refusal, saved
from tests.images.hostile.jpegs import archive
from tests.images.hostile.turned import SEEN

SIZE = (64, 48)
_ALPHA, _EXIF, _ANIMATED = 0x10, 0x08, 0x02


def chunk(name: bytes, said: bytes) -> bytes:
    """One chunk."""
    return name + len(said).to_bytes(4, "little") + said + bytes(len(said) % 2)


def webp(*chunks: bytes) -> bytes:
    """A file of ``chunks``."""
    return chunk(b"RIFF", b"WEBP" + b"".join(chunks))


def canvas(width: int, height: int, flags: int = 0) -> bytes:
    """The chunk that says how large the canvas is."""
    return chunk(b"VP8X", bytes([flags, 0, 0, 0]) + _three(width - 1) + _three(height - 1))


def frame(left: int, top: int, size: tuple[int, int], picture: bytes) -> bytes:
    """One frame of an animation."""
    place = _three(left // 2) + _three(top // 2) + _three(size[0] - 1) + _three(size[1] - 1)
    return chunk(b"ANMF", place + _three(100) + b"\0" + picture)


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")


def plain(**options: object) -> bytes:
    """An image of four quarters; lossless if nothing else is said."""
    return saved(quarters(), "WEBP", **({"lossless": True} | options))


def lossy() -> bytes:
    """The same, lossy."""
    return plain(lossless=False, quality=95)


def picture(content: bytes) -> bytes:
    """The chunk with the pixels of a simple file."""
    return content[12:]


def _lossy_sized(width: int, height: int) -> bytes:
    content = lossy()
    return content[:26] + width.to_bytes(2, "little") + height.to_bytes(2, "little") + content[30:]


def _lossless_sized(width: int, height: int) -> bytes:
    content = plain()
    bits = int.from_bytes(content[21:25], "little") & ~0xFFFFFFF | (width - 1) | (height - 1) << 14
    return content[:21] + bits.to_bytes(4, "little") + content[25:]


def _animated(*frames: bytes, size: tuple[int, int] = SIZE) -> bytes:
    return webp(canvas(*size, _ANIMATED), chunk(b"ANIM", bytes(6)), *frames)


def _telling() -> bytes:
    told = [chunk(b"EXIF", exif.telling()), chunk(b"XMP ", MARKER), chunk(b"WORD", MARKER)]
    return webp(canvas(*SIZE, _EXIF), chunk(b"WORD", MARKER), picture(plain()), *told)


def _clear() -> bytes:
    transparent = quarters(mode="RGBA")
    transparent.putalpha(transparent.getchannel("R"))
    return saved(transparent, "WEBP", quality=90)


def cases() -> list[Case]:
    """All of them."""
    return [*_still(), *_moving(), *_lying()]


def _still() -> list[Case]:
    oriented = webp(canvas(*SIZE, _EXIF), picture(plain()), chunk(b"EXIF", exif.oriented(6)))
    odd = [chunk(b"WORD", MARKER) for _ in range(5_000)]
    return [
        clean("WebP, lossless", plain, SIZE, corners=QUARTERS),
        clean("WebP, lossy", lossy, SIZE, corners=QUARTERS),
        clean("WebP, transparent", _clear, SIZE, transparent=True),
        clean("WebP with the marker everywhere", _telling, SIZE, corners=QUARTERS),
        clean("WebP turned on its side", lambda: oriented, SIZE[::-1], corners=SEEN[6]),
        clean("WebP with 5,000 chunks of words", lambda: webp(canvas(*SIZE), *odd, picture(plain())), SIZE),
        clean("WebP and ZIP", lambda: plain() + archive(), SIZE, corners=QUARTERS),
        clean("WebP and script", lambda: plain() + b"/*" + MARKER + b"*/alert(1)", SIZE, corners=QUARTERS),
        refusal("WebP of its signature", lambda: plain()[:12], "cut short"),
        refusal("WebP, half of it", lambda: plain()[: len(plain()) // 2], "cut short"),
        refusal("WebP without a picture", lambda: webp(canvas(*SIZE)), "can't be read as one"),
        refusal(
            "WebP of its alpha alone",
            lambda: webp(canvas(*SIZE, _ALPHA), chunk(b"ALPH", bytes(40))),
            "can't be read as",
        ),
        clean("WebP of noise", lambda: webp(chunk(b"VP8 ", lossy()[20:30] + MARKER * 40)), SIZE),
        refusal("WebP with a chunk of 4 GB", lambda: webp(b"VP8X\xff\xff\xff\xff" + bytes(10)), "cut short"),
    ]


def _moving() -> list[Case]:
    whole = picture(plain())
    half = frame(32, 24, (32, 24), picture(saved(quarters(32, 24), "WEBP", lossless=True)))
    return [
        clean("WebP of 5,000 frames", lambda: _animated(frame(0, 0, SIZE, whole) * 5_000), SIZE, corners=QUARTERS),
        clean("WebP whose first frame is a part", lambda: _animated(half), SIZE, transparent=True),
        clean(
            "WebP whose second frame is broken",
            lambda: _animated(frame(0, 0, SIZE, whole), frame(0, 0, SIZE, MARKER)),
            SIZE,
        ),
        refusal("WebP with a frame outside", lambda: _animated(frame(32, 24, SIZE, whole)), "can't be read as one"),
        refusal("WebP with an empty frame", lambda: _animated(frame(0, 0, SIZE, b"")), "can't be read as one"),
        refusal(
            "WebP with a frame of another size", lambda: _animated(frame(0, 0, (32, 24), whole)), "can't be read as one"
        ),
        refusal("WebP, moving on a huge canvas", lambda: _animated(half, size=(16_384, 16_384)), "16,384 by 16,384"),
        refusal("WebP, moving on a large canvas", lambda: _animated(half, size=(7_000, 7_000)), "decoded as a whole"),
    ]


def _lying() -> list[Case]:
    return [
        refusal(
            "WebP with a larger canvas", lambda: webp(canvas(5_000, 5_000), picture(plain())), "can't be read as one"
        ),
        refusal("WebP with a smaller canvas", lambda: webp(canvas(8, 8), picture(plain())), "can't be read as one"),
        refusal("WebP, lossy, 16,383 square", lambda: _lossy_sized(16_383, 16_383), "16,383 by 16,383"),
        refusal("WebP, lossy, larger than it is", lambda: _lossy_sized(7_000, 7_000), "damaged"),
        refusal("WebP, lossy, of no width", lambda: _lossy_sized(0, 48), "can't be read as one"),
        refusal("WebP, lossless, 16,384 square", lambda: _lossless_sized(16_384, 16_384), "16,384 by 16,384"),
        refusal("WebP, lossless, 50 megapixels", lambda: _lossless_sized(7_000, 7_000), "decoded as a whole"),
        refusal("WebP, lossless, larger than it is", lambda: _lossless_sized(6_000, 6_000), "damaged"),
        refusal("WebP that promises more", lambda: b"RIFF\xff\xff\xff\x7f" + plain()[8:], "cut short"),
        refusal("WebP that promises less", lambda: b"RIFF\x0c\0\0\0" + plain()[8:], "cut short"),
    ]
