"""Templates: rendered with escaped values, or prerendered for many pages that differ in a few slots."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from jinja2 import Template
from markupsafe import Markup
from pydantic_core import to_json

from colophon.page.environment import environment, escaped


def render(name: str, **values: Any) -> bytes:
    """The template ``name`` (``post.html``) filled in, in UTF-8. A value that the template lacks is an error."""
    return _template(name).render(values).encode()


def markup(name: str, **values: Any) -> Markup:
    """The template ``name`` filled in, for other templates to show as it is."""
    # A template of ours has escaped all that is in it.
    return Markup(_template(name).render(values))  # noqa: S704


@cache
def macro(template: str, name: str) -> Callable[..., Markup]:
    """The macro ``name`` of ``template``, for what is shown very many times over: an import into a template costs."""
    found: Callable[..., Markup] = getattr(_template(template).module, name)
    return found


def compile_templates() -> None:
    """Compile them all now, not each when the first page asks for it."""
    for entry in (files("colophon") / "templates").iterdir():
        if entry.name.endswith((".html", ".xml")):
            _template(entry.name)


def script_json(described: object) -> Markup:
    """``described`` as JSON for a script element, in which nothing may look like its end. Its order is kept."""
    text = to_json(described).decode().replace("<", "\\u003c").replace(">", "\\u003e")
    # HTML takes nothing for a tag or a reference in it any more.
    return Markup(text.replace("&", "\\u0026").replace("'", "\\u0027"))  # noqa: S704


@cache
def _template(name: str) -> Template:
    return environment().get_template(name)


# No text holds it (upload/text.py), nor does a template.
_SIGN = "\x00"


class Form:
    """The text of a template around its places."""

    def __init__(self, text: str) -> None:
        # In turn: text, the name of a place, text, the name of a place, ... text.
        parts = text.split(_SIGN)
        self._names = parts[1::2]
        self._places = frozenset(self._names)
        self._parts = [part.encode() for part in parts]

    def filled(self, values: Mapping[str, object]) -> bytes:
        """The text with ``values``, by the names of their places, escaped as the template would have done; in UTF-8."""
        said = {name: escaped(values[name]).encode() for name in self._places}
        parts = self._parts.copy()
        parts[1::2] = [said[name] for name in self._names]
        return b"".join(parts)


# The names of places, and for each whether there is something for it.
Shape: TypeAlias = tuple[tuple[str, ...], tuple[bool, ...]]


def form(template: str, shape: Shape, **values: Any) -> Form:
    """The form of ``template`` with ``values``, for pages of ``shape``."""
    places = {name: place(name) if there else "" for name, there in zip(*shape, strict=True)}
    return Form(markup(template, **values, **places))


def shape_of(values: Mapping[str, object]) -> Shape:
    """The shape of a page with ``values``."""
    return tuple(values), tuple(map(bool, values.values()))


def place(name: str) -> Markup:
    """What stands in a form for the value called ``name``."""
    return Markup(f"{_SIGN}{name}{_SIGN}")  # noqa: S704
