"""Lengths in a style sheet, as near as can be told without a page: is something too small, or far away?"""

from collections.abc import Iterable, Iterator

from colophon.site_style.sheet import Node, every

# Pixels by unit: a text of 16, a window of 1,000. Units that are not here are measured like a window's hundredth.
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "em": 16.0, "rem": 16.0}
_PIXELS |= {"ch": 8.0, "rch": 8.0, "ex": 8.0, "rex": 8.0, "lh": 24.0, "rlh": 24.0, "ic": 16.0, "cap": 11.0}
_HUNDREDTH = 10.0
_TEXT, _WINDOW = 16.0, 1000.0
_FAR_BACK, _FAR_AWAY = -100.0, 1000.0

# The least pixels for a notice itself, and for what holds it among other things.
_LEAST_PIXELS = {
    "width": (120.0, 16.0),
    "max-width": (120.0, 16.0),
    "inline-size": (120.0, 16.0),
    "max-inline-size": (120.0, 16.0),
    "height": (16.0, 16.0),
    "max-height": (16.0, 16.0),
    "block-size": (16.0, 16.0),
    "max-block-size": (16.0, 16.0),
    "line-height": (12.0, 12.0),
    "letter-spacing": (-1.0, -1.0),
}
# The whole page's text, too: our sheet measures in rem, and a notice shrinks with it.
_LEAST_TEXT = 12.0
# The least share of one, for what is given as a number or in per cent.
_LEAST_SHARE = {"opacity": 0.75, "zoom": 0.75, "font-size-adjust": 0.4}
_SMALL_WORDS = frozenset({"xx-small", "x-small"})


def is_tiny(name: str, value: list[Node], *, itself: bool) -> bool:
    """Whether ``name: value`` makes a text too small or too faint to read; ``itself``: it is said of a notice alone."""
    if name in _LEAST_SHARE:
        return any(share < _LEAST_SHARE[name] for share in numbers(value))
    if name == "font":
        name, value = "font-size", _size_of_font(value)
    if name == "font-size":
        words = any(token.type == "ident" and token.lower_value in _SMALL_WORDS for token in value)
        return words or _is_below(_LEAST_TEXT, value, _TEXT)
    if name in _LEAST_PIXELS:
        whole = _WINDOW if name.endswith(("width", "inline-size")) else _TEXT
        return _is_below(_LEAST_PIXELS[name][0 if itself else 1], value, whole)
    return False


def is_far(value: list[Node]) -> bool:
    """Whether an offset leads far out of a page."""
    return any(not _FAR_BACK < length < _FAR_AWAY for length in _lengths(value, _WINDOW))


def numbers(value: Iterable[Node]) -> Iterator[float]:
    """The plain numbers in ``value``, and its percentages as shares of one."""
    for token, _ in every(value):
        if token.type in ("number", "percentage"):
            yield token.value / 100 if token.type == "percentage" else token.value


def _is_below(least: float, value: list[Node], whole: float) -> bool:
    """Of several lengths (``clamp()``, ``max()``) the longest counts, of those in ``min()`` the shortest."""
    shortest = any(token.type == "function" and token.lower_name == "min" for token in value)
    lengths = list(_lengths(value, whole))
    return bool(lengths) and (min if shortest else max)(lengths) < least


def _lengths(value: Iterable[Node], whole: float) -> Iterator[float]:
    """Every length in ``value`` in pixels; 100 % are ``whole`` pixels."""
    for token, _ in every(value):
        if token.type == "dimension":
            yield token.value * _PIXELS.get(token.lower_unit, _HUNDREDTH)
        elif token.type == "percentage":
            yield token.value / 100 * whole
        elif token.type == "number":
            # As line-height has it: so many times the size of the text.
            yield token.value * _TEXT


def _size_of_font(value: list[Node]) -> list[Node]:
    """What ``font`` gives as the size: the first length, before a slash and the families."""
    kinds = ("dimension", "percentage", "function")
    return next(([token] for token in value if token.type in kinds), [])
