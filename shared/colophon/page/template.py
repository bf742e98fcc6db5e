"""Templates: rendered with escaped values, or prerendered for many pages that differ in a few slots."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from jinja2 import Template
from markupsafe import Markup
from msgspec.json import Encoder

from colophon.page.environment import environment, escape_html

# Made once: every page has two values in JSON.
_encode_json = Encoder().encode


def render(name: str, **values: Any) -> bytes:
    """Render the template ``name`` (``post.html``), in UTF-8. A missing value is an error."""
    return _load_template(name).render(values).encode()


def render_markup(name: str, **values: Any) -> Markup:
    """Render the template ``name`` for use in other templates, which don't escape it again."""
    # The template has escaped its values.
    return Markup(_load_template(name).render(values))  # noqa: S704


@cache
def load_macro(template: str, name: str) -> Callable[..., Markup]:
    """The macro ``name`` of ``template``, for what is rendered very often: an import within a template takes longer."""
    loaded: Callable[..., Markup] = getattr(_load_template(template).module, name)
    return loaded


def compile_templates() -> None:
    """Compile all templates now, instead of each when it is first used."""
    for entry in (files("colophon") / "templates").iterdir():
        if entry.name.endswith((".html", ".xml")):
            _load_template(entry.name)


def to_script_json(value: object) -> Markup:
    """``value`` as JSON for a script element: nothing in it looks like the end of the element. Keeps the order."""
    text = _encode_json(value).replace(b"<", b"\\u003c").replace(b">", b"\\u003e")
    # What is left holds no tag or character reference.
    return Markup(text.replace(b"&", b"\\u0026").replace(b"'", b"\\u0027").decode())  # noqa: S704


@cache
def _load_template(name: str) -> Template:
    return environment().get_template(name)


# It is in no text (upload/text.py) and in no template.
_SLOT_MARK = "\x00"


class PrerenderedPage:
    """The text of a template between its slots."""

    def __init__(self, text: str) -> None:
        # Alternating: text, the name of a slot, text, the name of a slot, ... text.
        parts = text.split(_SLOT_MARK)
        self._slot_names = parts[1::2]
        self._distinct_slots = frozenset(self._slot_names)
        self._parts = [part.encode() for part in parts]

    def fill(self, values: Mapping[str, object]) -> bytes:
        """Fill in ``values``, by the names of the slots, escaped as the template would do it; in UTF-8."""
        encoded = {name: escape_html(values[name]).encode() for name in self._distinct_slots}
        parts = self._parts.copy()
        parts[1::2] = [encoded[name] for name in self._slot_names]
        return b"".join(parts)


# The names of the slots, and for each whether its value is not empty.
Slots: TypeAlias = tuple[tuple[str, ...], tuple[bool, ...]]


def prerender(template: str, slots: Slots, **values: Any) -> PrerenderedPage:
    """Render ``template`` with ``values``, for pages with ``slots``."""
    markers = {name: slot_marker(name) if is_filled else "" for name, is_filled in zip(*slots, strict=True)}
    return PrerenderedPage(render_markup(template, **values, **markers))


def slots_for(values: Mapping[str, object]) -> Slots:
    """The slots of a page with ``values``."""
    return tuple(values), tuple(map(bool, values.values()))


def slot_marker(name: str) -> Markup:
    """What marks the slot ``name`` in a prerendered page."""
    return Markup(f"{_SLOT_MARK}{name}{_SLOT_MARK}")  # noqa: S704
