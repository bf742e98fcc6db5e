"""Reads ``site.css``. It may restyle every page, but load nothing and hide no notice."""

import re
from collections.abc import Iterator
from functools import cache

from colophon.page.frame import load_style_sheet
from colophon.problem import Problem, Refused
from colophon.site_style.hiding import find_hiding
from colophon.site_style.sheet import Node, Sheet, drop_whitespace, parse_sheet, walk
from colophon.upload.fields import display_value
from colophon.upload.limits import MAX_OTHER_FILE_BYTES
from colophon.upload.text import decode
from colophon.upload.validated import sort_problems

# The allowed at-rules. A list of allowed ones, so that new at-rules of CSS are rejected until they are reviewed.
_ALLOWED = frozenset(
    {
        "charset", "container", "counter-style", "keyframes", "-webkit-keyframes", "layer", "media", "page", "property",
        "scope", "starting-style", "supports", "position-try",
    }
)  # fmt: skip
# Margin boxes, which are valid only within @page (CSS Paged Media Module Level 3, 4.2).
_PAGE_MARGIN = re.compile(r"(top|bottom|left|right)-(left|center|right|top|middle|bottom)(-corner)?")
# Functions that load a URL. image-set() and image() also accept it as a string (CSS Images Module Level 4, 2).
_LOADING_FUNCTION = re.compile(
    r"(?:.*[^a-z0-9_-]|-(?:webkit|moz|ms|o)-)?(url|url-prefix|domain|src|image|image-set)", re.DOTALL
)
_FIXES = {
    "import": "Put the rules of the other sheet into this one.",
    "font-face": "Use fonts that readers' devices have, by their names in font-family.",
    "namespace": "Remove it; the pages are plain HTML.",
}
_NO_URL_FIX = "Remove it: site.css must not load anything. Use colours and gradients instead of pictures."
_LONG_NUMBER = re.compile(r"[0-9.]{100,}")


def read_site_style(content: bytes) -> bytes:
    """The style sheet to publish, in UTF-8, for the bytes of site.css. Raises Refused with all problems."""
    text = decode(content, MAX_OTHER_FILE_BYTES)
    if problems := sort_problems(_find_problems(text)):
        raise Refused(problems)
    return text.encode()


def _find_problems(text: str) -> Iterator[Problem]:
    if number := _LONG_NUMBER.search(text):
        # tinycss2 would raise: Python's int() rejects thousands of digits.
        line = text.count("\n", 0, number.start()) + 1
        yield Problem("The line contains a number of more than a hundred digits.", "Write a shorter number.", line=line)
        return
    sheet: Sheet = parse_sheet(text)
    yield from sheet.problems
    yield from find_loading(sheet)
    yield from find_hiding(sheet)


def find_loading(sheet: Sheet) -> Iterator[Problem]:
    """A problem for everything in ``sheet`` that would load a file, and for every at-rule that is not allowed."""
    for token, _ in walk(sheet.tokens):
        if token.type == "url":
            yield Problem(
                f"There is an address here: “{display_value(token.value)}”.", _NO_URL_FIX, line=token.source_line
            )
        elif token.type == "function" and (match := _LOADING_FUNCTION.fullmatch(token.lower_name)):
            yield Problem(f"{match[1]}() loads a file.", _NO_URL_FIX, line=token.source_line)
        elif token.type == "at-keyword" and not _is_allowed(token.lower_value):
            yield _not_allowed_problem(token)
    for rule in sheet.at_rules:
        yield from _check_at_rule(rule)


def _check_at_rule(rule: Node) -> Iterator[Problem]:
    layer, properties = reserved_names()
    match rule.lower_at_keyword:
        case "charset" if not _is_utf8(rule):
            what = "The @charset of the style sheet is not “utf-8”."
            yield Problem(what, "Save it as UTF-8 and remove @charset.", line=rule.source_line)
        case "layer" if layer in _at_rule_names(rule):
            what = f"The layer “{layer}” is reserved: Colophon keeps the notices visible with it."
            yield Problem(what, "Give the layer another name.", line=rule.source_line)
        case "property" if taken := properties.intersection(_at_rule_names(rule)):
            what = f"The property “{min(taken)}” is reserved: Colophon keeps the notices visible with it."
            yield Problem(what, "Remove @property; its value may be set in :root.", line=rule.source_line)


@cache
def reserved_names() -> tuple[str, frozenset[str]]:
    """The first cascade layer of Colophon's own sheet and the custom properties of that sheet.

    They protect the notices. Important declarations in the first layer override those in every later one (CSS
    Cascading and Inheritance Level 5, 6.4.4), unless site.css adds to the same layer; and a property that site.css
    registers with another syntax would lose the values that Colophon's sheet gives it.
    """
    sheet = parse_sheet(load_style_sheet()[1].decode())
    layers = [name for rule in sheet.at_rules if rule.lower_at_keyword == "layer" for name in _at_rule_names(rule)]
    properties = (each.name for rule in sheet.rules for each in rule.declarations if each.name.startswith("--"))
    return layers[0], frozenset(properties)


def _is_allowed(name: str) -> bool:
    return name in _ALLOWED or _PAGE_MARGIN.fullmatch(name) is not None


def _not_allowed_problem(token: Node) -> Problem:
    name = token.lower_value
    fix = _FIXES.get(name, f"Remove it. Allowed are @{', @'.join(sorted(_ALLOWED))}.")
    return Problem(f"@{display_value(token.value)} is not allowed in site.css.", fix, line=token.source_line)


def _is_utf8(rule: Node) -> bool:
    words = drop_whitespace(rule.prelude)
    return len(words) == 1 and words[0].type == "string" and words[0].value.lower() == "utf-8"


def _at_rule_names(rule: Node) -> list[str]:
    """The names in the prelude of the at-rule ``rule``; of a nested layer (``outer.inner``) the outermost."""
    words = drop_whitespace(rule.prelude)
    preceding: list[Node | None] = [None, *words]
    return [word.value for word, last in zip(words, preceding, strict=False) if word.type == "ident" and last != "."]
