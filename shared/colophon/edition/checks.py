"""Checks on a body's Markdown: raw HTML, links, stray emphasis, heading levels."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from colophon.edition.markdown import OMITTED
from colophon.edition.source import Source, file_line
from colophon.problem import Problem
from colophon.upload.fields import shown
from colophon.upload.limits import PROBLEMS_TOLD
from colophon.upload.values import https_flaw

_TAG = re.compile(r"<(?:/?[A-Za-z](?![A-Za-z0-9+.-]{1,31}:|[^>\s]*@)[^>]*|[!?][^>]*)>?")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_CODE_BLOCK = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):')
_STEP = re.compile(re.escape(OMITTED) + r'| data-sourcepos="(\d+):')
# Of a line longer than this only its beginning is searched: the search looks back at what it has seen.
_LOOKED_AT = 2000
_RAW_HTML_FIX = "Write it in Markdown; put a backslash before < where you mean the sign itself."


def raw_html_problems(source: Source, html: str) -> tuple[Problem, ...]:
    """A problem for each line of ``source`` with raw HTML that the renderer left out of ``html``."""
    if OMITTED not in html:
        return ()
    suspects = _suspects(source)
    problems: dict[int, Problem] = {}
    for first, end in _regions(source.positioned, len(source.lines) + 1):
        lines = [line for line in suspects if first <= line < end] or [first]
        for line in lines:
            seen = f" ({shown(suspects[line])})" if line in suspects else ""
            problems[line] = Problem(f"HTML stands in the text{seen}.", _RAW_HTML_FIX, line=source.number(line))
        if len(problems) > PROBLEMS_TOLD:
            break
    return tuple(problems.values())


def _regions(html: str, end: int) -> Iterator[tuple[int, int]]:
    """First line, and line after the last, of each stretch of the source of which something was left out."""
    first, left_out = 1, False
    for found in _STEP.finditer(html):
        if found[1] is None:
            left_out = True
            continue
        if left_out:
            yield first, max(int(found[1]), first + 1)
        first, left_out = int(found[1]), False
    if left_out:
        yield first, end


def _suspects(source: Source) -> dict[int, str]:
    """What looks like HTML outside of code, by the renderer's line; no more than anybody is told of."""
    code = {line for first, last in _CODE_BLOCK.findall(source.positioned) for line in range(int(first), int(last) + 1)}
    found: dict[int, str] = {}
    for number, line in enumerate(source.lines, start=1):
        if number not in code and (seen := _TAG.search(_CODE_SPAN.sub("", line[:_LOOKED_AT]))):
            found[number] = seen[0]
        if len(found) > PROBLEMS_TOLD:
            break
    return found


_LINK = re.compile(r'<a href="([^"]*)"')
# How a link is written whose address the renderer leaves out, the likeliest first.
_EMPTY = ("]()", "](<>)", "script:", "data:", "file:", "](", "]:")
_LINK_FIX = "Link to a whole https:// address, or write the words without a link."


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
        problems.append(Problem(what, _LINK_FIX, line=line))
        if len(problems) > PROBLEMS_TOLD:
            break
    return tuple(problems)


_CODE = re.compile(r"<code.*?</code>", re.DOTALL)
_TOLD = 10


def stray_asterisks(source: Source, html: str) -> Iterator[Problem]:
    """A warning for each place where the rendered ``html`` shows two asterisks, ten at most.

    It happens most in Korean and Japanese, where a particle follows a closing ``**`` without a space and the sign
    before it is punctuation (CommonMark 0.31.2, 6.2: such a run is not right-flanking).
    """
    # One sign is looked for far faster than two, and most pages show none.
    if "*" not in html or "**" not in html:
        return
    text = _CODE.sub(lambda found: " " * len(found[0]), html)
    lines = dict.fromkeys(file_line(source, found.start(), ("**",)) for found in _places(text))
    for line in lines:
        what = "Two asterisks (**) stand in the text as signs; they did not become strong text."
        fix = "Move the closing ** behind a letter, put a space after it, or write \\* where you mean the sign."
        yield Problem(what, fix, line=line, severity="warning")


def _places(text: str) -> Iterator[re.Match[str]]:
    for place, found in enumerate(re.finditer(r"\*\*", text)):
        if place == _TOLD:
            return
        yield found


_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_HIGHEST, _LOWEST = 2, 4


def below_the_title(html: str) -> str:
    """``html`` with its headings as h2 to h4: each one level below the nearest earlier heading that stands above it.

    The page's title is the only h1, and no level is skipped on the way down, so that a screen reader's outline is
    whole (WCAG 2.2, technique G141). The HTML keeps its length.
    """
    above: list[int] = []
    level = _HIGHEST

    def set_below(found: re.Match[str]) -> str:
        nonlocal level
        if not found[1]:
            written = int(found[2])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
            level = min(_HIGHEST + len(above) - 1, _LOWEST)
        return f"<{found[1]}h{level}"

    return _HEADING.sub(set_below, html)
