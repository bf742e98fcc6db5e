"""The outlines that drawings are made from: which characters have one, and that paths change with them."""

import hashlib

import pytest

from colophon.drawing.glyphs import FILES, GLYPHS_VERSION, UNITS_PER_EM, find_glyph, has_glyphs
from colophon.drawing.raster import FULL, draw_glyph
from colophon.language.languages import own_name
from colophon.language.served import served_languages
from colophon.language.words import words_for

# With other outlines the same words are another picture, so they need another version.
DIGESTS = {"1": "5b79132c73fd"}
MOST_BYTES = 800_000


def test_other_outlines_have_another_version() -> None:
    digest = hashlib.sha256(b"".join(FILES[name].read_bytes() for name in sorted(FILES))).hexdigest()[:12]
    assert DIGESTS[GLYPHS_VERSION] == digest


def test_they_stay_small() -> None:
    assert sum(path.stat().st_size for path in FILES.values()) < MOST_BYTES


@pytest.mark.parametrize("lang", served_languages())
def test_what_every_card_says_can_be_drawn_in_every_language(lang: str) -> None:
    words = words_for(lang)
    assert has_glyphs(own_name(lang) + words.translated_posts + words.archived_posts)


def test_names_of_clinics_can_be_drawn_in_four_scripts() -> None:
    assert has_glyphs("Dalbit ENT & Skin Clinic (No. 2) – Café")
    assert has_glyphs("달빛이비인후과의원 힐링의학센터 뷰티앤")
    assert has_glyphs("ムルマルギョル皮膚科医院、こどもクリニック")
    assert has_glyphs("月光耳鼻喉科诊所")
    # Korea's standard set has 2,350 syllables.
    assert sum(has_glyphs(chr(code)) for code in range(0xAC00, 0xD7A4)) == 2350
    assert not has_glyphs("คลินิก")
    assert find_glyph("ก") is None


@pytest.mark.parametrize("character", "Aj%의医诊ェ")
def test_a_glyph_covers_the_area_of_its_outline(character: str) -> None:
    glyph, size = find_glyph(character), 96
    assert glyph is not None
    area = 0.0
    for start, segments in glyph.contours:
        at = start
        for segment in segments:
            *controls, end = segment
            for place, control in enumerate(controls):
                following = controls[place + 1] if place + 1 < len(controls) else None
                to = ((control[0] + following[0]) / 2, (control[1] + following[1]) / 2) if following else end
                # Of a curve of second degree: its chord, and two thirds of the triangle with the control point.
                area += _cross(at, to) + 2 / 3 * (_cross(at, control) + _cross(control, to) - _cross(at, to))
                at = to
            if not controls:
                area += _cross(at, end)
            at = end
        area += _cross(at, start)
    expected = abs(area) / 2 * (size / UNITS_PER_EM) ** 2
    covered = sum(sum(row) for row in draw_glyph(character, size).rows) / FULL
    assert covered == pytest.approx(expected, rel=0.02)


def _cross(one: tuple[float, float], other: tuple[float, float]) -> float:
    return one[0] * other[1] - other[0] * one[1]
