"""From fields to a model, or to every problem that stands in the way."""

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from colophon.problem import Problem, Refused
from colophon.upload.fields import Fields, Path
from colophon.upload.limits import PROBLEMS_TOLD
from colophon.upload.values import CHOICES
from colophon.upload.words import in_words

M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], fields: Fields, further: Iterable[Problem] = ()) -> M:
    """``fields`` as a ``model``. Raises Refused with what reading found, what the model says, and ``further``."""
    made, problems = checked(model, fields)
    together = in_order((*problems, *further))
    if made is None or any(problem.severity == "error" for problem in together):
        raise Refused(together)
    return made


def checked(model: type[M], fields: Fields) -> tuple[M | None, tuple[Problem, ...]]:
    """``fields`` as a ``model``, or None, and every problem found while reading or judging them."""
    if () in fields.refused:
        return None, fields.problems
    try:
        made: M | None = model.model_validate(fields.mapping)
        errors: list[ErrorDetails] = []
    except ValidationError as error:
        made, errors = None, error.errors(include_url=False)
    told = tuple(_problem(model, fields, error) for error in errors if not _told(fields, _path(error)))
    problems = (*fields.problems, *told)
    return (None if problems else made), problems


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """``problems`` by line, each once; what goes beyond a readable number is only counted."""
    by_line = sorted(dict.fromkeys(problems), key=lambda problem: (problem.line is None, problem.line or 0))
    if len(by_line) <= PROBLEMS_TOLD:
        return tuple(by_line)
    errors_first = sorted(by_line, key=lambda problem: problem.severity != "error")[:PROBLEMS_TOLD]
    rest = Problem(
        f"There are {len(by_line) - PROBLEMS_TOLD} further problems.", "Mend these first, then upload again."
    )
    return (*sorted(errors_first, key=lambda problem: (problem.line is None, problem.line or 0)), rest)


def _problem(model: type[BaseModel], fields: Fields, error: ErrorDetails) -> Problem:
    path = _path(error)
    return fields.problem(path, *in_words(model, path, error))


def _path(error: ErrorDetails) -> Path:
    """Where the error is, without the steps that pydantic adds for a union's choice or a mapping's key."""
    loc = error["loc"]
    if loc and loc[-1] == "[key]" and error["type"] != "extra_forbidden":
        loc = loc[:-1]
    return tuple(step for step in loc if step not in CHOICES)


def _told(fields: Fields, path: Path) -> bool:
    return any(path[:length] in fields.refused for length in range(len(path) + 1))
