"""Colours in a style sheet: can a text in them be seen?"""

from typing import Any

from colophon.site_style.sheet import Node

_LEAST_ALPHA = 0.5


def is_clear(token: Node) -> bool:
    """Whether ``token`` is a colour that lets most of what is behind it through."""
    colour = _colour(token)
    return colour is not None and colour.alpha < _LEAST_ALPHA


def seen_as(token: Node) -> tuple[float, ...] | None:
    """The red, green and blue of the colour ``token``, to a tenth; None where it is none, or of another kind."""
    colour = _colour(token)
    if colour is None or colour.space not in ("srgb", "hsl", "hwb"):
        return None
    return tuple(round(channel, 1) for channel in colour.to("srgb").coordinates)


def _colour(token: Node) -> Any:
    from tinycss2.color4 import Color, parse_color

    try:
        colour = parse_color(token)
    except (ValueError, TypeError, ArithmeticError, AttributeError, IndexError):
        # A colour that the parser stumbles over is none that a browser reads either.
        return None
    return colour if isinstance(colour, Color) else None
