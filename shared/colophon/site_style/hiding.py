"""Declarations that would hide or shrink what readers are owed.

They are refused so that a deployer hears of it. What keeps the notices in sight is Colophon's own sheet: its layer of
important rules, declared first, stands above anything that a later sheet says (CSS Cascading and Inheritance Level 5,
6.4.4). So what can't be told from the text alone, such as the value of a variable, is let through: it has no power.
"""

from collections.abc import Iterator

from colophon.problem import Problem
from colophon.site_style.colours import is_clear, seen_as
from colophon.site_style.selectors import Reach, Selectors
from colophon.site_style.sheet import Node, Rule, Sheet, every, significant
from colophon.site_style.sizes import is_far, is_tiny, numbers
from colophon.upload.fields import shown

_FIX = "Remove it: notices, labels and source warnings stay in sight. Dress them in colours, borders, fonts and space."
_HARMLESS = frozenset({"none", "auto", "normal", "visible", "static", "initial", "unset", "revert", "revert-layer"})
_PREFIXES = ("-webkit-", "-moz-", "-ms-", "-o-")

# By property, the words that hide wherever notices are reached, and those that only a notice itself must not have.
_HIDING = {
    "display": {"none"},
    "visibility": {"hidden", "collapse"},
    "content-visibility": {"hidden"},
    "interactivity": {"inert"},
}
_HIDING_NOTICES = {
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
_NEVER = frozenset(
    {
        "animation", "animation-name", "clip", "clip-path", "filter", "line-clamp", "mask", "mask-image",
        "mix-blend-mode", "rotate", "scale", "text-security", "transform", "translate",
    }
)  # fmt: skip
_PLACING = frozenset({"inset", "left", "right", "top", "bottom", "margin", "text-indent"})
# The custom properties that give notices and labels their colours.
_OF_NOTICES = ("--notice-", "--label-")
_LAID_OVER = {"absolute", "fixed"}
_COLOURS = frozenset({"color", "text-fill-color"})
_BACKGROUNDS = frozenset({"background", "background-color"})


def hidings(sheet: Sheet) -> Iterator[Problem]:
    """A problem for every declaration in ``sheet`` that would hide or shrink a notice."""
    selectors = Selectors()
    for rule in sheet.rules:
        reached, painted = selectors.reach(rule.where), selectors.is_painted(rule.where)
        for declaration in rule.declarations:
            if why := _why(declaration, reached, painted=painted):
                yield _problem(declaration, why)
        if reached:
            yield from _unreadable(rule)


def _problem(declaration: Node, why: str) -> Problem:
    text = "".join(token.serialize() for token in declaration.value).strip()
    what = f"“{shown(f'{declaration.name}: {text}')}” would {why}."
    return Problem(what, _FIX, line=declaration.source_line)


def _why(declaration: Node, reached: Reach, *, painted: bool) -> str:
    name, value = _plain(declaration.lower_name), significant(declaration.value)
    if any(own in text for text in (name, *_serialized(declaration)) for own in _OF_NOTICES):
        return "change or borrow the colours of the notices"
    if name.startswith("--") and name.endswith("ink"):
        return "make the text invisible" if any(map(is_clear, value)) else ""
    if name == "position" and _words(value) & _LAID_OVER:
        return "lay something over a notice"
    if not reached:
        return ""
    if painted:
        return _why_painted(name, value) if reached == "notice" else ""
    return _why_anywhere(name, value, reached) or (_why_notice(name, value) if reached == "notice" else "")


def _why_anywhere(name: str, value: list[Node], reached: Reach) -> str:
    if _words(value) & _HIDING.get(name, set()):
        return "hide a notice"
    if is_tiny(name, value, itself=reached == "notice"):
        return "make a notice too small or too faint to read"
    if is_far(value) and (name in _PLACING or name.startswith(("inset-", "margin-"))):
        return "move a notice out of sight"
    if name in _NEVER and (_words(value) - _HARMLESS or any(token.type not in ("ident", "literal") for token in value)):
        return "change how a notice is seen"
    return "make the text invisible" if name in _COLOURS and any(map(is_clear, value)) else ""


def _why_notice(name: str, value: list[Node]) -> str:
    if _words(value) & _HIDING_NOTICES.get(name, set()):
        return "cut a notice off"
    if name in ("order", "z-index") and any(number != 0 for number in numbers(value)):
        return "take a notice from its place"
    return "put words into a notice" if name == "content" and _speaks(value) else ""


def _why_painted(name: str, value: list[Node]) -> str:
    return "put words into a notice" if name == "content" and _speaks(value) else ""


def _unreadable(rule: Rule) -> Iterator[Problem]:
    """Text in the colour of its own background."""
    grounds = {seen_as(token) for ground in rule.declarations if _is(_BACKGROUNDS, ground) for token in ground.value}
    for declaration in rule.declarations:
        if _is(_COLOURS, declaration) and (grounds - {None}) & set(map(seen_as, declaration.value)):
            yield _problem(declaration, "make the text invisible on its background")


def _serialized(declaration: Node) -> Iterator[str]:
    return (token.serialize() for token in declaration.value)


def _is(names: frozenset[str], declaration: Node) -> bool:
    return _plain(declaration.lower_name) in names


def _plain(name: str) -> str:
    """A property's name without a vendor's prefix."""
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
    return name.removeprefix(prefix)


def _words(value: list[Node]) -> set[str]:
    return {token.lower_value for token in value if token.type == "ident"}


def _speaks(value: list[Node]) -> bool:
    """Whether a ``content`` holds letters or digits of its own: signs alone say nothing."""
    return any(token.type == "string" and any(map(str.isalnum, token.value)) for token, _ in every(value))
