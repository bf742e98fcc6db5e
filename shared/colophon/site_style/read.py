"""``site.css``: a look of the site's own. It dresses every page, and fetches nothing and hides no notice."""

import re
from collections.abc import Iterator

from colophon.problem import Problem, Refused
from colophon.site_style.hiding import hidings
from colophon.site_style.loading import loadings
from colophon.site_style.sheet import Sheet, parsed
from colophon.upload.limits import OTHER_FILE_BYTES
from colophon.upload.text import decoded
from colophon.upload.validated import in_order

_LONG_NUMBER = re.compile(r"[0-9.]{100,}")


def read_site_style(content: bytes) -> bytes:
    """The sheet to publish for ``content``, the bytes of site.css. Raises Refused with every problem of them."""
    text = decoded(content, OTHER_FILE_BYTES)
    if problems := in_order(_problems(text)):
        raise Refused(problems)
    return text.encode()


def _problems(text: str) -> Iterator[Problem]:
    if number := _LONG_NUMBER.search(text):
        # Python's int() gives up on thousands of digits, and no length is written so.
        line = text.count("\n", 0, number.start()) + 1
        yield Problem("The line holds a number of more than a hundred digits.", "Write a shorter number.", line=line)
        return
    sheet: Sheet = parsed(text)
    yield from sheet.problems
    yield from loadings(sheet)
    yield from hidings(sheet)
