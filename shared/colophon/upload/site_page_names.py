"""Names that the site needs for pages of its own: earlier versions allowed them for clinics and posts.

Keys with them are read, so that withdrawals and images there count; but no edition and no clinic's record with such a
name is accepted any more. ``RESERVED_NAMES`` of ``upload.keys`` were never allowed.
"""

import re

from colophon.problem import Problem

SITE_PAGE_NAMES = frozenset({"about", "tags"})
# ``/<lang>/<clinic>/2025/`` lists the posts of a year.
_YEAR = re.compile(r"[0-9]{4}")


def names_site_page(kind: str, name: str) -> bool:
    """Whether a page of the site's own may need the address of a ``kind`` ("clinic" or "post") called ``name``."""
    return name in SITE_PAGE_NAMES or (kind == "post" and _YEAR.fullmatch(name) is not None)


def site_page_problem(kind: str, name: str) -> Problem | None:
    """The problem with ``name`` if ``names_site_page``, or None."""
    if not names_site_page(kind, name):
        return None
    what = f"“{name}” is reserved: the site has pages of its own at this address, so it can't name a {kind}."
    return Problem(what, f"Upload the {kind} under another name, and delete the files here.")
