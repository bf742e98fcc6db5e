"""The closed list of what a body may put on a page, held by a second parser that trusts the first one nothing."""

from functools import cache

import nh3

ALLOWED = {
    "p": set[str](), "h2": set[str](), "h3": set[str](), "h4": set[str](), "em": set[str](), "strong": set[str](),
    "ul": set[str](), "ol": {"start"}, "li": set[str](), "blockquote": set[str](), "pre": set[str](),
    "code": set[str](), "br": set[str](), "hr": set[str](), "a": {"href"},
}  # fmt: skip
REL = "nofollow ugc noopener noreferrer"


def clean(html: str) -> str:
    """``html`` with nothing but the elements and attributes of ``ALLOWED``; links are https and carry ``REL``."""
    return _cleaner().clean(html).strip()


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(ALLOWED),
        # "*" must be said to be empty: left out, the cleaner allows title and lang everywhere.
        attributes={"*": set(), **{tag: names for tag, names in ALLOWED.items() if names}},
        link_rel=REL,
        url_schemes={"https"},
        url_relative="deny",
        generic_attribute_prefixes=set(),
    )
