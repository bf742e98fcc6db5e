"""Finds declarations that would hide, shrink, cover or change the notices and labels that readers must see.

The first layer of Colophon's own sheet prevents most of what a sheet can do to a notice. These checks are for what that
layer can't prevent; of the rest they tell where it stands. They are estimates.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from colophon.problem import Problem
from colophon.site_style.lengths import NARROW_WINDOW, TEXT, WINDOW, expand_variables, find_lengths
from colophon.site_style.selectors import Reach, Selectors
from colophon.site_style.sheet import Node, Rule, Sheet, children, drop_whitespace, walk
from colophon.upload.fields import display_value

_MIN_ALPHA = 0.5
_FAR_BACK, _FAR_AWAY = -64.0, 1000.0
# Pixels that a block may move up, over what stands above it; and the least width of a box by its height.
_FAR_UP, _MIN_RATIO = -16.0, 0.1
# Pixels of space or border on one side of a notice, in a window of 320 pixels; and of the paper of a printed page.
_MAX_SPACE, _MIN_PAPER = 48.0, 300.0
_MAX_TEXT = 80.0
_MAX_Z_INDEX = 999_999
# The minimum in pixels for a notice itself, and for an element around it.
_MIN_PIXELS = {
    "width": (120.0, 80.0),
    "max-width": (120.0, 80.0),
    "inline-size": (120.0, 80.0),
    "max-inline-size": (120.0, 80.0),
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
_FIX = (
    "Remove it: notices, labels and source warnings must stay visible, in their own colours. "
    "Change colours, borders, fonts and space of everything else."
)
# Fonts that have signs in place of letters.
_SIGN_FONT = re.compile(r"\b(wingdings( [23])?|webdings|zapf dingbats|marlett)\b", re.IGNORECASE)
_HARMLESS = frozenset({"none", "auto", "normal", "visible", "static", "initial", "unset", "revert", "revert-layer"})
_PREFIXES = ("-webkit-", "-moz-", "-ms-", "-o-")
# By property: keywords that hide a notice even from around it, and keywords that do so on the notice itself.
_HIDING_KEYWORDS = {
    # What is in a column of a table is not rendered (CSS Table Module Level 3, 2.1); cells lead out of a narrow window.
    "display": {"none", "table-cell", "table-column", "table-column-group"},
    "visibility": {"hidden", "collapse"},
    "content-visibility": {"hidden"},
    "interactivity": {"inert"},
    "container-type": {"size"},
    "container": {"size"},
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
_INLINE_MARGINS = frozenset(
    {"margin-inline", "margin-inline-start", "margin-inline-end", "margin-left", "margin-right", "margin-trim"}
)
_GRIDS = frozenset(
    {"grid", "grid-template", "grid-template-rows", "grid-template-columns", "grid-auto-rows", "grid-auto-columns"}
)
# On anything, for what stands above a notice pushes it down.
_PUSHING = ("border", "height", "block-size", "margin", "min-height", "min-block-size", "padding")
_POSITION_PROPERTIES = frozenset({"inset", "left", "right", "top", "bottom", "margin", "text-indent"})
# Prefixes of the custom properties for the colours of notices and labels.
_NOTICE_VARIABLES = ("--notice-", "--label-", "--warning-")
_OVERLAY_POSITIONS = {"absolute", "fixed"}
_COLOURS = frozenset({"color", "text-fill-color"})
_BACKGROUNDS = frozenset({"background", "background-color"})


def find_hiding(sheet: Sheet) -> Iterator[Problem]:
    """A problem for every declaration in ``sheet`` that would hide or change a notice."""
    selectors, variables = Selectors(), _collect_variables(sheet)
    for rule in sheet.rules:
        reach, painted = selectors.find_reach(rule.selectors), selectors.is_generated(rule.selectors)
        for declaration in rule.declarations:
            for value in expand_variables(drop_whitespace(declaration.value), variables):
                if violation := _find_violation(declaration, value, reach, painted=painted):
                    yield _hiding_problem(declaration, violation)
                    break
        if reach:
            yield from _find_unreadable_text(rule)


def _collect_variables(sheet: Sheet) -> dict[str, list[list[Node]]]:
    """Every value that the custom properties of ``sheet`` have somewhere in it."""
    variables: dict[str, list[list[Node]]] = {}
    for rule in sheet.rules:
        for declaration in rule.declarations:
            if declaration.name.startswith("--"):
                variables.setdefault(declaration.name, []).append(drop_whitespace(declaration.value))
    return variables


def _hiding_problem(declaration: Node, violation: str) -> Problem:
    text = "".join(token.serialize() for token in declaration.value).strip()
    what = f"“{display_value(f'{declaration.name}: {text}')}” would {violation}."
    return Problem(what, _FIX, line=declaration.source_line)


def _find_violation(declaration: Node, value: list[Node], reach: Reach, *, painted: bool) -> str:
    """What ``declaration`` would do to a notice, with ``value`` for its value; empty if nothing."""
    name = _strip_vendor_prefix(declaration.lower_name)
    if any(own in text for text in (name, *_serialize(declaration)) for own in _NOTICE_VARIABLES):
        return "change or reuse the colours of the notices"
    if name.startswith("--") and name.endswith("ink"):
        return "make the text invisible" if any(map(is_transparent, value)) else ""
    if (name == "position" and _keywords(value) & _OVERLAY_POSITIONS) or (name == "z-index" and _is_in_front(value)):
        return "put something over a notice"
    if name == "size" and any(length < _MIN_PAPER for length in find_lengths(value, WINDOW)):
        return "make a printed page too small for a notice"
    if name.startswith("margin") and any(length < _FAR_UP for length in _find_block_margins(name, value)):
        return "pull something over a notice"
    if name == "aspect-ratio" and _find_ratio(value) < _MIN_RATIO:
        return "push a notice out of sight"
    if name.startswith(_PUSHING) and any(length > _FAR_AWAY for length in find_lengths(value, WINDOW)):
        return "push a notice out of sight"
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
    if name in ("font", "font-family") and _SIGN_FONT.search(" ".join(str(getattr(one, "value", "")) for one in value)):
        return "write a notice in signs"
    if is_tiny(name, value, on_notice=reach == "notice"):
        return "make a notice too small or too faint to read"
    if _is_squeezing(name, value):
        return "leave a notice too little room"
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


def _is_in_front(value: list[Node]) -> bool:
    """Notices are in front with the highest number there is, so no other element may have it."""
    return any(
        token.type == "function" or abs(getattr(token, "value", 0) or 0) > _MAX_Z_INDEX
        for token in value
        if token.type in ("function", "number")
    )


def _find_block_margins(name: str, value: list[Node]) -> list[float]:
    """The margins above and below, in pixels: of the shorthand the first and the third."""
    if name == "margin":
        value = value[:3:2]
    return list(find_lengths(value, WINDOW)) if name not in _INLINE_MARGINS else []


def _find_ratio(value: list[Node]) -> float:
    width, height = (*(token.value for token in value if token.type == "number"), 1.0, 1.0)[:2]
    return width / height if height else 1.0


def _is_squeezing(name: str, value: list[Node]) -> bool:
    """Whether space or a border takes more than a seventh of a narrow window, or a track of a grid has no room."""
    if name in _GRIDS:
        tracks = (track for token in value for track in (children(token) if _is_repeat(token) else [token]))
        return any(track.type == "number" and not track.value for track in tracks)
    if not name.startswith(("padding", "border")) or name.endswith(("color", "style", "radius", "spacing", "collapse")):
        return False
    return any(length > _MAX_SPACE for length in find_lengths(value, NARROW_WINDOW, NARROW_WINDOW))


def _is_repeat(token: Node) -> bool:
    return bool(token.type == "function" and token.lower_name == "repeat")


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
        return (
            words
            or _is_below(_MIN_TEXT_PIXELS, value, TEXT)
            or any(length > _MAX_TEXT for length in find_lengths(value, TEXT))
        )
    if name in _MIN_PIXELS:
        whole = WINDOW if name.endswith(("width", "inline-size")) else TEXT
        return _is_below(_MIN_PIXELS[name][0 if on_notice else 1], value, whole)
    return False


def is_far(value: list[Node]) -> bool:
    """Whether ``value`` contains an offset that leads out of the page."""
    return any(not _FAR_BACK < length < _FAR_AWAY for length in find_lengths(value, WINDOW))


def find_numbers(value: Iterable[Node]) -> Iterator[float]:
    """The plain numbers in ``value``, and its percentages as fractions of 1."""
    for token, _ in walk(value):
        if token.type in ("number", "percentage"):
            yield token.value / 100 if token.type == "percentage" else token.value


def _is_below(minimum: float, value: list[Node], whole: float) -> bool:
    """Whether the longest length in ``value``, or of a min() that is not worked out the shortest, is too short."""
    shortest = any(token.type == "function" and token.lower_name == "min" for token in value)
    lengths = list(find_lengths(value, whole))
    return bool(lengths) and (min if shortest else max)(lengths) < minimum


def _font_size(value: list[Node]) -> list[Node]:
    """The size in the value of ``font``: its first length, a zero without a unit, or a word for a size."""
    for token in value:
        is_zero = token.type == "number" and not token.value
        is_word = token.type == "ident" and token.lower_value in _SMALL_WORDS
        if is_zero or is_word or token.type in ("dimension", "percentage", "function"):
            return [token]
    return []


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
