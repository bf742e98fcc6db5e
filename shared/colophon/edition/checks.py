"""Checks on a body's Markdown: raw HTML, links, stray emphasis, heading levels."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from colophon.edition.markdown import OMITTED_HTML
from colophon.edition.source import MarkdownSource, find_file_line
from colophon.problem import Problem
from colophon.upload.fields import display_value
from colophon.upload.limits import MAX_PROBLEMS
from colophon.upload.values import https_url_error

_TAG = re.compile(r"<(?:/?[A-Za-z](?![A-Za-z0-9+.-]{1,31}:|[^>\s]*@)[^>]*|[!?][^>]*)>?")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_CODE_BLOCK = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):')
_OMISSION_OR_POSITION = re.compile(re.escape(OMITTED_HTML) + r'| data-sourcepos="(\d+):')
# Of a line longer than this only its beginning is searched: the search looks back at what it has seen.
_MAX_SEARCHED = 2000
_RAW_HTML_FIX = "Write it in Markdown; put a backslash before < where you mean the sign itself."


def check_raw_html(source: MarkdownSource, html: str) -> tuple[Problem, ...]:
    """A problem for each line of ``source`` with raw HTML that the renderer left out of ``html``."""
    if OMITTED_HTML not in html:
        return ()
    suspects = _find_html_like(source)
    problems: dict[int, Problem] = {}
    for first, end in _find_omitted_regions(source.html_with_positions, len(source.lines) + 1):
        lines = [line for line in suspects if first <= line < end] or [first]
        for line in lines:
            excerpt = f" ({display_value(suspects[line])})" if line in suspects else ""
            problems[line] = Problem(f"HTML stands in the text{excerpt}.", _RAW_HTML_FIX, line=source.file_line(line))
        if len(problems) > MAX_PROBLEMS:
            break
    return tuple(problems.values())


def _find_omitted_regions(html: str, end: int) -> Iterator[tuple[int, int]]:
    """First line, and line after the last, of each stretch of the source of which something was left out."""
    first, has_omission = 1, False
    for found in _OMISSION_OR_POSITION.finditer(html):
        if found[1] is None:
            has_omission = True
            continue
        if has_omission:
            yield first, max(int(found[1]), first + 1)
        first, has_omission = int(found[1]), False
    if has_omission:
        yield first, end


def _find_html_like(source: MarkdownSource) -> dict[int, str]:
    """What looks like HTML outside of code, by the renderer's line; no more than anybody is told of."""
    code = {
        line
        for first, last in _CODE_BLOCK.findall(source.html_with_positions)
        for line in range(int(first), int(last) + 1)
    }
    found: dict[int, str] = {}
    for number, line in enumerate(source.lines, start=1):
        if number not in code and (match := _TAG.search(_CODE_SPAN.sub("", line[:_MAX_SEARCHED]))):
            found[number] = match[0]
        if len(found) > MAX_PROBLEMS:
            break
    return found


_LINK = re.compile(r'<a href="([^"]*)"')
# How a link is written whose address the renderer leaves out, the likeliest first.
_EMPTIED_LINKS = ("]()", "](<>)", "script:", "data:", "file:", "](", "]:")
_LINK_FIX = "Link to a whole https:// address, or write the words without a link."


def check_links(source: MarkdownSource, html: str) -> tuple[Problem, ...]:
    """A problem for each link of the rendered ``html`` that may not stand on a page."""
    problems: list[Problem] = []
    for found in _LINK.finditer(html):
        url = unescape(found[1])
        error = https_url_error(url)
        if error is None:
            continue
        # The renderer empties the address of a scheme that it knows to be dangerous.
        what = (
            f"The link to “{display_value(unquote(url))}” {error}." if url else "A link's address is empty or not safe."
        )
        spellings = (url, unquote(url), url.removeprefix("mailto:"), url[:9]) if url else _EMPTIED_LINKS
        line = find_file_line(source, found.start(), spellings)
        problems.append(Problem(what, _LINK_FIX, line=line))
        if len(problems) > MAX_PROBLEMS:
            break
    return tuple(problems)


_CODE = re.compile(r"<code.*?</code>", re.DOTALL)
_MAX_WARNINGS = 10


def find_stray_asterisks(source: MarkdownSource, html: str) -> Iterator[Problem]:
    """A warning for each place where the rendered ``html`` shows two asterisks, ten at most.

    It happens most in Korean and Japanese, where a particle follows a closing ``**`` without a space and the sign
    before it is punctuation (CommonMark 0.31.2, 6.2: such a run is not right-flanking).
    """
    # One sign is looked for far faster than two, and most pages show none.
    if "*" not in html or "**" not in html:
        return
    text = _CODE.sub(lambda found: " " * len(found[0]), html)
    lines = dict.fromkeys(find_file_line(source, found.start(), ("**",)) for found in _find_asterisks(text))
    for line in lines:
        what = "Two asterisks (**) stand in the text as signs; they did not become strong text."
        fix = "Move the closing ** behind a letter, put a space after it, or write \\* where you mean the sign."
        yield Problem(what, fix, line=line, severity="warning")


def _find_asterisks(text: str) -> Iterator[re.Match[str]]:
    for index, found in enumerate(re.finditer(r"\*\*", text)):
        if index == _MAX_WARNINGS:
            return
        yield found


_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_HIGHEST, _LOWEST = 2, 4


def demote_headings(html: str) -> str:
    """``html`` with its headings as h2 to h4: each one level below the nearest earlier heading that stands above it.

    The page's title is the only h1, and no level is skipped on the way down, so that a screen reader's outline is
    whole (WCAG 2.2, technique G141). The HTML keeps its length.
    """
    above: list[int] = []
    level = _HIGHEST

    def demote(found: re.Match[str]) -> str:
        nonlocal level
        if not found[1]:
            written = int(found[2])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
            level = min(_HIGHEST + len(above) - 1, _LOWEST)
        return f"<{found[1]}h{level}"

    return _HEADING.sub(demote, html)
