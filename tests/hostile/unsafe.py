"""Switches the defences off, one at a time, for the control: the checks must then find something.

Each switch replaces functions by ones that return their text unchanged, in every module that has imported them, and
puts them back at the end. Caches are cleared at both moments.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from html import unescape
from types import ModuleType
from typing import Any

import markupsafe
from cmarkgfm.cmark import Options
from jinja2 import Environment
from msgspec.json import Encoder

from colophon.edition import markdown
from colophon.listings import feeds
from colophon.notices import gate
from colophon.page import environment, template
from colophon.upload import values

Markup = markupsafe.Markup
# The gate would stop the build before its pages are compared.
_GATES = (gate.check_page, gate.check_listing, gate.check_feed, gate.check_tombstone)


_make_environment = environment.environment.__wrapped__


@cache
def _environment_without_escaping() -> Environment:
    return _make_environment().overlay(autoescape=False, bytecode_cache=None)


def _pass_gate(*_: object, **__: object) -> None:
    return None


@contextmanager
def without_escaping() -> Iterator[None]:
    """Templates, prerendered pages, feeds, structured data and texts print words as they are."""
    encode = Encoder().encode
    with _replaced(
        {
            environment.environment: _environment_without_escaping,
            environment.escape_html: str,
            markupsafe.escape: Markup,
            template.to_script_json: lambda value: Markup(encode(value).decode()),
            markdown.sanitize: lambda html: unescape(html).strip(),
            **dict.fromkeys(_GATES, _pass_gate),
        },
        {(feeds, "Markup"): str},
    ):
        yield


@contextmanager
def without_sanitizer() -> Iterator[None]:
    """The renderer passes raw HTML and every scheme on (CMARK_OPT_UNSAFE), and nothing is taken out of its text."""
    render = markdown.render_markdown

    def render_unsafely(source: str, options: int = Options.CMARK_OPT_DEFAULT) -> str:
        return render(source, options | Options.CMARK_OPT_UNSAFE)

    with _replaced(
        {
            markdown.render_plain: render_unsafely,
            markdown.render_markdown: render_unsafely,
            markdown.sanitize: str.strip,
            **dict.fromkeys(_GATES, _pass_gate),
        }
    ):
        yield


@contextmanager
def without_address_rule() -> Iterator[None]:
    """Readers take every address."""
    with _replaced({values.https_url_error: lambda url: None}):
        yield


@contextmanager
def _replaced(
    functions: Mapping[Callable[..., Any], Any], names: Mapping[tuple[ModuleType, str], Any] | None = None
) -> Iterator[None]:
    places = [
        (module, name, functions[value])
        for module in _modules()
        for name, value in list(vars(module).items())
        if callable(value) and _is_hashable(value) and value in functions
    ]
    places += [(module, name, value) for (module, name), value in (names or {}).items()]
    before = [(module, name, getattr(module, name)) for module, name, _ in places]
    try:
        _put(places)
        yield
    finally:
        _put(before)


def _put(places: list[tuple[ModuleType, str, Any]]) -> None:
    for module, name, value in places:
        setattr(module, name, value)
    for module in _modules():
        for value in list(vars(module).values()):
            if callable(clear := getattr(value, "cache_clear", None)):
                clear()


def _modules() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.partition(".")[0] in ("colophon", "colophon_ops")]


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
