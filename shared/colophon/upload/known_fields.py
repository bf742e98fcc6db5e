"""Which fields a model has, at any depth: for suggestions, and for saying what a missing one is for."""

import difflib
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from colophon.upload.fields import Path, dotted

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
