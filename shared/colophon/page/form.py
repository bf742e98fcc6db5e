"""A template's form: filled in but for the places where one page differs from the next.

Nearly all of a page is the same on very many pages. That is filled in once, by the template; for each page there is
only to be put in what is its own. A place that is empty belongs to the form: templates ask whether it is.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

from markupsafe import Markup

from colophon.page.environment import escaped
from colophon.page.template import markup

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
