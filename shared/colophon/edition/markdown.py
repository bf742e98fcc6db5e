"""CommonMark to HTML, raw HTML off; at need with the line that each block began and ended in."""

import ctypes
import os
from collections.abc import Callable
from functools import cache

from cmarkgfm import _cmark
from cmarkgfm.cmark import Options


def rendered(source: str, options: int = Options.CMARK_OPT_DEFAULT) -> str:
    """``source`` as HTML by cmark in safe mode.

    Raw HTML comes out as ``OMITTED``, a link to a dangerous scheme with an empty address. ``source`` has no NUL.
    Source: CommonMark 0.31.2; cmark's manual, options CMARK_OPT_SAFE and CMARK_OPT_SOURCEPOS.
    """
    text = source.encode()
    # cmarkgfm's own wrapper never gives the rendered text's memory back, which a process that lives on can't afford.
    raw = _cmark.lib.cmark_markdown_to_html(text, len(text), options)
    try:
        html: bytes = _cmark.ffi.string(raw)
        return html.decode()
    finally:
        _free()(int(_cmark.ffi.cast("uintptr_t", raw)))


def with_positions(source: str) -> str:
    """The same HTML, but that blocks carry ``data-sourcepos="first:column-last:column"``."""
    return rendered(source, Options.CMARK_OPT_SOURCEPOS)


OMITTED = "<!-- raw HTML omitted -->"


@cache
def _free() -> Callable[[int], object]:
    if os.name != "posix":
        return lambda address: None
    free = ctypes.CDLL(None).free
    free.argtypes, free.restype = [ctypes.c_void_p], None
    return lambda address: free(address)
