"""A form filled in is, byte for byte, the template filled in; and no value can reach beyond its own place."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from jinja2 import UndefinedError
from markupsafe import Markup

from colophon.page.template import prerender, render, slots_for

LISTED = {
    "id": "",
    "label": Markup("<b>label</b>"),
    "path": "/en/a/b/",
    "title": "A title",
    "source_title": "",
    "archive": "",
    "clinic": "",
    "date": "2026-05-31",
    "day": "May 31, 2026",
    "excerpt": "",
    "tags": "",
    "picture": "",
}
FIXED = {"words": {"source_title": "Original title"}, "original_language": "ko", "heading": "h2"}
TEXT = some.text(alphabet="<>&\"'\0 a가{}%")


@given(TEXT, TEXT, TEXT)
def test_a_form_filled_in_is_the_template_filled_in(title: str, excerpt: str, source_title: str) -> None:
    values = LISTED | {"title": title, "excerpt": excerpt, "source_title": source_title}
    filled = prerender("listed.html", slots_for(values), **FIXED).fill(values)
    assert filled == render("listed.html", **FIXED, **values)


def test_one_form_serves_every_page_of_its_shape() -> None:
    made = prerender("listed.html", slots_for(LISTED), **FIXED)
    other = LISTED | {"title": "\0day\0 and \0label\0"}
    assert slots_for(other) == slots_for(LISTED)
    assert made.fill(other) == render("listed.html", **FIXED, **other)
    assert made.fill(LISTED) == render("listed.html", **FIXED, **LISTED)


def test_a_value_that_is_lacking_is_an_error() -> None:
    without = {name: value for name, value in LISTED.items() if name != "title"}
    with pytest.raises(UndefinedError):
        prerender("listed.html", slots_for(without), **FIXED)
    with pytest.raises(KeyError):
        prerender("listed.html", slots_for(LISTED), **FIXED).fill(without)
