"""Render GitHub's Markdown without raw HTML, and keep only the elements that may be on a page."""

import ctypes
import os
import re
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

import nh3
from cmarkgfm import _cmark
from cmarkgfm.cmark import Options

_EXTENSIONS = (b"table", b"strikethrough")
# One tilde strikes nothing out, because Korean writes ranges with it: 20~30.
_OPTIONS = Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
# An extension changes the renderer's table of special characters while it parses, and cffi releases the GIL meanwhile.
_LOCK = Lock()


def render_markdown(source: str, options: int = Options.CMARK_OPT_DEFAULT) -> str:
    """Render ``source``, which has no NUL, by cmark-gfm in safe mode, with tables, strikethrough and footnotes.

    Raw HTML becomes ``OMITTED_HTML``; a link with a dangerous scheme gets an empty address.
    Sources: GitHub Flavored Markdown 0.29; cmark's manual, options CMARK_OPT_SAFE and CMARK_OPT_SOURCEPOS.
    """
    text, lib = source.encode(), _cmark.lib
    with _LOCK:
        parser = lib.cmark_parser_new(options | _OPTIONS)
        for extension in _extensions():
            lib.cmark_parser_attach_syntax_extension(parser, extension)
        lib.cmark_parser_feed(parser, text, len(text))
        root = lib.cmark_parser_finish(parser)
        raw = lib.cmark_render_html(root, options | _OPTIONS, lib.cmark_parser_get_syntax_extensions(parser))
    try:
        return _take_text(raw)
    finally:
        _free_functions()[0](_address(root))
        lib.cmark_parser_free(parser)


def render_plain(source: str) -> str:
    """What ``render_markdown`` returns, a quarter faster, for a ``source`` without signs of the extensions."""
    text = source.encode()
    return _take_text(_cmark.lib.cmark_markdown_to_html(text, len(text), Options.CMARK_OPT_DEFAULT))


def _take_text(raw: object) -> str:
    """The rendered text at ``raw``, which is freed: cmarkgfm's own wrapper frees nothing, a leak in a long process."""
    try:
        html: bytes = _cmark.ffi.string(raw)
        return html.decode()
    finally:
        _free_functions()[1](_address(raw))


def render_with_positions(source: str) -> str:
    """The same HTML, with ``data-sourcepos="line:column-line:column"`` on each block."""
    html = render_markdown(source, Options.CMARK_OPT_SOURCEPOS)
    return _TABLE_POSITIONS.sub(_correct_positions, html) if "<table " in html else html


OMITTED_HTML = "<!-- raw HTML omitted -->"
# A table with the paragraph directly above it, which the renderer takes the table's beginning from.
_TABLE_POSITIONS = re.compile(
    r'(?:<p data-sourcepos="0:0-0:0">(?P<above>(?:(?!</p>).)*)</p>\n)?'
    r'<table data-sourcepos="(?P<first>\d+):\d+-(?P<last>\d+):\d+">\n<thead>\n(?P<head>.*?)</thead>\n'
    r'(?P<body><tbody>\n<tr data-sourcepos="(?P<row>\d+))?',
    re.DOTALL,
)
_FIRST_LINE = re.compile(r'data-sourcepos="\d+:(\d+)-\d+:')


def _correct_positions(match: re.Match[str]) -> str:
    """The beginning of a table, with the lines of its header and of the paragraph above it.

    The header is two lines above the first row: cmark-gfm names the first line of the paragraph instead.
    """
    first, last = int(match["first"]), int(match["last"])
    header = int(match["row"]) - 2 if match["row"] else last - 1
    head = _FIRST_LINE.sub(rf'data-sourcepos="{header}:\1-{header}:', match["head"])
    table = f'<table data-sourcepos="{header}:1-{last}:1">\n<thead>\n{head}</thead>\n{match["body"] or ""}'
    if match["above"] is None:
        return table
    return f'<p data-sourcepos="{first}:1-{max(first, header - 1)}:1">{match["above"]}</p>\n{table}'


@cache
def _extensions() -> tuple[object, ...]:
    _cmark.lib.cmark_gfm_core_extensions_ensure_registered()
    return tuple(_cmark.lib.cmark_find_syntax_extension(name) for name in _EXTENSIONS)


def _address(pointer: object) -> int:
    return int(_cmark.ffi.cast("uintptr_t", pointer))


@cache
def _free_functions() -> tuple[Callable[[int], object], Callable[[int], object]]:
    """What frees a tree and a rendered text: cmarkgfm binds neither, so they are looked up in its library and libc."""
    if os.name != "posix":
        return (lambda address: None), (lambda address: None)
    free_tree: Any = ctypes.CDLL(_cmark.__file__).cmark_node_free
    free_text: Any = ctypes.CDLL(None).free
    for function in (free_tree, free_text):
        function.argtypes, function.restype = [ctypes.c_void_p], None
    return free_tree, free_text


_PLAIN = ("p", "h2", "h3", "h4", "em", "strong", "del", "ul", "blockquote", "pre", "code", "br", "hr", "sup")
_TABLE = ("table", "thead", "tbody", "tr")
ALIGNMENTS = frozenset({"left", "center", "right"})
# By element: attributes with any value, and attributes with one of these values.
_ATTRIBUTES = {"ol": {"start"}, "a": {"href", "id"}, "li": {"id"}, "div": {"aria-label"}}
_ATTRIBUTE_VALUES = {
    "th": {"scope": {"col"}, "class": set(ALIGNMENTS)},
    "td": {"class": set(ALIGNMENTS)},
    "div": {"class": {"wide-table"}, "role": {"group"}, "tabindex": {"0"}},
    "li": {"class": {"task"}},
    "span": {"class": {"done", "open"}},
    "section": {"class": {"footnotes"}},
    "a": {"role": {"doc-noteref", "doc-backlink"}},
}
ALLOWED_ELEMENTS = frozenset({*_PLAIN, *_TABLE, *_ATTRIBUTES, *_ATTRIBUTE_VALUES})
LINK_REL = "nofollow ugc noopener noreferrer"
# Ids and links of footnotes begin so. No id of the page around the text does.
FOOTNOTE_PREFIX = "fn"
_FOOTNOTE_LINK = re.compile(rf"#{FOOTNOTE_PREFIX}(?:ref)?-[0-9]+(?:-[0-9]+)?")


# A tag that is neither an allowed element without attributes nor a link to a plain address. No host of such an address
# is one that a parser of URLs may refuse: a number, or a name in Punycode.
_OTHER_TAG = re.compile(
    r"<(?!/?(?:p|h[2-4]|em|strong|ul|ol|li|blockquote|code)>|/a>"
    r'|a href="https://(?:(?!xn--)[a-z0-9-]+\.)+[a-z]{2,}(?:/[A-Za-z0-9/._~-]*)?">)'
)
_OTHER_REFERENCE = re.compile("&(?!(?:amp|lt|gt|quot);)")


def sanitize(html: str) -> str:
    """``html``, as the renderer or ``link_addresses`` wrote it, with only ``ALLOWED_ELEMENTS`` and their attributes.

    Links are https and get ``LINK_REL``, or lead to a footnote and back. Most texts have nothing to remove, which is
    seen ten times faster than the parser of ``sanitize_by_parser`` makes the same of them.
    """
    if _OTHER_TAG.search(html) or ("&" in html and _OTHER_REFERENCE.search(html)) or "\xa0" in html:
        return sanitize_by_parser(html)
    # Here only a link's tag ends with a quotation mark: those of the text are references.
    return f'" rel="{LINK_REL}">'.join(html.split('">')).replace("&quot;", '"').strip()


def sanitize_by_parser(html: str) -> str:
    """What ``sanitize`` returns, for any text at all."""
    return _sanitizer().clean(html).strip()


def _keep_footnote_link(url: str) -> str | None:
    return url if _FOOTNOTE_LINK.fullmatch(url) else None


@cache
def _sanitizer() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ALLOWED_ELEMENTS),
        # Without "*" the cleaner allows title and lang on every element.
        attributes={"*": set(), **_ATTRIBUTES},
        tag_attribute_values=_ATTRIBUTE_VALUES,
        link_rel=LINK_REL,
        url_schemes={"https"},
        url_relative=_keep_footnote_link,
        generic_attribute_prefixes=set(),
        id_prefix=FOOTNOTE_PREFIX,
    )
