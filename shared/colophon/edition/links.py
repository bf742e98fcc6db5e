"""Links in a body: whole https addresses, and nothing else that a browser would follow."""

import re
from html import unescape
from urllib.parse import unquote

from colophon.edition.place import file_line
from colophon.edition.source import Source
from colophon.problem import Problem
from colophon.upload.fields import shown
from colophon.upload.limits import PROBLEMS_TOLD
from colophon.upload.values import https_flaw

_LINK = re.compile(r'<a href="([^"]*)"')
# How a link is written whose address the renderer leaves out, the likeliest first.
_EMPTY = ("]()", "](<>)", "script:", "data:", "file:", "](", "]:")
_FIX = "Link to a whole https:// address, or write the words without a link."


def link_problems(source: Source, html: str) -> tuple[Problem, ...]:
    """A problem for each link of the rendered ``html`` that may not stand on a page."""
    problems: list[Problem] = []
    for found in _LINK.finditer(html):
        address = unescape(found[1])
        flaw = https_flaw(address)
        if flaw is None:
            continue
        # The renderer empties the address of a scheme that it knows to be dangerous.
        what = (
            f"The link to “{shown(unquote(address))}” {flaw}." if address else "A link's address is empty or not safe."
        )
        written = (address, unquote(address), address.removeprefix("mailto:"), address[:9]) if address else _EMPTY
        line = file_line(source, found.start(), written)
        problems.append(Problem(what, _FIX, line=line))
        if len(problems) > PROBLEMS_TOLD:
            break
    return tuple(problems)
