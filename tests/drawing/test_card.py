"""Cards and icons: what they say, that it fits, and that their paths say what they show."""

import hashlib
import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from colophon.drawing import CARD_HEIGHT, CARD_WIDTH
from colophon.drawing.canvas import are_same_pixels, mix
from colophon.drawing.card import CARD_RECIPES, Card, draw_card
from colophon.drawing.glyphs import GLYPHS_VERSION, has_glyphs, measure_glyph
from colophon.drawing.icon import Icon, draw_icon, letter_colour
from colophon.drawing.raster import draw_glyph
from colophon.drawing.text import fit, measure
from colophon.upload.colours import LEAST_CONTRAST, contrast, parse_colour

# What each recipe draws of CARD, its newest last. Another drawing of the same words needs another recipe.
PIXELS = {"1.1": "0489ebfbfac4"}
CARD = Card("AI-translated posts", "Dalbit Ear Clinic", "달빛이비인후과의원", "English")
PAPER, LABEL = parse_colour("#fcfbf8"), parse_colour("#7a4a00")
MARGIN = 96


def test_a_card_has_the_size_that_its_pages_say(picture: Callable[[bytes], Image.Image]) -> None:
    assert picture(draw_card(CARD)).size == (CARD_WIDTH, CARD_HEIGHT)


def test_every_word_of_a_card_is_seen(picture: Callable[[bytes], Image.Image]) -> None:
    whole = picture(draw_card(CARD))
    assert whole.getpixel((MARGIN + 4, 80)) == LABEL
    for field in ("label", "name", "other_name", "language", "colour"):
        other = "#aa2244" if field == "colour" else "Another"
        assert picture(draw_card(replace(CARD, **{field: other}))).tobytes() != whole.tobytes(), field


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "W" * 200,
        "International Centre for Reconstructive and Maxillofacial Surgery of the Third University Hospital " * 2,
        "달빛이비인후과의원" * 12,
        "ノウルジェ整形外科医院" * 12,
    ],
)
def test_no_name_leaves_its_margins(name: str, picture: Callable[[bytes], Image.Image]) -> None:
    whole = picture(draw_card(replace(CARD, name=name)))
    for left, right in ((21, MARGIN - 8), (CARD_WIDTH - MARGIN + 8, CARD_WIDTH)):
        assert whole.crop((left, 0, right, CARD_HEIGHT)).getcolors() == [((right - left) * CARD_HEIGHT, PAPER)]
    # Between the label and the names, and between these and the line.
    for top, bottom in ((139, 144), (CARD_HEIGHT - 124, CARD_HEIGHT - 119)):
        assert whole.crop((21, top, CARD_WIDTH, bottom)).getcolors() == [((CARD_WIDTH - 21) * (bottom - top), PAPER)]


@settings(max_examples=25, deadline=None)
@given(st.text("ab 달빛 ビット、医院-", min_size=1, max_size=60).filter(str.strip))
def test_lines_hold_all_of_a_text_or_end_with_an_ellipsis(text: str) -> None:
    lines = fit(text, 400, (60, 40, 30), 3)
    assert 1 <= len(lines) <= 3
    assert all(measure(line) <= 400 for line in lines)
    said = "".join(line.text for line in lines).replace(" ", "")
    assert said == "".join(text.split()) or lines[-1].text.endswith("…")


def test_no_line_is_left_with_a_single_letter() -> None:
    lines = fit("ノウルジェ整形外科皮膚科医院", 900, (96,), 2)
    assert len(lines) == 2
    assert min(len(line.text) for line in lines) >= 6


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_a_blank_text_has_no_lines(text: str) -> None:
    assert fit(text, 400, (60, 40), 2) == ()


def test_a_card_without_a_name_can_be_drawn(picture: Callable[[bytes], Image.Image]) -> None:
    assert picture(draw_card(replace(CARD, name="", other_name=" "))).size == (CARD_WIDTH, CARD_HEIGHT)


def test_the_work_for_a_long_name_grows_with_its_length_and_not_with_sizes_and_lines() -> None:
    syllables = "".join(filter(has_glyphs, map(chr, range(0xAC00, 0xD7A4))))[:2000]
    shown = "".join(line.text for line in fit(syllables, 1008, (96, 84, 74, 64, 56, 48), 3))
    for length, most in ((len(shown) - 1, len(shown)), (300, 2 * len(shown)), (len(syllables), 2 * len(shown))):
        measure_glyph.cache_clear()
        draw_glyph.cache_clear()
        fit(syllables[:length], 1008, (96, 84, 74, 64, 56, 48), 3)
        measured = measure_glyph.cache_info()
        assert 0 < measured.hits + measured.misses <= most
        # Nothing is drawn to be measured.
        assert draw_glyph.cache_info().misses == 0


def test_another_drawing_has_another_recipe(picture: Callable[[bytes], Image.Image]) -> None:
    drawn = hashlib.sha256(picture(draw_card(CARD)).tobytes()).hexdigest()[:12]
    assert tuple(PIXELS) == CARD_RECIPES
    assert (CARD_RECIPES[-1].partition(".")[2], PIXELS[CARD_RECIPES[-1]]) == (GLYPHS_VERSION, drawn)
    assert CARD.digest == CARD.digest_by(CARD_RECIPES[-1])
    assert len({CARD.digest_by(recipe) for recipe in (*CARD_RECIPES, "another")}) == len(CARD_RECIPES) + 1


def test_the_digest_says_what_is_drawn() -> None:
    cards = [CARD, *(replace(CARD, **{field: "#123456"}) for field in CARD.__struct_fields__)]
    assert len({card.digest for card in cards}) == len(cards)
    assert CARD.digest == Card(*(getattr(CARD, field) for field in CARD.__struct_fields__)).digest


def test_drawings_are_compared_by_pixels_and_not_by_how_they_are_packed() -> None:
    content = draw_card(CARD)
    other = io.BytesIO()
    Image.open(io.BytesIO(content)).save(other, "PNG", compress_level=1)
    assert other.getvalue() != content
    assert are_same_pixels(content, other.getvalue())
    assert not are_same_pixels(content, draw_card(replace(CARD, name="Dalbit Eye Clinic")))
    assert not are_same_pixels(content, draw_card(replace(CARD, colour="#aa2244")))
    assert not are_same_pixels(b"# rev 1\n", b"# rev 2\n")
    assert not are_same_pixels(content[:-40], content)


@pytest.mark.parametrize(
    ("colour", "letter"),
    [("#0b5a6e", "#ffffff"), ("#ffe000", "#16181b"), ("#000000", "#ffffff"), ("#777777", "#ffffff")],
)
def test_the_letter_of_an_icon_can_be_read(colour: str, letter: str, picture: Callable[[bytes], Image.Image]) -> None:
    whole = picture(draw_icon(Icon("W", colour)))
    assert whole.size == (180, 180)
    assert {whole.getpixel((1, 1)), whole.getpixel((178, 178))} == {parse_colour(colour)}
    colours = {pixel for _, pixel in whole.getcolors() or ()}
    assert parse_colour(letter) in colours


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_letter_has_enough_contrast_on_every_colour(colour: tuple[int, int, int]) -> None:
    assert contrast(letter_colour(colour), colour) >= LEAST_CONTRAST


def test_the_letter_stands_in_the_middle(picture: Callable[[bytes], Image.Image]) -> None:
    for letter in "Wj대待":
        whole = picture(draw_icon(Icon(letter, "#0b5a6e")))
        inked = [(x, y) for x in range(180) for y in range(180) if whole.getpixel((x, y)) != parse_colour("#0b5a6e")]
        for axis in (0, 1):
            low, high = min(point[axis] for point in inked), max(point[axis] for point in inked)
            assert abs((low + high) / 2 - 89.5) <= 2, letter


def test_without_a_letter_an_icon_is_its_colour(picture: Callable[[bytes], Image.Image]) -> None:
    assert picture(draw_icon(Icon("", "#0b5a6e"))).getcolors() == [(180 * 180, parse_colour("#0b5a6e"))]


def test_mixing_ends_in_the_ink() -> None:
    assert mix((0, 0, 0), (255, 100, 10), 1) == (255, 100, 10)
    assert mix((0, 0, 0), (255, 100, 10), 0) == (0, 0, 0)
