"""The gate: a finished page goes out only with every notice that it owes.

It reads the bytes as they will be stored, not the values they were made from, so that a template that lost a line
is found out. A search of bytes is sound here. What a notice begins with, ``<p class="notice" data-notice="``, is the
template's own: in text every ``<`` is written ``&lt;``, in an attribute every ``"`` is written ``&quot;``, and
bodies are sanitised to a closed list without ``class``, ``id`` and ``data-`` attributes. So no upload can
contain these bytes, and whatever in a body looks like a notice counts for nothing.
"""

import re
from html import unescape
from typing import TypeAlias

from colophon.notices.texts import Notice
from colophon.problem import Misconfigured

BODY_REGION = b'<div class="post-body"'

_NOTICE = b'<p class="notice" data-notice="'
_HREF = re.compile(rb'<a href="([^"]*)"')
_TAG = re.compile(rb"<[^>]*>")
# What would keep a notice from a reader's eyes or ears, or fold it away, if it stood around it.
_HIDING = re.compile(
    rb"<(?:details|dialog|iframe|noscript|object|script|select|style|svg|template|textarea)"
    rb"|<[a-z][^<>]*\s(?:aria-hidden|hidden|inert|popover|style)(?=[\s=>])"
)
# By notice id: what follows the id in the bytes, once for each time the notice is found.
_Found: TypeAlias = dict[str, list[bytes]]


def check_page(page: bytes, owed: tuple[Notice, ...]) -> None:
    """Holds a post's page to ``owed``: each notice in full, once, outside and before the body, in sight; and no other.

    Raises Misconfigured naming each notice that is missing and what is wrong with it.
    """
    before, region, after = page.partition(BODY_REGION)
    wrong = [] if region and BODY_REGION not in after else ["the body is not one region, marked as such"]
    _raise_for(wrong + _faults(before, after, owed))


def check_tombstone(page: bytes, owed: tuple[Notice, ...]) -> None:
    """Holds a tombstone to ``owed``, as ``check_page`` does; it has no body."""
    wrong = ["a tombstone has no body"] if BODY_REGION in page else []
    _raise_for(wrong + _faults(page, b"", owed))


def _raise_for(wrong: list[str]) -> None:
    if wrong:
        raise Misconfigured(f"The page may not go out: {'; '.join(wrong)}.")


def _faults(before: bytes, after: bytes, owed: tuple[Notice, ...]) -> list[str]:
    early, late = _found(before), _found(after)
    faults = [fault for notice in owed if (fault := _fault(notice, early.get(notice.id, []), notice.id in late))]
    not_owed = (early.keys() | late.keys()) - {notice.id for notice in owed}
    faults += [f"the notice “{name}” is there and is not owed" for name in sorted(not_owed)]
    if hiding := _HIDING.search(before, max(before.find(b"<body"), 0)):
        faults.append(f"“{hiding.group().decode()}” would hide a notice")
    if b"<!--" in before:
        faults.append("a comment could hide a notice")
    return faults


def _found(part: bytes) -> _Found:
    found: _Found = {}
    for rest in part.split(_NOTICE)[1:]:
        notice_id, _, following = rest.partition(b'"')
        found.setdefault(notice_id.decode(), []).append(following)
    return found


def _fault(notice: Notice, early: list[bytes], late: bool) -> str:
    name = f"the notice “{notice.id}” version {notice.version}"
    if late:
        return f"{name} stands in or after the body"
    if len(early) != 1:
        return f"{name} is there more than once" if early else f"{name} is not there"
    opening, _, rest = early[0].partition(b">")
    if opening != f' data-version="{notice.version}"'.encode():
        return f"{name} is there in another version or with other attributes"
    inner = rest.partition(b"</p>")[0]
    if unescape(_TAG.sub(b"", inner).decode()) != notice.words:
        return f"{name} is there without its full text"
    if [unescape(href.decode()) for href in _HREF.findall(inner)] != ([notice.href] if notice.href else []):
        return f"{name} is there without its own link"
    return ""
