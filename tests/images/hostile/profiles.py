"""ICC profiles: a small and honest one of wide colours, and broken ones."""

import struct

# Display P3's colorants, adapted to D50 (SMPTE EG 432-1 and ICC.1:2022, annex E).
_WIDE = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
_WHITE = (0.9642, 1.0, 0.8249)
# Where the table of tags says where the fourth of them, the red colorant, lies.
_RED = 128 + 4 + 3 * 12 + 4


def wide(gamma: float = 2.2, space: bytes = b"RGB ") -> bytes:
    """A profile of Display P3's colours with a plain gamma."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = {b"wtpt": _xyz(_WHITE), b"desc": _description(), b"cprt": b"text" + bytes(4) + b"none\0\0\0\0"}
    tags |= {name: _xyz(colour) for name, colour in zip((b"rXYZ", b"gXYZ", b"bXYZ"), _WIDE, strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    at = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", at + len(data), len(value))
        data += value
    return _head(at + len(data), space) + table + data


def broken() -> dict[str, bytes]:
    """Profiles that are none, by what is wrong with them."""
    good = wide()
    endless = good[:128] + struct.pack(">I", 2**32 - 1) + good[132:]
    outside = good[:_RED] + struct.pack(">I", 2**31) + good[_RED + 4 :]
    looping = good[:_RED] + struct.pack(">I", 128) + good[_RED + 4 :]
    return {
        "words": b"not a profile" * 40,
        "cut short": good[:200],
        "endless tags": endless,
        "a tag outside": outside,
        "a tag on its own table": looping,
        "another space": wide(space=b"CMYK"),
        "grey for colours": wide(space=b"GRAY"),
        "no bytes": b"\0",
        "zeros": bytes(2000),
    }


def _xyz(colour: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in colour))


def _description() -> bytes:
    return b"desc" + bytes(4) + struct.pack(">I", 5) + b"wide\0" + bytes(4 + 4 + 2 + 1 + 67 + 0) + bytes(0)


def _head(size: int, space: bytes) -> bytes:
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", space, b"XYZ ") + struct.pack(
        ">6H", 2026, 1, 1, 0, 0, 0
    )
    head += b"acsp" + bytes(28) + _xyz(_WHITE)[8:]
    return head.ljust(128, b"\0")
