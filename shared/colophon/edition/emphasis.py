"""Emphasis that the renderer did not take for emphasis: the asterisks would stand on the page."""

import re
from collections.abc import Iterator

from colophon.edition.place import file_line
from colophon.edition.source import Source
from colophon.problem import Problem

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
