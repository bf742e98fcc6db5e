"""XML files: filled in from templates that escape every value, and well-formed whatever the values hold."""

import re
from typing import Any

from colophon.page.template import render

# What no XML 1.0 document may hold, not even escaped (XML 1.0, 2.2, Char), as UTF-8: C0 controls, U+FFFE, U+FFFF.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()


def xml_document(template: str, rev: int, **values: Any) -> bytes:
    """The template ``template`` (``atom.xml``) filled in, in UTF-8; a character that XML can't carry becomes U+FFFD."""
    return _FORBIDDEN.sub(_REPLACEMENT, render(template, rev=rev, **values))
