"""HTML in a body: never rendered, and told with its line rather than silently dropped."""

import re
from collections.abc import Iterator

from colophon.edition.markdown import OMITTED
from colophon.edition.source import Source
from colophon.problem import Problem
from colophon.upload.fields import shown
from colophon.upload.limits import PROBLEMS_TOLD

_TAG = re.compile(r"<(?:/?[A-Za-z](?![A-Za-z0-9+.-]{1,31}:|[^>\s]*@)[^>]*|[!?][^>]*)>?")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_CODE_BLOCK = re.compile(r'<pre data-sourcepos="(\d+):\d+-(\d+):')
_STEP = re.compile(re.escape(OMITTED) + r'| data-sourcepos="(\d+):')
# Of a line longer than this only its beginning is searched: the search looks back at what it has seen.
_LOOKED_AT = 2000
_FIX = "Write it in Markdown; put a backslash before < where you mean the sign itself."


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
            problems[line] = Problem(f"HTML stands in the text{seen}.", _FIX, line=source.number(line))
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
