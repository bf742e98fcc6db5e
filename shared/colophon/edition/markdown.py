"""Render CommonMark without raw HTML, and keep only the elements that may be on a page."""

import ctypes
import os
from collections.abc import Callable
from functools import cache

import nh3
from cmarkgfm import _cmark
from cmarkgfm.cmark import Options


def render_markdown(source: str, options: int = Options.CMARK_OPT_DEFAULT) -> str:
    """Render ``source``, which has no NUL, by cmark in safe mode.

    Raw HTML becomes ``OMITTED_HTML``; a link with a dangerous scheme gets an empty address.
    Source: CommonMark 0.31.2; cmark's manual, options CMARK_OPT_SAFE and CMARK_OPT_SOURCEPOS.
    """
    text = source.encode()
    # cmarkgfm's own wrapper never frees the rendered text, which is a leak in a long process.
    raw = _cmark.lib.cmark_markdown_to_html(text, len(text), options)
    try:
        html: bytes = _cmark.ffi.string(raw)
        return html.decode()
    finally:
        _free_function()(int(_cmark.ffi.cast("uintptr_t", raw)))


def render_with_positions(source: str) -> str:
    """The same HTML, with ``data-sourcepos="line:column-line:column"`` on each block."""
    return render_markdown(source, Options.CMARK_OPT_SOURCEPOS)


OMITTED_HTML = "<!-- raw HTML omitted -->"


@cache
def _free_function() -> Callable[[int], object]:
    if os.name != "posix":
        return lambda address: None
    free = ctypes.CDLL(None).free
    free.argtypes, free.restype = [ctypes.c_void_p], None
    return lambda address: free(address)


ALLOWED_ELEMENTS = {
    "p": set[str](), "h2": set[str](), "h3": set[str](), "h4": set[str](), "em": set[str](), "strong": set[str](),
    "ul": set[str](), "ol": {"start"}, "li": set[str](), "blockquote": set[str](), "pre": set[str](),
    "code": set[str](), "br": set[str](), "hr": set[str](), "a": {"href"},
}  # fmt: skip
LINK_REL = "nofollow ugc noopener noreferrer"


def sanitize(html: str) -> str:
    """``html`` with only the elements and attributes of ``ALLOWED_ELEMENTS``. Links are https and get ``LINK_REL``."""
    return _sanitizer().clean(html).strip()


@cache
def _sanitizer() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ALLOWED_ELEMENTS),
        # Without "*" the cleaner allows title and lang on every element.
        attributes={"*": set(), **{tag: names for tag, names in ALLOWED_ELEMENTS.items() if names}},
        link_rel=LINK_REL,
        url_schemes={"https"},
        url_relative="deny",
        generic_attribute_prefixes=set(),
    )
