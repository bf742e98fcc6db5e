"""Makes the outlines that cards and icons are drawn with: ``shared/colophon/drawing/*.glyphs``.

    python -m tests.tools.draw_glyphs

They come from Noto Sans CJK Medium (SIL Open Font License 1.1), in a package that ``glyphs.txt`` pins by hash, with the
library that reads it. Run it if the characters below or the format change, and give ``GLYPHS_VERSION`` of
``drawing/glyphs.py`` a new value: then every card gets a new path.
"""

import lzma
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from colophon.drawing.glyphs import FILES, UNITS_PER_EM

HERE = Path(__file__).parent
# How far, in units of the font, a curve of second degree may be from the one of third degree that it stands for.
_TOLERANCE = 3.0
_MOVE = 255


def main() -> None:
    """Write every file of glyphs, and print its characters and size."""
    with tempfile.TemporaryDirectory() as place:
        install = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
        subprocess.run([*install, "--require-hashes", "--target", place, "-r", HERE / "glyphs.txt"], check=True)
        sys.path.insert(0, place)
        font = next(Path(place).rglob("NotoSansCJK*.otf"))
        for name, path in FILES.items():
            characters = "".join(CHARACTERS[name])
            path.write_bytes(encode(characters, font))
            print(f"{path.name}: {len(characters):,} characters, {path.stat().st_size:,} bytes")


def _in_rows(encoding: str, rows: Iterable[int], columns: Iterable[int]) -> Iterator[str]:
    """The characters of a national standard, a two-byte set of 94 by 94, in ``rows`` (from 1)."""
    for row in rows:
        for column in columns:
            try:
                yield bytes((row + 0xA0, column + 0xA0)).decode(encoding)
            except UnicodeDecodeError:
                continue


def _latin() -> Iterator[str]:
    yield from map(chr, [*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)])
    # What the font has of Latin Extended-A.
    yield from "ĀāĂăĐđĒēĚěĨĩĪīŃńŇňŌōŎŏŒœŨũŪūŬŭ–—‘’“”…•"


def _kana() -> Iterator[str]:
    yield from map(chr, [*range(0x3041, 0x3097), *range(0x309D, 0x309F), *range(0x30A1, 0x30FF)])
    yield from "、。「」『』〈〉《》【】〔〕々〜！（），．：；？［］＆／"


COLUMNS = range(1, 95)
# By file: what names of clinics and sites are written in.
CHARACTERS = {
    # The 2,350 syllables of KS X 1001.
    "common": sorted({*_latin(), *_kana(), *_in_rows("euc_kr", range(16, 41), COLUMNS)}),
    # Han of the first levels of JIS X 0208 and GB 2312.
    "han": sorted({*_in_rows("euc_jp", range(16, 48), COLUMNS), *_in_rows("gb2312", range(16, 56), COLUMNS)}),
}


def encode(characters: str, font: Path) -> bytes:
    """The glyphs of ``characters``, which are in order, as ``drawing/glyphs.py`` reads them."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.ttLib import TTFont

    loaded = TTFont(font)
    glyphs, names = loaded.getGlyphSet(), loaded.getBestCmap()
    scale = UNITS_PER_EM / loaded["head"].unitsPerEm
    counts, steps, widths = bytearray(), array("h"), array("h")
    for character in characters:
        glyph = glyphs[names[ord(character)]]
        pen = RecordingPen()
        glyph.draw(Cu2QuPen(pen, _TOLERANCE))
        widths.append(round(glyph.width * scale))
        x = y = 0
        for contours, points in _segments(pen.value):
            counts.append(contours)
            for across, up in points:
                new = round(across * scale), round(up * scale)
                steps.extend((new[0] - x, new[1] - y))
                x, y = new
        counts.append(0)
    text = characters.encode()
    values = b"".join((steps[0::2].tobytes()[0::2], steps[1::2].tobytes()[0::2], steps[0::2].tobytes()[1::2]))
    values += steps[1::2].tobytes()[1::2]
    lengths = array("I", (len(text), len(counts), len(steps) // 2)).tobytes()
    return lzma.compress(lengths + text + widths.tobytes() + bytes(counts) + values, preset=9 | lzma.PRESET_EXTREME)


def _segments(drawn: list[tuple[str, Any]]) -> Iterator[tuple[int, Any]]:
    """Number of points and the points: of a move 255 and one point, of a line 1, of curves 2 or more."""
    for what, points in drawn:
        match what:
            case "moveTo":
                yield _MOVE, points
            case "lineTo" | "qCurveTo":
                yield len(points), points
            case "closePath":
                continue
            case _:
                raise AssertionError(what)


if __name__ == "__main__":
    main()
