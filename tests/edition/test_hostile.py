"""Hostile bodies: refused, or nothing of them is left but text, as a second parser sees it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colophon.edition.markdown import render_markdown, sanitize
from colophon.problem import Refused
from tests.edition.editions import read
from tests.edition.hostile import PAYLOADS, all_off_the_list, elements_of, ids_of, off_the_list

_SURROUNDINGS = (
    "{}",
    "One {} two",
    "- {}",
    "> {}",
    "**{}**",
    "[{}](https://a.kr)",
    "One\n{}\n{}",
    "[{}",
    "`{}",
    "| {} |\n|-|\n",
    "| a | b |\n|:-:|-:|\n| {} | {} |\n",
    "~~{}~~",
    "a[^1]\n\n[^1]: {}",
    "- [x] {}",
    "a<br>{}<!-- x -->{}",
    "https://a.kr/{}",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_off_the_list_reaches_a_block(payload: str) -> None:
    for around in _SURROUNDINGS:
        try:
            edition = read("Text.\n\n" + around.replace("{}", payload))
        except Refused:
            continue
        assert all_off_the_list(edition) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_cleaner_alone_lets_nothing_off_the_list_through(payload: str) -> None:
    for html in (
        payload,
        f"<p>{payload}</p>",
        f'<a href="{payload}">x</a>',
        f"<ul><li>{payload}",
        render_markdown(payload),
    ):
        assert list(off_the_list(sanitize(html))) == []
    once = sanitize(render_markdown(payload))
    # The order of attributes may change.
    assert elements_of(sanitize(once)) == elements_of(once)


@settings(max_examples=150, deadline=2000)
@given(
    st.lists(
        st.sampled_from(
            (
                *PAYLOADS,
                "\n",
                "\n\n",
                " ",
                "*",
                "`",
                "- ",
                "> ",
                "※ ",
                "[",
                "](",
                ")",
                "<",
                ">",
                "|",
                "\n|-|-|\n",
                "~~",
                "[^1]",
                "\n[^1]: ",
                "- [ ] ",
                "- [x] ",
                "<br>",
                "<!-- ",
                " -->",
                "![x](a b.jpg)",
                "https://a.kr/",
                "！[",
            ),
        ),
        max_size=12,
    )
)
def test_no_mixture_of_payloads_gets_through(parts: list[str]) -> None:
    try:
        edition = read("".join(parts))
    except Refused:
        return
    assert all_off_the_list(edition) == []
    ids = ids_of(edition)
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("fn") for name in ids)
