"""An edition's two halves: the front matter between ``---`` lines, and the body after it."""

from msgspec import Struct

from colophon.problem import Problem, Refused
from colophon.upload.limits import FRONT_MATTER_BYTES
from colophon.upload.text import too_long

_FENCE = "---"
_OPEN_FIX = "Begin the file with a line of three hyphens, then the fields, then another line of three hyphens."


class Halves(Struct, frozen=True):
    """``front`` begins in line 2 of the file, ``body`` in line ``body_line``."""

    front: str
    body: str
    body_line: int


def split(text: str) -> Halves:
    """The halves of ``text``, whose line ends are newlines. Raises Refused where they can't be told apart."""
    if text.partition("\n")[0].rstrip() != _FENCE:
        what = "The file has no front matter: its first line is not ---."
        raise Refused((Problem(what, _OPEN_FIX, line=1),))
    before = text.find(f"\n{_FENCE}")
    while before >= 0:
        end = text.find("\n", before + 1)
        after = end if end >= 0 else len(text)
        if text[before + 1 : after].rstrip() == _FENCE:
            front = text[text.index("\n") + 1 : before]
            return _halves(front, text[after + 1 :], text.count("\n", 0, before) + 3)
        before = text.find(f"\n{_FENCE}", before + 1)
    what = "The front matter is never closed: there is no second line of three hyphens."
    raise Refused((Problem(what, "Put a line of three hyphens after the last field.", line=1),))


def _halves(front: str, body: str, body_line: int) -> Halves:
    size = len(front.encode())
    if size > FRONT_MATTER_BYTES:
        raise Refused((too_long("The front matter", size, FRONT_MATTER_BYTES),))
    return Halves(front, body, body_line)
