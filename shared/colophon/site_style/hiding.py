"""Declarations that would hide, shrink or cover the notices and the label that readers must see."""

from collections.abc import Iterable, Iterator
from typing import Any

from colophon.problem import Problem
from colophon.site_style.selectors import Reach, Selectors
from colophon.site_style.sheet import Node, Rule, Sheet, drop_whitespace, walk
from colophon.upload.fields import display_value

_MIN_ALPHA = 0.5


def is_transparent(token: Node) -> bool:
    """Whether ``token`` is a colour that lets most of what is behind it through."""
    colour = _parse_colour(token)
    return colour is not None and colour.alpha < _MIN_ALPHA


def to_rgb(token: Node) -> tuple[float, ...] | None:
    """The red, green and blue of the colour ``token``, to a tenth; None where it is none, or of another kind."""
    colour = _parse_colour(token)
    if colour is None or colour.space not in ("srgb", "hsl", "hwb"):
        return None
    return tuple(round(channel, 1) for channel in colour.to("srgb").coordinates)


def _parse_colour(token: Node) -> Any:
    from tinycss2.color4 import Color, parse_color

    try:
        colour = parse_color(token)
    except (ValueError, TypeError, ArithmeticError, AttributeError, IndexError):
        # A colour that the parser stumbles over is none that a browser reads either.
        return None
    return colour if isinstance(colour, Color) else None


# Pixels by unit: a text of 16, a window of 1,000. Units that are not here are measured like a window's hundredth.
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "em": 16.0, "rem": 16.0}
_PIXELS |= {"ch": 8.0, "rch": 8.0, "ex": 8.0, "rex": 8.0, "lh": 24.0, "rlh": 24.0, "ic": 16.0, "cap": 11.0}
_DEFAULT_PIXELS = 10.0
_TEXT, _WINDOW = 16.0, 1000.0
_FAR_BACK, _FAR_AWAY = -100.0, 1000.0

# The least pixels for a notice itself, and for what holds it among other things.
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
# The whole page's text, too: our sheet measures in rem, and a notice shrinks with it.
_MIN_TEXT_PIXELS = 12.0
# The least share of one, for what is given as a number or in per cent.
_MIN_SHARE = {"opacity": 0.75, "zoom": 0.75, "font-size-adjust": 0.4}
_SMALL_WORDS = frozenset({"xx-small", "x-small"})


def is_tiny(name: str, value: list[Node], *, on_notice: bool) -> bool:
    """Whether ``name: value`` makes a text too small or too faint to read; ``itself``: it is said of a notice alone."""
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
    """Whether an offset leads far out of a page."""
    return any(not _FAR_BACK < length < _FAR_AWAY for length in _find_lengths(value, _WINDOW))


def find_numbers(value: Iterable[Node]) -> Iterator[float]:
    """The plain numbers in ``value``, and its percentages as shares of one."""
    for token, _ in walk(value):
        if token.type in ("number", "percentage"):
            yield token.value / 100 if token.type == "percentage" else token.value


def _is_below(minimum: float, value: list[Node], whole: float) -> bool:
    """Of several lengths (``clamp()``, ``max()``) the longest counts, of those in ``min()`` the shortest."""
    shortest = any(token.type == "function" and token.lower_name == "min" for token in value)
    lengths = list(_find_lengths(value, whole))
    return bool(lengths) and (min if shortest else max)(lengths) < minimum


def _find_lengths(value: Iterable[Node], whole: float) -> Iterator[float]:
    """Every length in ``value`` in pixels; 100 % are ``whole`` pixels."""
    for token, _ in walk(value):
        if token.type == "dimension":
            yield token.value * _PIXELS.get(token.lower_unit, _DEFAULT_PIXELS)
        elif token.type == "percentage":
            yield token.value / 100 * whole
        elif token.type == "number":
            # As line-height has it: so many times the size of the text.
            yield token.value * _TEXT


def _font_size(value: list[Node]) -> list[Node]:
    """What ``font`` gives as the size: the first length, before a slash and the families."""
    kinds = ("dimension", "percentage", "function")
    return next(([token] for token in value if token.type in kinds), [])


_FIX = "Remove it: notices, labels and source warnings stay in sight. Dress them in colours, borders, fonts and space."
_HARMLESS = frozenset({"none", "auto", "normal", "visible", "static", "initial", "unset", "revert", "revert-layer"})
_PREFIXES = ("-webkit-", "-moz-", "-ms-", "-o-")

# By property, the words that hide wherever notices are reached, and those that only a notice itself must not have.
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
# What a notice may only have in a value that changes nothing.
_FORBIDDEN_ON_NOTICES = frozenset(
    {
        "animation", "animation-name", "clip", "clip-path", "filter", "line-clamp", "mask", "mask-image",
        "mix-blend-mode", "rotate", "scale", "text-security", "transform", "translate",
    }
)  # fmt: skip
_POSITION_PROPERTIES = frozenset({"inset", "left", "right", "top", "bottom", "margin", "text-indent"})
# The custom properties that give notices and labels their colours.
_NOTICE_VARIABLES = ("--notice-", "--label-")
_OVERLAY_POSITIONS = {"absolute", "fixed"}
_COLOURS = frozenset({"color", "text-fill-color"})
_BACKGROUNDS = frozenset({"background", "background-color"})


def find_hiding(sheet: Sheet) -> Iterator[Problem]:
    """A problem for every declaration in ``sheet`` that would hide or shrink a notice."""
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
        return "change or borrow the colours of the notices"
    if name.startswith("--") and name.endswith("ink"):
        return "make the text invisible" if any(map(is_transparent, value)) else ""
    if name == "position" and _keywords(value) & _OVERLAY_POSITIONS:
        return "lay something over a notice"
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
        return "change how a notice is seen"
    return "make the text invisible" if name in _COLOURS and any(map(is_transparent, value)) else ""


def _find_violation_on_notice(name: str, value: list[Node]) -> str:
    if _keywords(value) & _NOTICE_HIDING_KEYWORDS.get(name, set()):
        return "cut a notice off"
    if name in ("order", "z-index") and any(number != 0 for number in find_numbers(value)):
        return "take a notice from its place"
    return "put words into a notice" if name == "content" and _holds_words(value) else ""


def _find_violation_on_generated(name: str, value: list[Node]) -> str:
    return "put words into a notice" if name == "content" and _holds_words(value) else ""


def _find_unreadable_text(rule: Rule) -> Iterator[Problem]:
    """Text in the colour of its own background."""
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
    """A property's name without a vendor's prefix."""
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
    return name.removeprefix(prefix)


def _keywords(value: list[Node]) -> set[str]:
    return {token.lower_value for token in value if token.type == "ident"}


def _holds_words(value: list[Node]) -> bool:
    """Whether a ``content`` holds letters or digits of its own: signs alone say nothing."""
    return any(token.type == "string" and any(map(str.isalnum, token.value)) for token, _ in walk(value))
