"""Colours as people write them, and how far apart they are for the eye."""

import re
from collections.abc import Iterable
from typing import Annotated, TypeAlias, TypeGuard

from pydantic import AfterValidator

from colophon.upload.fields import display_value
from colophon.upload.values import value_error

# Red, green and blue, 0 to 255.
Colour: TypeAlias = tuple[int, int, int]
# Of large letters on their ground (WCAG 2.2, 1.4.3, "contrast (minimum)").
LEAST_CONTRAST = 3.0
WHITE: Colour = (255, 255, 255)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def _check_colour(text: str) -> str:
    if not is_colour(text):
        what = f"“{display_value(text)}” is not a colour."
        raise value_error(what, 'Write it in quotes as "#1f6f64": a number sign and six hexadecimal digits.')
    return text.lower()


ColourText = Annotated[str, AfterValidator(_check_colour)]


def is_colour(value: object) -> TypeGuard[str]:
    """Whether ``value`` is a colour that ``parse_colour`` takes."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def parse_colour(text: str) -> Colour:
    """The colour that ``text`` is, as ``#1f6f64``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Iterable[int]) -> float:
    """Relative luminance (WCAG 2.2, "relative luminance")."""
    parts = (part / 255 for part in colour)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
