"""Validates fields with a pydantic model. Every error becomes a problem with a line and a fix."""

import difflib
from collections.abc import Iterable, Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from colophon.problem import Problem, Refused
from colophon.upload.fields import FieldPath, Fields, display_value, format_path
from colophon.upload.limits import MAX_PROBLEMS
from colophon.upload.values import UNION_TAGS

# In a path, stands for any key of a mapping or index of a list: images.*.alt.
ANY_STEP = "*"
NO_ENTRY_FIX = "Write at least one entry."
_EMPTY_FIX = "Write a value, or leave the field out if it is optional."
ModelT = TypeVar("ModelT", bound=BaseModel)


class StrictModel(BaseModel):
    """The base of every file with fields: a field that it does not name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StrictFile(StrictModel):
    """The base of a file that has an outcome of its own: what was read remembers its warnings."""

    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What the file was warned of when it was read; empty for one that comes from a row."""
        return self._warnings


def validate(model: type[ModelT], fields: Fields, more_problems: Iterable[Problem] = ()) -> ModelT:
    """``fields`` as a ``model``.

    Raises Refused if parsing, the model or ``more_problems`` has an error; it carries warnings too.
    """
    instance, problems = try_validate(model, fields)
    all_problems = sort_problems((*problems, *more_problems))
    if instance is None or any(problem.severity == "error" for problem in all_problems):
        raise Refused(all_problems)
    if all_problems and isinstance(instance, StrictFile):
        instance._warnings = all_problems
    return instance


def try_validate(model: type[ModelT], fields: Fields) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """``fields`` as a ``model``, and the problems of parsing and validation. With any error the model is None."""
    if () in fields.refused_paths:
        return None, fields.problems
    try:
        instance: ModelT | None = model.model_validate(fields.mapping)
        errors: list[ErrorDetails] = []
    except ValidationError as error:
        instance, errors = None, error.errors(include_url=False)
    model_problems = tuple(
        _problem_from_error(model, fields, error)
        for error in errors
        if not _is_reported(fields, _error_path(error)) and not _follows(error, errors)
    )
    problems = (*fields.problems, *model_problems)
    return (None if any(problem.severity == "error" for problem in problems) else instance), problems


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """``problems`` by line, without duplicates.

    At most ``MAX_PROBLEMS``, errors before warnings; the number of the others becomes one more problem.
    """
    by_line = sorted(dict.fromkeys(problems), key=lambda problem: (problem.line is None, problem.line or 0))
    if len(by_line) <= MAX_PROBLEMS:
        return tuple(by_line)
    errors_first = sorted(by_line, key=lambda problem: problem.severity != "error")[:MAX_PROBLEMS]
    rest = Problem(f"There are {len(by_line) - MAX_PROBLEMS} further problems.", "Fix these first, then upload again.")
    return (*sorted(errors_first, key=lambda problem: (problem.line is None, problem.line or 0)), rest)


def _problem_from_error(model: type[BaseModel], fields: Fields, error: ErrorDetails) -> Problem:
    path = _error_path(error)
    return fields.problem_at(path, *explain_error(model, path, error))


def _error_path(error: ErrorDetails) -> FieldPath:
    """The path of ``error`` without the steps that pydantic adds for a union's member or a mapping's key."""
    loc = error["loc"]
    if loc and loc[-1] == "[key]" and error["type"] != "extra_forbidden":
        loc = loc[:-1]
    return tuple(step for step in loc if step not in UNION_TAGS)


def _is_reported(fields: Fields, path: FieldPath) -> bool:
    return any(path[:length] in fields.refused_paths for length in range(len(path) + 1))


def _follows(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether a list is too short only because its entries have ``errors``."""
    path = error["loc"]
    return error["type"] == "too_short" and any(
        other["loc"][: len(path)] == path and len(other["loc"]) > len(path) for other in errors
    )


def explain_error(model: type[BaseModel], path: FieldPath, error: ErrorDetails) -> tuple[str, str]:
    """``what`` and ``fix`` of the problem for one of pydantic's errors at ``path`` of ``model``."""
    kind, limits = error["type"], error.get("ctx", {})
    name = f"“{format_path(path)}”"
    match kind:
        case "flawed":
            return str(limits["what"]), str(limits["fix"])
        case "missing":
            return f"{name} is missing.", _suggest_adding(model, path)
        case "extra_forbidden":
            return f"There is no field {name}.", _suggest_instead(model, path)
        case "literal_error":
            return (
                f"“{display_value(error['input'])}” is not an allowed value of {name}.",
                f"Write {limits['expected']}.",
            )
        case "string_too_short" | "string_too_long":
            return _explain_length(name, error)
        case "too_short" | "too_long":
            return _explain_count(name, error)
    return _explain_type(name, kind, error["input"])


def _suggest_adding(model: type[BaseModel], path: FieldPath) -> str:
    meaning = describe_field(model, path)
    return f"Add {format_path(path)}: {meaning}." if meaning else f"Add {format_path(path)}."


def _suggest_instead(model: type[BaseModel], path: FieldPath) -> str:
    guess = suggest_field(model, path)
    return f"Did you mean {guess}? Otherwise remove the field." if guess else "Remove the field."


def _explain_length(name: str, error: ErrorDetails) -> tuple[str, str]:
    if error["type"] == "string_too_short":
        return f"{name} is empty.", _EMPTY_FIX
    most = error["ctx"]["max_length"]
    return f"{name} has {len(error['input']):,} characters; at most {most:,} are allowed.", "Shorten it."


def _explain_count(name: str, error: ErrorDetails) -> tuple[str, str]:
    limits = error["ctx"]
    if error["type"] == "too_short":
        return f"{name} is empty.", NO_ENTRY_FIX
    return f"{name} has {limits['actual_length']} entries; at most {limits['max_length']} are allowed.", "Remove some."


def _explain_type(name: str, kind: str, value: object) -> tuple[str, str]:
    """For a value of the wrong type: a list instead of a group, and so on."""
    if kind.startswith(("model_", "dict_")):
        return (
            f"{name} must be a group of fields, but is {_describe_type(value)}.",
            "Write its fields below it, indented.",
        )
    if kind.startswith(("tuple_", "list_")):
        return f"{name} must be a list, but is {_describe_type(value)}.", "Write one entry per line, each after “- ”."
    if isinstance(value, list | dict):
        sign = "[" if isinstance(value, list) else "{"
        fix = f"Write one value after the colon. If the value begins with {sign}, put the whole value in quotes."
        return f"{name} must be one value, but is {_describe_type(value)}.", fix
    return f"“{display_value(value)}” is not an allowed value of {name}.", "Write another value there."


def _describe_type(value: object) -> str:
    if isinstance(value, dict):
        return "a group of fields"
    return "a list" if isinstance(value, list | tuple) else f"the text “{display_value(value)}”"


def describe_field(model: type[BaseModel], path: FieldPath) -> str:
    """The description of the field at ``path`` in ``model``, or an empty text."""
    info = fields_by_path(model).get(_generalize_path(model, path))
    return (info.description or "") if info else ""


def suggest_field(model: type[BaseModel], path: FieldPath) -> str | None:
    """The dotted path of the known field that is most like the unknown ``path``, or None."""
    *parents, name = _generalize_path(model, path)
    known = list(fields_by_path(model))
    siblings = [str(at[-1]) for at in known if at[:-1] == tuple(parents) and at[-1] != ANY_STEP]
    if close := difflib.get_close_matches(str(name).lower(), siblings, 1, 0.6):
        return format_path((*path[:-1], close[0]))
    elsewhere = [at for at in known if ANY_STEP not in at]
    names = sorted({str(at[-1]) for at in elsewhere})
    for candidate in difflib.get_close_matches(str(name).lower(), names, 1, 0.7):
        return format_path(
            min((at for at in elsewhere if at[-1] == candidate), key=lambda at: (len(at), format_path(at)))
        )
    return None


@cache
def fields_by_path(model: type[BaseModel]) -> dict[FieldPath, FieldInfo]:
    """Every field of ``model`` by path; keys of mappings and indexes of lists are ``ANY_STEP``."""
    return dict(_walk_model(model, ()))


def _generalize_path(model: type[BaseModel], path: FieldPath) -> FieldPath:
    known = fields_by_path(model)
    general: FieldPath = ()
    for step in path:
        general = (
            (*general, ANY_STEP)
            if any(at[: len(general) + 1] == (*general, ANY_STEP) for at in known)
            else (*general, step)
        )
    return general


def _walk_model(model: type[BaseModel], path: FieldPath) -> Iterator[tuple[FieldPath, FieldInfo]]:
    for name, info in model.model_fields.items():
        yield (*path, name), info
        yield from _walk_annotation(info.annotation, (*path, name))


def _walk_annotation(annotation: Any, path: FieldPath) -> Iterator[tuple[FieldPath, FieldInfo]]:
    origin = get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _walk_model(annotation, path)
    elif origin is Annotated:
        yield from _walk_annotation(get_args(annotation)[0], path)
    elif origin in (Union, UnionType):
        for choice in get_args(annotation):
            yield from _walk_annotation(choice, path)
    elif origin in (dict, tuple, list):
        yield from _walk_annotation(get_args(annotation)[1 if origin is dict else 0], (*path, ANY_STEP))
