"""Headings of a body, set below the page's title without a level left out."""

import re

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
