"""Templates: rendered with escaped values, or prerendered for many pages that differ in a few slots."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from jinja2 import Template
from markupsafe import Markup
from pydantic_core import to_json

from colophon.page.environment import environment, escape_html


def render(name: str, **values: Any) -> bytes:
    """The template ``name`` (``post.html``) filled in, in UTF-8. A value that the template lacks is an error."""
    return _load_template(name).render(values).encode()


def render_markup(name: str, **values: Any) -> Markup:
    """The template ``name`` filled in, for other templates to show as it is."""
    # A template of ours has escaped all that is in it.
    return Markup(_load_template(name).render(values))  # noqa: S704


@cache
def load_macro(template: str, name: str) -> Callable[..., Markup]:
    """The macro ``name`` of ``template``, for what is shown very many times over: an import into a template costs."""
    loaded: Callable[..., Markup] = getattr(_load_template(template).module, name)
    return loaded


def compile_templates() -> None:
    """Compile them all now, not each when the first page asks for it."""
    for entry in (files("colophon") / "templates").iterdir():
        if entry.name.endswith((".html", ".xml")):
            _load_template(entry.name)


def to_script_json(value: object) -> Markup:
    """``described`` as JSON for a script element, in which nothing may look like its end. Its order is kept."""
    text = to_json(value).decode().replace("<", "\\u003c").replace(">", "\\u003e")
    # HTML takes nothing for a tag or a reference in it any more.
    return Markup(text.replace("&", "\\u0026").replace("'", "\\u0027"))  # noqa: S704


@cache
def _load_template(name: str) -> Template:
    return environment().get_template(name)


# No text holds it (upload/text.py), nor does a template.
_SLOT_MARK = "\x00"


class PrerenderedPage:
    """The text of a template around its places."""

    def __init__(self, text: str) -> None:
        # In turn: text, the name of a place, text, the name of a place, ... text.
        parts = text.split(_SLOT_MARK)
        self._slot_names = parts[1::2]
        self._distinct_slots = frozenset(self._slot_names)
        self._parts = [part.encode() for part in parts]

    def fill(self, values: Mapping[str, object]) -> bytes:
        """The text with ``values``, by the names of their places, escaped as the template would have done; in UTF-8."""
        encoded = {name: escape_html(values[name]).encode() for name in self._distinct_slots}
        parts = self._parts.copy()
        parts[1::2] = [encoded[name] for name in self._slot_names]
        return b"".join(parts)


# The names of places, and for each whether there is something for it.
Slots: TypeAlias = tuple[tuple[str, ...], tuple[bool, ...]]


def prerender(template: str, slots: Slots, **values: Any) -> PrerenderedPage:
    """The form of ``template`` with ``values``, for pages of ``shape``."""
    markers = {name: slot_marker(name) if is_filled else "" for name, is_filled in zip(*slots, strict=True)}
    return PrerenderedPage(render_markup(template, **values, **markers))


def slots_for(values: Mapping[str, object]) -> Slots:
    """The shape of a page with ``values``."""
    return tuple(values), tuple(map(bool, values.values()))


def slot_marker(name: str) -> Markup:
    """What stands in a form for the value called ``name``."""
    return Markup(f"{_SLOT_MARK}{name}{_SLOT_MARK}")  # noqa: S704
