"""``colophon schema``: the JSON Schema of each kind of file."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from colophon_ops.schemas import build_schemas


class Kind(StrEnum):
    """The kinds of files that have fields."""

    EDITION = "edition"
    CLINIC = "clinic"
    GLOSSARY = "glossary"
    SITE = "site"
    WITHDRAWAL = "withdrawal"


def schema(kind: Kind | None) -> dict[str, Any]:
    """The JSON Schema of one kind of file, or of all by name if ``kind`` is None."""
    by_name = build_schemas()
    return by_name[kind] if kind else by_name


def schema_command(
    kind: Annotated[Kind | None, typer.Argument(help="The kind of file. Default: all.")] = None,
) -> None:
    """Print the JSON Schema of a kind of file.

    The kinds are an edition's front matter, a clinic's record and glossary, site.yaml and a withdrawal. Use the schemas
    in editors that complete and check while you type, and in programs that write these files.

    \b
    Examples:
      colophon schema edition
      colophon schema clinic > clinic.schema.json
    """
    typer.echo(json.dumps(schema(kind), ensure_ascii=False, indent=2))
