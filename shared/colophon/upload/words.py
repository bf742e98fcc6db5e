"""Plain words for everything that pydantic can say of a file's fields."""

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from colophon.upload.fields import Path, dotted, shown
from colophon.upload.known_fields import described, meant

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
