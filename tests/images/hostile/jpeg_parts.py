"""How a JPEG file is put together, and taken apart to be put together wrongly."""

import struct

from tests.images.hostile.case import quarters, saved

Form = dict[str, object]


def segment(marker: int, said: bytes) -> bytes:
    """One marker segment."""
    return struct.pack(">BBH", 0xFF, marker, len(said) + 2) + said


def plain(mode: str = "RGB", **options: object) -> bytes:
    """An image of four quarters."""
    return saved(quarters(mode=mode), "JPEG", **({"quality": 95, "subsampling": 0} | options))


def with_first(content: bytes, *segments: bytes) -> bytes:
    """``content`` with ``segments`` right after its beginning."""
    return content[:2] + b"".join(segments) + content[2:]


def frame_at(content: bytes) -> int:
    """Where the frame header stands."""
    return max(content.find(b"\xff" + bytes([marker])) for marker in (0xC0, 0xC2))


def sized(content: bytes, width: int, height: int) -> bytes:
    """``content`` with another size in its frame header."""
    at = frame_at(content)
    return content[: at + 5] + struct.pack(">HH", height, width) + content[at + 9 :]


def framed(marker: int, precision: int = 8) -> bytes:
    """An image whose frame header says that it is coded in another way."""
    content = plain()
    at = frame_at(content)
    return content[: at + 1] + bytes([marker]) + content[at + 2 : at + 4] + bytes([precision]) + content[at + 5 :]


def without(marker: int) -> bytes:
    """An image that lacks every segment of one kind."""
    content = plain()
    while (at := content.find(bytes([0xFF, marker]))) >= 0:
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        content = content[:at] + content[at + 2 + length :]
    return content


def profiled(profile: bytes, picture: bytes | None = None) -> bytes:
    """An image with ``profile``, in as many segments as it takes (ICC.1:2022, B.4)."""
    pieces = [profile[at : at + 60_000] for at in range(0, len(profile), 60_000)]
    said = [b"ICC_PROFILE\0" + bytes([number % 256, len(pieces) % 256]) for number in range(1, len(pieces) + 1)]
    parts = (segment(0xE2, head + piece) for head, piece in zip(said, pieces, strict=True))
    return with_first(picture or plain(), *parts)
