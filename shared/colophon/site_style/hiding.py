"""Finds declarations that would hide, shrink, cover or change the notices and labels that readers must see.

The checks are estimates: lengths are converted to pixels for a 16-pixel text in a 1,000-pixel window.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from colophon.problem import Problem
from colophon.site_style.selectors import Reach, Selectors
from colophon.site_style.sheet import Node, Rule, Sheet, drop_whitespace, walk
from colophon.upload.fields import display_value

_MIN_ALPHA = 0.5
# Pixels by unit, for a 16-pixel text. Other units (vw, vh, cqw ...) count as a hundredth of a 1,000-pixel window.
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "em": 16.0, "rem": 16.0}
_PIXELS |= {"ch": 8.0, "rch": 8.0, "ex": 8.0, "rex": 8.0, "lh": 24.0, "rlh": 24.0, "ic": 16.0, "cap": 11.0}
_DEFAULT_PIXELS = 10.0
_TEXT, _WINDOW = 16.0, 1000.0
_FAR_BACK, _FAR_AWAY = -100.0, 1000.0
# The minimum in pixels for a notice itself, and for an element around it.
_MIN_PIXELS = {
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
# Also for elements around a notice: Colophon's sheet uses rem, so a notice shrinks with the page.
_MIN_TEXT_PIXELS = 12.0
# The minimum of properties that take a number or a percentage, as a fraction of 1.
_MIN_SHARE = {"opacity": 0.75, "zoom": 0.75, "font-size-adjust": 0.4}
_SMALL_WORDS = frozenset({"xx-small", "x-small"})
_FIX = "Remove it: notices, labels and source warnings must stay visible. Change colours, borders, fonts and space."
_HARMLESS = frozenset({"none", "auto", "normal", "visible", "static", "initial", "unset", "revert", "revert-layer"})
_PREFIXES = ("-webkit-", "-moz-", "-ms-", "-o-")
# By property: keywords that hide a notice even from around it, and keywords that do so on the notice itself.
_HIDING_KEYWORDS = {
    "display": {"none"},
    "visibility": {"hidden", "collapse"},
    "content-visibility": {"hidden"},
    "interactivity": {"inert"},
}
_NOTICE_HIDING_KEYWORDS = {
    "overflow": {"hidden", "clip"},
    "overflow-x": {"hidden", "clip"},
    "overflow-y": {"hidden", "clip"},
    "overflow-block": {"hidden", "clip"},
    "overflow-inline": {"hidden", "clip"},
    "text-overflow": {"ellipsis", "clip"},
    "pointer-events": {"none"},
    "unicode-bidi": {"bidi-override", "isolate-override"},
}
# On a notice or around it, these may only have a value that changes nothing.
_FORBIDDEN_ON_NOTICES = frozenset(
    {
        "animation", "animation-name", "clip", "clip-path", "filter", "line-clamp", "mask", "mask-image",
        "mix-blend-mode", "rotate", "scale", "text-security", "transform", "translate",
    }
)  # fmt: skip
_POSITION_PROPERTIES = frozenset({"inset", "left", "right", "top", "bottom", "margin", "text-indent"})
# Prefixes of the custom properties for the colours of notices and labels.
_NOTICE_VARIABLES = ("--notice-", "--label-")
_OVERLAY_POSITIONS = {"absolute", "fixed"}
_COLOURS = frozenset({"color", "text-fill-color"})
_BACKGROUNDS = frozenset({"background", "background-color"})


def find_hiding(sheet: Sheet) -> Iterator[Problem]:
    """A problem for every declaration in ``sheet`` that would hide or change a notice."""
    selectors = Selectors()
    for rule in sheet.rules:
        reach, painted = selectors.find_reach(rule.selectors), selectors.is_generated(rule.selectors)
        for declaration in rule.declarations:
            if violation := _find_violation(declaration, reach, painted=painted):
                yield _hiding_problem(declaration, violation)
        if reach:
            yield from _find_unreadable_text(rule)


def _hiding_problem(declaration: Node, violation: str) -> Problem:
    text = "".join(token.serialize() for token in declaration.value).strip()
    what = f"“{display_value(f'{declaration.name}: {text}')}” would {violation}."
    return Problem(what, _FIX, line=declaration.source_line)


def _find_violation(declaration: Node, reach: Reach, *, painted: bool) -> str:
    name, value = _strip_vendor_prefix(declaration.lower_name), drop_whitespace(declaration.value)
    if any(own in text for text in (name, *_serialize(declaration)) for own in _NOTICE_VARIABLES):
        return "change or reuse the colours of the notices"
    if name.startswith("--") and name.endswith("ink"):
        return "make the text invisible" if any(map(is_transparent, value)) else ""
    if name == "position" and _keywords(value) & _OVERLAY_POSITIONS:
        return "put something over a notice"
    if not reach:
        return ""
    if painted:
        return _find_violation_on_generated(name, value) if reach == "notice" else ""
    return _find_violation_anywhere(name, value, reach) or (
        _find_violation_on_notice(name, value) if reach == "notice" else ""
    )


def _find_violation_anywhere(name: str, value: list[Node], reach: Reach) -> str:
    if _keywords(value) & _HIDING_KEYWORDS.get(name, set()):
        return "hide a notice"
    if is_tiny(name, value, on_notice=reach == "notice"):
        return "make a notice too small or too faint to read"
    if is_far(value) and (name in _POSITION_PROPERTIES or name.startswith(("inset-", "margin-"))):
        return "move a notice out of sight"
    if name in _FORBIDDEN_ON_NOTICES and (
        _keywords(value) - _HARMLESS or any(token.type not in ("ident", "literal") for token in value)
    ):
        return "change how a notice looks"
    return "make the text invisible" if name in _COLOURS and any(map(is_transparent, value)) else ""


def _find_violation_on_notice(name: str, value: list[Node]) -> str:
    if _keywords(value) & _NOTICE_HIDING_KEYWORDS.get(name, set()):
        return "cut off a notice"
    if name in ("order", "z-index") and any(number != 0 for number in find_numbers(value)):
        return "move a notice from its place"
    return "put words into a notice" if name == "content" and _holds_words(value) else ""


def _find_violation_on_generated(name: str, value: list[Node]) -> str:
    return "put words into a notice" if name == "content" and _holds_words(value) else ""


def _find_unreadable_text(rule: Rule) -> Iterator[Problem]:
    """A problem for text in the colour of its own background."""
    backgrounds = {
        to_rgb(token)
        for background in rule.declarations
        if _has_property(_BACKGROUNDS, background)
        for token in background.value
    }
    for declaration in rule.declarations:
        if _has_property(_COLOURS, declaration) and (backgrounds - {None}) & set(map(to_rgb, declaration.value)):
            yield _hiding_problem(declaration, "make the text invisible on its background")


def _serialize(declaration: Node) -> Iterator[str]:
    return (token.serialize() for token in declaration.value)


def _has_property(names: frozenset[str], declaration: Node) -> bool:
    return _strip_vendor_prefix(declaration.lower_name) in names


def _strip_vendor_prefix(name: str) -> str:
    """The name of a property without its vendor prefix."""
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
    return name.removeprefix(prefix)


def _keywords(value: list[Node]) -> set[str]:
    return {token.lower_value for token in value if token.type == "ident"}


def _holds_words(value: list[Node]) -> bool:
    """Whether a value of ``content`` has letters or digits: punctuation can't change the meaning of a notice."""
    return any(token.type == "string" and any(map(str.isalnum, token.value)) for token, _ in walk(value))


def is_tiny(name: str, value: list[Node], *, on_notice: bool) -> bool:
    """Whether ``name: value`` makes text too small or too faint to read, ``on_notice`` or on an element around it."""
    if name in _MIN_SHARE:
        return any(share < _MIN_SHARE[name] for share in find_numbers(value))
    if name == "font":
        name, value = "font-size", _font_size(value)
    if name == "font-size":
        words = any(token.type == "ident" and token.lower_value in _SMALL_WORDS for token in value)
        return words or _is_below(_MIN_TEXT_PIXELS, value, _TEXT)
    if name in _MIN_PIXELS:
        whole = _WINDOW if name.endswith(("width", "inline-size")) else _TEXT
        return _is_below(_MIN_PIXELS[name][0 if on_notice else 1], value, whole)
    return False


def is_far(value: list[Node]) -> bool:
    """Whether ``value`` contains an offset that leads out of the page."""
    return any(not _FAR_BACK < length < _FAR_AWAY for length in _find_lengths(value, _WINDOW))


def find_numbers(value: Iterable[Node]) -> Iterator[float]:
    """The plain numbers in ``value``, and its percentages as fractions of 1."""
    for token, _ in walk(value):
        if token.type in ("number", "percentage"):
            yield token.value / 100 if token.type == "percentage" else token.value


def _is_below(minimum: float, value: list[Node], whole: float) -> bool:
    """Whether the longest length in ``value``, or in ``min()`` the shortest, is below ``minimum`` pixels."""
    shortest = any(token.type == "function" and token.lower_name == "min" for token in value)
    lengths = list(_find_lengths(value, whole))
    return bool(lengths) and (min if shortest else max)(lengths) < minimum


def _find_lengths(value: Iterable[Node], whole: float) -> Iterator[float]:
    """Every length in ``value`` in pixels; 100 % is ``whole`` pixels."""
    for token, _ in walk(value):
        if token.type == "dimension":
            yield token.value * _PIXELS.get(token.lower_unit, _DEFAULT_PIXELS)
        elif token.type == "percentage":
            yield token.value / 100 * whole
        elif token.type == "number":
            # A multiple of the text size, as in line-height.
            yield token.value * _TEXT


def _font_size(value: list[Node]) -> list[Node]:
    """The size in the value of ``font``: its first length."""
    kinds = ("dimension", "percentage", "function")
    return next(([token] for token in value if token.type in kinds), [])


def is_transparent(token: Node) -> bool:
    """Whether ``token`` is a colour with an alpha below one half."""
    colour = _parse_colour(token)
    return colour is not None and colour.alpha < _MIN_ALPHA


def to_rgb(token: Node) -> tuple[float, ...] | None:
    """Red, green and blue of ``token``, rounded to a tenth; None if it is not a colour of sRGB, HSL or HWB."""
    colour = _parse_colour(token)
    if colour is None or colour.space not in ("srgb", "hsl", "hwb"):
        return None
    return tuple(round(channel, 1) for channel in colour.to("srgb").coordinates)


def _parse_colour(token: Node) -> Any:
    from tinycss2.color4 import Color, parse_color

    try:
        colour = parse_color(token)
    except (ValueError, TypeError, ArithmeticError, AttributeError, IndexError):
        # tinycss2 raises these for malformed colours, which browsers ignore.
        return None
    return colour if isinstance(colour, Color) else None
