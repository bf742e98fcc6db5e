"""Numbers the blocks of a text. Pages make ids of the numbers, as ``p7``, and reports name blocks by them.

A number says nothing of what the block holds: an address of a block is no statement about it, and a correction in
another block does not change it. ``fidelity/outline.py`` counts the same blocks in the same order.
"""

import re
from collections.abc import Sequence

from colophon.edition.blocks import html_to_text
from colophon.edition.model import Block, Figure

# Between two blocks. No upload may contain this control character.
_END = "\x02"
# No text has this element: the sanitizer removes it.
_FIGURE = "<figure"
# An element, and its beginning if it begins with text, as most do.
_START = re.compile(
    r"(<(?:p|li|h[2-4]|tr|pre|figure)(?=[ >]))((?:[^<>]*>(?:\s|<(?:strong|em|code|t[dh])[^<>]*>)*+[\w※“‘(])?)"
)
_PREFIX = "p"


def block_id(number: int) -> str:
    """The id of the block ``number`` on a page. The other ids of a page begin otherwise."""
    return f"{_PREFIX}{number}"


def number_blocks(blocks: Sequence[Block]) -> list[str]:
    """For each block its HTML, with an id on each element that holds text of its own; for a figure, its id.

    Numbers count from 1. Of a list's item with paragraphs, the paragraphs have ids.
    """
    stream = _END.join([f"{_FIGURE}>" if isinstance(block, Figure) else block.html for block in blocks])
    parts = _START.split(stream)
    number = 0
    for at in range(1, len(parts), 3):
        if parts[at + 1] or (parts[at] != _FIGURE and _has_text(parts, at)):
            number += 1
            parts[at] = f'{parts[at]} id="{_PREFIX}{number}"'
        elif parts[at] == _FIGURE:
            number += 1
            parts[at], parts[at + 2] = block_id(number), parts[at + 2][1:]
    return "".join(parts).split(_END)


def _has_text(parts: Sequence[str], at: int) -> bool:
    """Whether the element that begins at ``at`` has text before the next one begins. Figures may be in it."""
    content = parts[at + 2]
    while at + 3 < len(parts) and parts[at + 3] == _FIGURE:
        at += 3
        content += parts[at + 2][1:]
    return bool(html_to_text(f"<p{content}".replace(_END, "")))
