"""From fields to a pydantic model, or to every problem that prevents it, in plain words."""

import difflib
from collections.abc import Iterable, Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from colophon.problem import Problem, Refused
from colophon.upload.fields import Fields, Path, dotted, shown
from colophon.upload.limits import PROBLEMS_TOLD
from colophon.upload.values import CHOICES

# Stands for a name or place of the uploader's own: images.*.alt.
ANY = "*"


@cache
def known_fields(model: type[BaseModel]) -> dict[Path, FieldInfo]:
    """Every field of ``model`` by its path, mappings and lists taken as one step ``*``."""
    return dict(_walk(model, ()))


def described(model: type[BaseModel], path: Path) -> str:
    """What the field at ``path`` is, as its model says, or nothing."""
    info = known_fields(model).get(_general(model, path))
    return (info.description or "") if info else ""


def meant(model: type[BaseModel], path: Path) -> str | None:
    """The field that whoever wrote the unknown ``path`` most likely meant, dotted."""
    *parents, name = _general(model, path)
    known = list(known_fields(model))
    beside = [str(at[-1]) for at in known if at[:-1] == tuple(parents) and at[-1] != ANY]
    if close := difflib.get_close_matches(str(name).lower(), beside, 1, 0.6):
        return dotted((*path[:-1], close[0]))
    elsewhere = [at for at in known if ANY not in at]
    names = sorted({str(at[-1]) for at in elsewhere})
    for candidate in difflib.get_close_matches(str(name).lower(), names, 1, 0.7):
        return dotted(min((at for at in elsewhere if at[-1] == candidate), key=lambda at: (len(at), dotted(at))))
    return None


def _general(model: type[BaseModel], path: Path) -> Path:
    known = known_fields(model)
    general: Path = ()
    for step in path:
        general = (
            (*general, ANY) if any(at[: len(general) + 1] == (*general, ANY) for at in known) else (*general, step)
        )
    return general


def _walk(model: type[BaseModel], path: Path) -> Iterator[tuple[Path, FieldInfo]]:
    for name, info in model.model_fields.items():
        yield (*path, name), info
        yield from _inside(info.annotation, (*path, name))


def _inside(annotation: Any, path: Path) -> Iterator[tuple[Path, FieldInfo]]:
    origin = get_origin(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _walk(annotation, path)
    elif origin is Annotated:
        yield from _inside(get_args(annotation)[0], path)
    elif origin in (Union, UnionType):
        for choice in get_args(annotation):
            yield from _inside(choice, path)
    elif origin in (dict, tuple, list):
        yield from _inside(get_args(annotation)[1 if origin is dict else 0], (*path, ANY))


_EMPTY_FIX = "Write something there, or leave the field out where it is optional."


def in_words(model: type[BaseModel], path: Path, error: ErrorDetails) -> tuple[str, str]:
    """What was seen at ``path`` and how to mend it, for one of pydantic's errors about ``model``."""
    kind, limits = error["type"], error.get("ctx", {})
    name = f"“{dotted(path)}”"
    match kind:
        case "flawed":
            return str(limits["what"]), str(limits["fix"])
        case "missing":
            return f"{name} is missing.", _add(model, path)
        case "extra_forbidden":
            return f"There is no field {name}.", _instead(model, path)
        case "literal_error":
            return f"“{shown(error['input'])}” is not a value that {name} can have.", f"Write {limits['expected']}."
        case "string_too_short" | "string_too_long":
            return _length(name, error)
        case "too_short" | "too_long":
            return _count(name, error)
    return _shape(name, kind, error["input"])


def _add(model: type[BaseModel], path: Path) -> str:
    meaning = described(model, path)
    return f"Add {dotted(path)}: {meaning}." if meaning else f"Add {dotted(path)}."


def _instead(model: type[BaseModel], path: Path) -> str:
    guess = meant(model, path)
    return f"Did you mean {guess}? Otherwise remove the field." if guess else "Remove the field."


def _length(name: str, error: ErrorDetails) -> tuple[str, str]:
    if error["type"] == "string_too_short":
        return f"{name} is empty.", _EMPTY_FIX
    most = error["ctx"]["max_length"]
    return f"{name} has {len(error['input']):,} characters; at most {most:,} are allowed.", "Shorten it."


def _count(name: str, error: ErrorDetails) -> tuple[str, str]:
    limits = error["ctx"]
    if error["type"] == "too_short":
        return f"{name} is empty.", "Write at least one entry."
    return f"{name} has {limits['actual_length']} entries; at most {limits['max_length']} are allowed.", "Remove some."


def _shape(name: str, kind: str, seen: object) -> tuple[str, str]:
    """A list where fields belong, and the like."""
    if kind.startswith(("model_", "dict_")):
        return f"{name} must be a group of fields, but is {_kind(seen)}.", "Write its fields below it, indented."
    if kind.startswith(("tuple_", "list_")):
        return f"{name} must be a list, but is {_kind(seen)}.", "Write one entry a line, each after “- ”."
    if isinstance(seen, list | dict):
        return f"{name} must be one value, but is {_kind(seen)}.", "Write the value after the colon."
    return f"“{shown(seen)}” is not a value that {name} can have.", "Write another value there."


def _kind(seen: object) -> str:
    if isinstance(seen, dict):
        return "a group of fields"
    return "a list" if isinstance(seen, list | tuple) else f"the text “{shown(seen)}”"


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
