"""Where the numbered blocks of a text are in the HTML of its page."""

import re
from collections.abc import Iterator

from msgspec import Struct

# The elements that can be blocks; a number only if the element is one.
ELEMENT = re.compile(r'<(p|h[2-4]|li|tr|pre|figure)(?: id="p(\d+)")?(?=[ >])([^>]*)>')
# What ends the text of a list's item. The other elements end with a tag of their own.
ITEM_END = re.compile(r"\s*(?:</li>|<(?:ul|ol|p|pre|h[2-4]|blockquote|div|figure|table|section)(?=[ >]))")
# A source warning stands in a box of its own.
WARNING_END = "\n</div>"


class Place(Struct, frozen=True):
    """An element: its tag, and where it begins, its content ends and it ends. A list's item ends before other blocks in
    it, and a source warning with its box."""

    tag: str
    start: int
    content_end: int
    end: int


def find_places(body: str) -> Iterator[tuple[int, Place]]:
    """The numbered elements of ``body``, in their order."""
    for found in ELEMENT.finditer(body):
        tag, number = found[1], found[2]
        if number is None:
            continue
        if tag == "li":
            item_end = ITEM_END.search(body, found.end())
            content_end = end = item_end.start() if item_end else len(body)
        else:
            content_end = body.index(f"</{tag}>", found.end())
            end = content_end + len(f"</{tag}>")
        if tag in ("p", "h2", "h3", "h4") and body.startswith(WARNING_END, end):
            end += len(WARNING_END)
        yield int(number), Place(tag, found.start(), content_end, end)
