"""The deployer's own icon: a square PNG, without anything that is no pixel."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from colophon.images.icon import read_icon
from colophon.problem import Refused


def _png(width: int = 180, height: int = 180, mode: str = "RGB", **options: object) -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(content, "PNG", **options)
    return content.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("size", [48, 180, 512])
def test_a_square_png_keeps_its_pixels(mode: str, size: int) -> None:
    content = _png(size, size, mode)
    icon = read_icon(content)
    assert Image.open(io.BytesIO(icon)).tobytes() == Image.open(io.BytesIO(content)).tobytes()


def test_metadata_is_left_out() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "A person")
    content = _png(pnginfo=texts)
    assert b"A person" in content
    assert b"A person" not in read_icon(content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "SVG drawing"),
        (b"\0\0\1\0" + bytes(60), "an icon"),
        (b"", "empty"),
        (_png(180, 200), "180 by 200 pixels"),
        (_png(32, 32), "32 by 32 pixels"),
        (_png(513, 513), "513 by 513 pixels"),
        (_png()[:-30], "cut short"),
    ],
)
def test_what_is_no_icon_is_refused_and_told(content: bytes, what: str) -> None:
    with pytest.raises(Refused) as refused:
        read_icon(content)
    assert what in refused.value.problems[0].what


def test_another_kind_of_image_is_refused() -> None:
    content = io.BytesIO()
    Image.new("RGB", (180, 180)).save(content, "JPEG")
    with pytest.raises(Refused, match="JPEG image; an icon is a PNG"):
        read_icon(content.getvalue())


@pytest.mark.parametrize("rows", [b"", b"\0" * 180, b"\0" * (181 * 180 + 1), b"not packed"])
def test_missing_or_surplus_pixels_are_refused(rows: bytes) -> None:
    """A file of a few bytes may also unpack to gigabytes: no more is unpacked than the picture has."""
    packed = rows if rows == b"not packed" else zlib.compress(rows)
    header = struct.pack(">IIBBBBB", 180, 180, 8, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")
    with pytest.raises(Refused, match="damaged"):
        read_icon(content)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pixels_may_stand_in_several_chunks(size: int) -> None:
    packed = zlib.compress((b"\0" + bytes(range(180))) * 180)
    parts = [packed[at : at + size] for at in range(0, len(packed), size)]
    header = struct.pack(">IIBBBBB", 180, 180, 8, 0, 0, 0, 0)
    chunks = [_chunk(b"IHDR", header), *(_chunk(b"IDAT", part) for part in parts), _chunk(b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    assert len(parts) > 1
    assert read_icon(content) == content
    damaged = content.replace(chunks[2], b"", 1)
    with pytest.raises(Refused, match="damaged"):
        read_icon(damaged)
