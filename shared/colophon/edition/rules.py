"""What the fields of an edition must be beyond their type."""

import re
from collections import Counter
from datetime import date
from typing import Protocol, TypeVar

from colophon.upload.fields import shown
from colophon.upload.keys import is_slug
from colophon.upload.values import flawed

_BEFORE_AFTER = re.compile(r"before[\s_/&-]*(and[\s_-]*)?after", re.IGNORECASE)


class _Dated(Protocol):
    @property
    def at(self) -> date: ...


D = TypeVar("D", bound=_Dated)


def review_choice(value: object) -> str:
    """Which of the two forms of ``translation.review`` is meant."""
    return "<none>" if isinstance(value, str) else "<record>"


def image_kind(value: object) -> object:
    """Refuses before-and-after pictures by name; every other kind is judged by the list.

    Source: Korean Medical Service Act, art. 56, and the Act on support for overseas expansion of healthcare and
    attraction of foreign patients, art. 15: advertising to foreign patients may not show them.
    """
    if isinstance(value, str) and _BEFORE_AFTER.fullmatch(value.strip()):
        what = (
            "Before-and-after pictures are not published: Korean rules on medical advertising and on attracting "
            "foreign patients restrict them, and a translated page may count as such advertising."
        )
        raise flawed(what, "Take the image out of the text and out of images, then upload the post again.")
    return value


def earlier_address(value: str) -> str:
    """An address that a post had before: ``<clinic>/<post>``."""
    clinic, slash, post = value.strip().partition("/")
    if slash and is_slug(clinic) and is_slug(post):
        return f"{clinic}/{post}"
    raise flawed(f"“{shown(value)}” is not the earlier address of a post.", "Write it as clinic/post, nothing else.")


def each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """Refuses a list in which an entry stands twice."""
    if len(set(values)) == len(values):
        return values
    double = [value for value, times in Counter(values).items() if times > 1]
    raise flawed(f"“{shown(double[0])}” stands in the list more than once.", "Keep each entry once.")


def corrections_in_order(corrections: tuple[D, ...]) -> tuple[D, ...]:
    """Newest first; those of one day stay in the order they were written in."""
    return tuple(sorted(corrections, key=lambda correction: correction.at, reverse=True))
