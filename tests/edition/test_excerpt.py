"""Derived excerpts: the beginning of the prose, whole words, no warnings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.edition.blocks import shorten
from tests.edition.editions import read

KOREAN = "프락셀 레이저는 피부 표면에 아주 작은 열을 전달하여 피부가 스스로 회복하도록 돕는 시술입니다. " * 10
JAPANESE = "フラクショナルレーザーは皮膚の表面に細かな熱を与え、皮膚が自ら回復するのを助ける施術です。" * 10


def test_short_text_is_taken_whole_and_plain() -> None:
    assert read("One *two*\n[three](https://a.kr) &amp; `four`\n\nFive.").excerpt == "One two three & four Five."


def test_headings_lists_quotes_and_warnings_stay_out() -> None:
    body = "# Head\n\n※ Never cut this.\n\nFirst.\n\n- item\n\n> quote\n\n※ Nor this.\n  at all\n\nSecond."
    assert read(body).excerpt == "First. Second."


@pytest.mark.parametrize("mark", ["※ ", "\u200b※ ", "\u3000※ ", "**※** ", "- ※ ", "> ※ ", "## ※ ", "&nbsp;※ "])
def test_a_warning_is_no_part_of_it_however_it_is_marked(mark: str) -> None:
    assert read(f"{mark}{'Never cut this. ' * 30}\n\nFirst.\n").excerpt == "First."


def test_it_ends_before_a_warning_within_the_text_that_would_be_cut() -> None:
    excerpt = read(f"{'Some words. ' * 10}※ Not with alcohol, {'because it is harmful, ' * 10}and so on.\n").excerpt
    assert excerpt == f"{'Some words. ' * 10}".strip() + "…"
    assert read("Short. ※ Not with alcohol.\n").excerpt == "Short. ※ Not with alcohol."


def test_a_text_of_lists_alone_has_an_excerpt_too() -> None:
    assert read("- one\n- two\n").excerpt == "one two"


def test_a_text_of_figures_and_warnings_alone_has_none() -> None:
    assert read("![x](a.jpg)\n\n※ a\n").excerpt == ""


def test_lines_of_japanese_join_without_a_space_and_of_korean_with_one() -> None:
    assert read("皮膚の\n表面に\n").excerpt == "皮膚の表面に"
    assert read("피부\n표면\n").excerpt == "피부 표면"


@pytest.mark.parametrize("text", [KOREAN, "Words of some length. " * 20])
def test_text_with_spaces_is_cut_between_two_words(text: str) -> None:
    excerpt = read(text).excerpt
    assert 120 <= len(excerpt) <= 200
    kept = excerpt.removesuffix("…")
    assert text.startswith(kept)
    assert text[len(kept)] in " .,"


def test_japanese_is_cut_after_a_stop() -> None:
    excerpt = read(JAPANESE).excerpt
    assert 120 <= len(excerpt) <= 200
    assert excerpt.endswith(("。…", "助ける施術です…", "与え…"))


def test_a_word_in_latin_letters_is_not_parted_where_there_are_no_spaces() -> None:
    text = "あ" * 195 + "Fraxel" + "あ" * 50
    assert shorten(text, 200) == "あ" * 195 + "…"


@pytest.mark.parametrize("cluster", ["e\u0301", "\U0001f469\u200d\u2695\ufe0f", "\U0001f44d\U0001f3fd", "\u0e01\u0e34"])
def test_a_character_is_not_parted_from_its_marks(cluster: str) -> None:
    kept = shorten(cluster * 100, 50).removesuffix("…")
    assert kept == cluster * (len(kept) // len(cluster))


@given(st.text(min_size=1), st.integers(20, 60))
def test_a_shortened_text_is_a_beginning_of_it(text: str, most: int) -> None:
    short = shorten(text, most)
    assert len(short) <= most
    assert short == text or text.startswith(short.removesuffix("…"))
