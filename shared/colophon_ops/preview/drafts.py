"""Drafts that readers do not see: what is wrong with each, and the address at which the preview shows it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from colophon.page.paths import page_path
from colophon.problem import Problem
from colophon.upload.keys import PageRef, parse_key
from colophon_ops.build.cache import OutcomeLine

_NOT_SHOWN = ("refused", "waiting", "scheduled")
_DONE = ("withdrawn", "superseded")
# How a line of outcomes.json ends.
_NO_PROBLEMS = '"problems": []}'


class Draft(Struct, frozen=True):
    """An upload with problems, or that readers do not see yet. ``path`` is its page's, empty if it has none."""

    key: str
    state: str
    path: str
    problems: tuple[Problem, ...]


def find_drafts(lines: Iterable[OutcomeLine]) -> list[Draft]:
    """The drafts among the ``lines`` of outcomes.json, sorted by key."""
    return sorted((_read_line(line) for line in lines if _is_draft(line)), key=lambda draft: draft.key)


def _is_draft(line: OutcomeLine) -> bool:
    if line.state in _DONE:
        # The outcome only says by what it was withdrawn or superseded.
        return line.needs_fixing
    return line.state in _NOT_SHOWN or not line.text.endswith(_NO_PROBLEMS)


def _read_line(line: OutcomeLine) -> Draft:
    outcome: Mapping[str, Any] = json.loads(line.text)
    page = parse_key(line.key)
    path = page_path(page) if isinstance(page, PageRef) else ""
    return Draft(line.key, line.state, path, msgspec.convert(outcome["problems"], tuple[Problem, ...]))
