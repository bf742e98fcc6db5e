"""What readers see of finished HTML: all of it but what is hidden from eyes or ears, or folded away."""

import re
from functools import lru_cache
from html import unescape

# Possessive: what was read as a name or a value can't be read otherwise, and is not tried otherwise.
_ATTRIBUTES = rb"""(?:\s++[^\s<>="'/]++(?:=(?:"[^"]*+"|'[^']*+'|[^\s<>"']++))?+)*?"""
_HIDING = re.compile(
    rb"<!--"
    rb"|<(?P<element>details|dialog|iframe|noscript|object|script|select|style|svg|template|textarea)(?=[\s/>])"
    rb"|<(?P<hidden>[a-z][a-z0-9-]*+)" + _ATTRIBUTES + rb"\s+(?:aria-hidden|hidden|inert|popover|style)(?=[\s=/>])"
)
_WITHOUT_END = frozenset({b"br", b"hr", b"img", b"input", b"link", b"meta", b"source", b"wbr"})
_TAG = re.compile(rb"<[^>]*>")


def seen(html: bytes) -> bytes:
    """``html`` without comments and without every element that is hidden or folded, whatever is in it.

    It reads what a template with autoescape writes, in which no attribute holds ``<`` or ``>``. An element that is
    never closed hides all that follows. Style sheets are not read.
    """
    parts, at = [], 0
    while hiding := _HIDING.search(html, at):
        parts.append(html[at : hiding.start()])
        at = _end(html, hiding)
    return b"".join([*parts, html[at:]])


@lru_cache(maxsize=1024)
def plain(html: bytes) -> str:
    """The text of ``html``: without tags, references resolved."""
    return unescape(_TAG.sub(b"", html).decode())


def _end(html: bytes, hiding: re.Match[bytes]) -> int:
    name = hiding["element"] or hiding["hidden"]
    if name is None:
        return _after(html, b"-->", hiding.end())
    if name in _WITHOUT_END:
        return _after(html, b">", hiding.end())
    depth = 0
    for tag in re.compile(rb"<(/?)" + name + rb"(?=[\s/>])").finditer(html, hiding.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return _after(html, b">", tag.end())
    return len(html)


def _after(html: bytes, mark: bytes, at: int) -> int:
    found = html.find(mark, at)
    return len(html) if found < 0 else found + len(mark)
