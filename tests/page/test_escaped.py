"""Values in templates are escaped as Jinja2 itself would have them."""

from hypothesis import given
from hypothesis import strategies as some
from markupsafe import Markup, escape

from colophon.page.environment import environment, escape_html
from colophon.page.template import to_script_json


@given(some.text(alphabet="<>&\"'a가 \n") | some.integers() | some.text().map(Markup))
def test_a_value_is_escaped_to_the_same_letters_as_by_markupsafe(value):
    assert escape_html(value) == str(escape(value))


def test_a_template_escapes_what_it_shows_once():
    shown = environment().from_string("{% set said %}{{ a }}{% endset %}{{ said }} {{ a }} {{ 1 }}").render(a="<\"&'>")
    assert shown == "&lt;&#34;&amp;&#39;&gt; &lt;&#34;&amp;&#39;&gt; 1"


def test_nothing_in_structured_data_looks_like_the_end_of_its_element():
    assert to_script_json({"a": "R&D's", "b": "</script>"}) == ('{"a":"R\\u0026D\\u0027s","b":"\\u003c/script\\u003e"}')
