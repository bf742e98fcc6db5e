"""Checks a body's raw HTML and links, and fixes the levels of its headings."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from colophon.edition.code import CodeMap
from colophon.edition.figures import names_image
from colophon.edition.markdown import OMITTED_HTML
from colophon.edition.source import MarkdownSource, find_file_line
from colophon.problem import Problem
from colophon.upload.fields import display_value
from colophon.upload.limits import MAX_PROBLEMS
from colophon.upload.values import https_url_error

# What the author escaped, code spans, and tags but no addresses.
_TAG_OR_CODE = re.compile(r"\\[^\n]|`+|<(?:/?[A-Za-z](?![A-Za-z0-9+.-]{1,31}:|[^>\s]{0,200}@)[^>\n]*|[!?][^>\n]*)>?")
_OMISSION_OR_POSITION = re.compile(re.escape(OMITTED_HTML) + r'| data-sourcepos="(\d+):')
_RAW_HTML_FIX = "Write it in Markdown. To show the character < itself, put a backslash before it."
# Not the links of footnotes, which only the renderer makes, nor one from an image to its own file.
_LINK = re.compile(r'<a href="([^"]*)"(?! id="fnref-| class="footnote-backref"|><img src="\1")')
# How links may be written whose URL the renderer has removed, the likeliest first.
_EMPTIED_LINKS = ("]()", "](<>)", "script:", "data:", "file:", "](", "]:")
_LINK_FIX = "Link to a complete https:// address, or write the text without a link."
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_HIGHEST, _LOWEST = 2, 4
_OTHER_LEVEL = re.compile(rf"<h[^{_HIGHEST}r]")


def check_raw_html(source: MarkdownSource, html: str) -> tuple[Problem, ...]:
    """A problem for each line of ``source`` with raw HTML, which the renderer has left out of ``html``."""
    if OMITTED_HTML not in html:
        return ()
    suspects = _find_html_like(source)
    problems: dict[int, Problem] = {}
    for first, end in _find_omitted_regions(source.html_with_positions, len(source.lines) + 1):
        lines = [line for line in suspects if first <= line < end] or [first]
        for line in lines:
            excerpt = f" ({display_value(suspects[line])})" if line in suspects else ""
            problems[line] = Problem(f"The text contains HTML{excerpt}.", _RAW_HTML_FIX, line=source.file_line(line))
        if len(problems) > MAX_PROBLEMS:
            break
    return tuple(problems.values())


def _find_omitted_regions(html: str, end: int) -> Iterator[tuple[int, int]]:
    """First line, and line after the last, of each part of the source from which HTML was left out."""
    first, has_omission = 1, False
    for match in _OMISSION_OR_POSITION.finditer(html):
        if match[1] is None:
            has_omission = True
            continue
        if has_omission:
            yield first, max(int(match[1]), first + 1)
        first, has_omission = int(match[1]), False
    if has_omission:
        yield first, end


def _find_html_like(source: MarkdownSource) -> dict[int, str]:
    """Text that looks like HTML, outside code, by the renderer's line; about as many as are reported."""
    code = CodeMap(source.text, source.code_lines)
    suspects: dict[int, str] = {}
    at = 0
    while len(suspects) <= MAX_PROBLEMS and (match := _TAG_OR_CODE.search(source.text, at)) is not None:
        begin = match.start()
        at = code.block_end(begin)
        if at > begin:
            continue
        at = code.span_end(begin) if match[0].startswith("`") else match.end()
        if match[0].startswith("<"):
            suspects.setdefault(code.line_of(begin), match[0])
    return suspects


def check_links(source: MarkdownSource, html: str) -> tuple[Problem, ...]:
    """A problem for each link in the rendered ``html`` that is not allowed on a page."""
    problems: list[Problem] = []
    for match in _LINK.finditer(html):
        url = unescape(match[1])
        error = https_url_error(url)
        # The lint says more of a link to an image.
        if error is None or names_image(match[1]):
            continue
        what, fix = _link_problem(url, error)
        spellings = (url, unquote(url), url.removeprefix("mailto:"), url[:9]) if url else _EMPTIED_LINKS
        line = find_file_line(source, match.start(), spellings)
        problems.append(Problem(what, fix, line=line))
        if len(problems) > MAX_PROBLEMS:
            break
    return tuple(problems)


def _link_problem(url: str, error: str) -> tuple[str, str]:
    if not url:
        # The renderer removes URLs with dangerous schemes like javascript:.
        return "The address of a link is empty or not safe.", _LINK_FIX
    return f"The link to “{display_value(unquote(url))}” {error}.", _LINK_FIX


def demote_headings(html: str) -> str:
    """``html`` with headings h2 to h4, each one level below the nearest earlier heading of a higher rank.

    The page's title is the only h1 and no level is skipped, so that screen readers get a proper outline (WCAG 2.2,
    technique G141). The length of the HTML does not change, so offsets stay valid.
    """
    if not _OTHER_LEVEL.search(html):
        return html
    above: list[int] = []
    level = _HIGHEST

    def demote(match: re.Match[str]) -> str:
        nonlocal level
        if not match[1]:
            written = int(match[2])
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
            level = min(_HIGHEST + len(above) - 1, _LOWEST)
        return f"<{match[1]}h{level}"

    return _HEADING.sub(demote, html)
