"""The gate: no page, listing or feed is published without every notice that the policy demands."""

import json
import re
from functools import lru_cache
from html import unescape
from typing import TypeAlias

from colophon.notices.texts import Notice
from colophon.problem import Misconfigured

# Possessive quantifiers: there is one way to read a name or a value, so the match never backtracks.
_ATTRIBUTES = rb"""(?:\s++[^\s<>="'/]++(?:=(?:"[^"]*+"|'[^']*+'|[^\s<>"']++))?+)*?"""
_HIDDEN = re.compile(
    rb"<!--"
    rb"|<(?P<element>details|dialog|iframe|noscript|object|script|select|style|svg|template|textarea)(?=[\s/>])"
    rb"|<(?P<hidden>[a-z][a-z0-9-]*+)" + _ATTRIBUTES + rb"\s+(?:aria-hidden|hidden|inert|popover|style)(?=[\s=/>])"
)
# What the style sheet folds on narrow screens: a list, after a toggle that holds nothing but its own words.
_FOLDED = re.compile(rb"<details><summary>[^<>]*+</summary></details>\s*+<dl>((?:[^<]++|<(?!/dl>))*+)</dl>")
_VOID_ELEMENTS = frozenset({b"br", b"hr", b"img", b"input", b"link", b"meta", b"source", b"wbr"})
_TAG = re.compile(rb"<[^>]*>")


def strip_hidden(html: bytes) -> bytes:
    """``html`` without comments and without hidden or folded elements and their contents.

    The input is the output of an autoescaping template, so no attribute holds ``<`` or ``>``. An element that is never
    closed hides all that follows. Of style sheets it knows that ours folds a list after a toggle.
    """
    html = _strip_folded(html)
    parts, at = [], 0
    while hiding := _HIDDEN.search(html, at):
        parts.append(html[at : hiding.start()])
        at = _find_hidden_end(html, hiding)
    return b"".join([*parts, html[at:]])


def _strip_folded(html: bytes) -> bytes:
    """``html`` without the lists that may be folded, and without their toggles.

    A list in such a list stays, and so does its toggle, which then is an element that folds.
    """
    at = html.find(b"<details>")
    if at < 0:
        return html
    return html[:at] + _FOLDED.sub(lambda found: found[0] if b"<dl" in found[1] else b"", html[at:])


@lru_cache(maxsize=1024)
def html_to_text(html: bytes) -> str:
    """The text of ``html``, without tags and with character references resolved."""
    return unescape(_TAG.sub(b"", html).decode())


def _find_hidden_end(html: bytes, hiding: re.Match[bytes]) -> int:
    name = hiding["element"] or hiding["hidden"]
    if name is None:
        return _find_end_of(html, b"-->", hiding.end())
    if name in _VOID_ELEMENTS:
        return _find_end_of(html, b">", hiding.end())
    depth = 0
    for tag in re.compile(rb"<(/?)" + name + rb"(?=[\s/>])").finditer(html, hiding.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return _find_end_of(html, b">", tag.end())
    return len(html)


def _find_end_of(html: bytes, mark: bytes, at: int) -> int:
    found = html.find(mark, at)
    return len(html) if found < 0 else found + len(mark)


BODY_START = b'<div class="post-body"'
# The start of an entry in every listing's template. The title of an entry is an h2 or h3.
ENTRY_START = b'<li class="entry"'

# The start of each block of the original that stands beside the translation: page/beside.py.
_ORIGINAL_BLOCK = b' class="original"'
_NOTICE_START = b'<p class="notice" data-notice="'
_HREF = re.compile(rb'<a href="([^"<>]*)"')
_TITLE = re.compile(rb"<h([23])[ >].*?</h\1>", re.DOTALL)
_ATOM_ENTRY = re.compile(rb"<entry[ >].*?</entry>", re.DOTALL)
_ATOM_TEXT = re.compile(rb"<(title|summary|content)(?: [^<>]*)?>(.*?)</\1>", re.DOTALL)
_ATOM_KIND = re.compile(rb"<[a-z]+ [^<>]*\btype=[\"'](html|xhtml)")
# Elements and attributes that hide a notice inside them, fold it, or keep it from screen readers.
_HIDING_TAG = re.compile(
    rb"<(?:(?:details|dialog|iframe|noscript|object|script|select|style|svg|template|textarea)"
    # Word by word, without backtracking: each tag is read once, whether or not it hides.
    rb"|[a-z][^<>\s]*+\s++(?:[^<>\s]++\s++)*?(?:aria-hidden|hidden|inert|popover|style)(?=[\s=>]))"
)
# Stands for an entry in a fault that is found without its number.
_THE_ENTRY = "\x00"
# By notice id: for each time that the notice is found, the bytes after the id.
_NoticesById: TypeAlias = dict[str, list[bytes]]


def check_page(page: bytes, notices: tuple[Notice, ...]) -> None:
    """Check that a post's page has each of ``notices`` in full, once, visible and before the body, and no other.

    Raises Misconfigured with every fault.
    """
    before, body_start, after = page.partition(BODY_START)
    faults = [] if body_start and BODY_START not in after else ["the page must have exactly one body"]
    _raise_if_any(faults + _find_page_faults(before, after, notices))


def check_tombstone(page: bytes, notices: tuple[Notice, ...]) -> None:
    """Check a tombstone as ``check_page`` checks a post's page. A tombstone has no body."""
    faults = ["a tombstone must have no body"] if BODY_START in page else []
    _raise_if_any(faults + _find_page_faults(page, b"", notices))


def check_listing(page: bytes, notices: tuple[Notice, ...], label: Notice, entries: int) -> None:
    """Check that a listing has each of ``notices`` in full, once and before the first entry.

    It must have ``entries`` visible entries, each with ``label`` before its title. Hidden elements do not count. A
    listing without entries owes no label. Raises Misconfigured with every fault.
    """
    before, *listed_entries = strip_hidden(page).partition(b"<main")[2].partition(b"</main>")[0].split(ENTRY_START)
    early, late = _find_notices(before), _find_notices(b"".join(listed_entries))
    late.pop(label.id, None)
    faults = [] if len(listed_entries) == entries else [f"{len(listed_entries)} of {entries} entries are visible"]
    faults += _find_notice_faults(early, late, notices, "the entries")
    faults += [
        fault.replace(_THE_ENTRY, f"entry {number}", 1)
        for number, entry in enumerate(listed_entries, 1)
        if (fault := _find_entry_fault(entry, label))
    ]
    _raise_if_any(faults)


def check_feed(content: bytes, notices: tuple[Notice, ...], label: Notice, entries: int) -> None:
    """Check that a feed (Atom or JSON Feed, UTF-8) has the words of ``label`` and ``notices`` in each entry.

    An entry's title, summary and content are read as a feed reader shows them. The feed must have ``entries`` entries.
    Raises Misconfigured with every fault.
    """
    texts = _read_json_entries(content) if content.lstrip().startswith(b"{") else _read_atom_entries(content)
    faults = [] if len(texts) == entries else [f"{len(texts)} of {entries} entries are present"]
    faults += [
        f"entry {number} lacks the full text of the notice “{notice.id}” version {notice.version}"
        for number, text in enumerate(texts, 1)
        for notice in (label, *notices)
        if notice.full_text not in text
    ]
    _raise_if_any(faults)


def _raise_if_any(faults: list[str]) -> None:
    if faults:
        raise Misconfigured(f"The page cannot be published: {'; '.join(faults)}.")


def _find_page_faults(before: bytes, after: bytes, notices: tuple[Notice, ...]) -> list[str]:
    before = _strip_folded(before)
    faults = _find_notice_faults(_find_notices(before), _find_notices(after), notices, "the body")
    if hiding := _HIDING_TAG.search(before, max(before.find(b"<body"), 0)):
        faults.append(f"“{hiding.group().decode()}” would hide a notice")
    if b"<!--" in before:
        faults.append("a comment could hide a notice")
    if _ORIGINAL_BLOCK in before:
        faults.append("a block of the original is before the body, among the notices")
    return faults


def _find_notice_faults(early: _NoticesById, late: _NoticesById, notices: tuple[Notice, ...], what: str) -> list[str]:
    faults = [
        fault for one in notices if (fault := _find_notice_fault(one, early.get(one.id, []), one.id in late, what))
    ]
    unexpected = (early.keys() | late.keys()) - {notice.id for notice in notices}
    return faults + [f"the notice “{name}” is present but not owed" for name in sorted(unexpected)]


@lru_cache(maxsize=512)
def _find_entry_fault(entry: bytes, label: Notice) -> str:
    """The fault of ``_THE_ENTRY``. Cached by its bytes, as several listings have one entry."""
    title = _TITLE.search(entry.partition(b"</li>")[0])
    if title is None or b"<a " not in title.group():
        return f"{_THE_ENTRY} has no title that links to its page"
    above, below = _find_notices(entry[: title.start()]), _find_notices(entry[title.start() :])
    fault = _find_notice_fault(label, above.get(label.id, []), label.id in below, "the title")
    return f"in {_THE_ENTRY} {fault}" if fault else ""


def _read_atom_entries(content: bytes) -> list[str]:
    return ["\n".join(map(_read_atom_text, _ATOM_TEXT.finditer(entry))) for entry in _ATOM_ENTRY.findall(content)]


def _read_atom_text(text: re.Match[bytes]) -> str:
    kind = _ATOM_KIND.match(text.group())
    if kind is None:
        return unescape(text[2].decode())
    html = unescape(text[2].decode()).encode() if kind[1] == b"html" else text[2]
    return html_to_text(strip_hidden(html))


def _read_json_entries(content: bytes) -> list[str]:
    return [
        "\n".join(
            [
                *(entry.get(name, "") for name in ("title", "summary", "content_text")),
                html_to_text(strip_hidden(entry.get("content_html", "").encode())),
            ]
        )
        for entry in json.loads(content).get("items", [])
    ]


def _find_notices(part: bytes) -> _NoticesById:
    notices: _NoticesById = {}
    for rest in part.split(_NOTICE_START)[1:]:
        notice_id, _, following = rest.partition(b'"')
        notices.setdefault(notice_id.decode(), []).append(following)
    return notices


def _find_notice_fault(notice: Notice, early: list[bytes], late: bool, what: str) -> str:
    fault = f"is in or after {what}" if late else _find_text_fault(notice, early)
    return f"the notice “{notice.id}” version {notice.version} {fault}" if fault else ""


def _find_text_fault(notice: Notice, early: list[bytes]) -> str:
    if len(early) != 1:
        return "appears more than once" if early else "is missing"
    opening, _, rest = early[0].partition(b">")
    if opening != b' data-version="%d"' % notice.version:
        return "has another version or other attributes"
    inner = rest.partition(b"</p>")[0]
    hrefs = _HREF.findall(inner)
    # Without its address a notice is the same on many pages, so its text is cached.
    if html_to_text(_HREF.sub(b"<a", inner) if hrefs else inner) != notice.full_text:
        return "lacks its full text"
    if [unescape(href.decode()) for href in hrefs] != ([notice.href] if notice.href else []):
        return "lacks its own link"
    return ""
