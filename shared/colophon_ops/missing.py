"""What an upload still lacks: the fields without a value, and the text, apart from everything else that is wrong."""

from collections.abc import Sequence

from msgspec import Struct

from colophon.edition.body import NO_TEXT_FIX
from colophon.problem import Problem
from colophon.upload.validated import NO_ENTRY_FIX
from colophon.upload.yaml_fields import NO_VALUE_FIX

_TEXT = "the text"
# One alone is a problem like any other.
_FEWEST = 2


class Missing(Struct, frozen=True):
    """``fields``, at least two or none, have no value; "the text" is one. ``others`` are all further problems."""

    fields: tuple[str, ...]
    others: tuple[Problem, ...]


def find_missing(problems: Sequence[Problem]) -> Missing:
    """What ``problems`` of one upload say is missing. A group of fields that lacks all of its own is not named too."""
    names = [problem.field for problem in problems if problem.fix == NO_VALUE_FIX]
    has_no_text = any(problem.fix == NO_TEXT_FIX for problem in problems)
    fields = (*dict.fromkeys(names), *([_TEXT] if has_no_text else []))
    if len(fields) < _FEWEST:
        return Missing((), tuple(problems))
    return Missing(fields, tuple(problem for problem in problems if not _says_missing(problem, names)))


def _says_missing(problem: Problem, names: Sequence[str]) -> bool:
    if problem.fix == NO_ENTRY_FIX:
        return any(name.startswith(f"{problem.field}.") for name in names)
    return problem.fix in (NO_VALUE_FIX, NO_TEXT_FIX)
