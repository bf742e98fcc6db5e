"""Bytes of an upload as text: what no reader downstream could agree about is refused, with its line."""

import pytest

from colophon.problem import Refused
from colophon.upload.text import decode


@pytest.mark.parametrize(
    "sign", ["\x00", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x85", "\x9f", "\ufffe", "\uffff"]
)
def test_a_character_that_no_page_or_feed_can_carry_is_refused_with_its_line(sign: str) -> None:
    with pytest.raises(Refused) as refused:
        decode(f"가나다\n\tone{sign}two\n".encode(), 1000)
    (problem,) = refused.value.problems
    assert problem.line == 2
    assert f"U+{ord(sign):04X}" in problem.what


@pytest.mark.parametrize("text", ["a\tb\nc", "값 · ©", "\u00a0", "\ufffd", "ﾟ｡￮", "漢字\U0001f600", "\u200b"])
def test_all_other_text_stays_as_it_is(text: str) -> None:
    assert decode(text.encode(), 1000) == text


def test_line_ends_become_newlines_and_a_byte_order_mark_goes() -> None:
    assert decode("\ufeffa\r\nb\rc\n".encode(), 1000) == "a\nb\nc\n"
