"""How names are written in the characters that have a glyph: no letter or digit of them is ever left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.drawing.glyphs import has_glyphs
from colophon.drawing.spelling import spell_with_glyphs

SPELLINGS = {
    "Dalbit ENT & Skin Clinic (No. 2) – Café": "Dalbit ENT & Skin Clinic (No. 2) – Café",
    "달빛이비인후과의원": "달빛이비인후과의원",
    "Haneul Eye ✨": "Haneul Eye",
    "✨ Haneul Eye": "Haneul Eye",
    "하늘 👩\u200d⚕️ 안과": "하늘 안과",
    "K-Haneul™": "K-Haneul",
    "1\ufe0f\u20e3 Clinic": "1 Clinic",
    "Łódź": "Lódz",
    "Nguyễn": "Nguyen",
    "Nguye\u0302\u0303n": "Nguyen",
    "㈜하늘안과": "(주)하늘안과",
    "ﾋﾞﾝ　２４": "ビン 24",
    "Haneul‧Eye": "Haneul Eye",
}
# A name without one of its characters is the name of another clinic.
NOT_SPELLED = ("", "臺灣", "台灣診所", "쀍하늘의원", "Сеул", "Haneul Сеул", "คลินิก", "✨✨", "™")


@pytest.mark.parametrize("text", SPELLINGS)
def test_signs_and_accents_without_a_glyph_are_left_out(text: str) -> None:
    assert spell_with_glyphs(text) == SPELLINGS[text]


@pytest.mark.parametrize("text", NOT_SPELLED)
def test_a_text_with_a_letter_without_a_glyph_is_not_spelled(text: str) -> None:
    assert spell_with_glyphs(text) == ""


@given(st.text(max_size=8) | st.text("aé ✨™Łễ\u0301ﾋﾞ台灣①", max_size=8))
def test_what_is_spelled_has_glyphs(text: str) -> None:
    assert has_glyphs(spell_with_glyphs(text))
