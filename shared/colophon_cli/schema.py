"""``colophon schema``: the JSON Schema of each kind of file."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from colophon.clinic.record import ClinicRecord
from colophon.edition.model import FrontMatter
from colophon.site_settings import SiteSettings
from colophon.withdrawal import Withdrawal

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Kind(StrEnum):
    """The kinds of files that have fields."""

    EDITION = "edition"
    CLINIC = "clinic"
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

    The kinds are an edition's front matter, a clinic's record, site.yaml and a withdrawal. Use the schemas in editors
    that complete and check while you type, and in programs that write these files.

    \b
    Examples:
      colophon schema edition
      colophon schema clinic > clinic.schema.json
    """
    typer.echo(json.dumps(schema(kind), ensure_ascii=False, indent=2))


def build_schemas() -> dict[str, dict[str, Any]]:
    """The schema (draft 2020-12) of ``edition`` (its front matter), ``clinic``, ``site`` and ``withdrawal``."""
    withdrawal = Withdrawal.model_json_schema()
    # Optional in the model only because an unreadable withdrawal, which is in force too, has no date.
    withdrawal["required"] = sorted({*withdrawal["required"], "at"})
    by_name = {
        "edition": FrontMatter.model_json_schema(),
        "clinic": ClinicRecord.model_json_schema(),
        "site": SiteSettings.model_json_schema(),
        "withdrawal": withdrawal,
    }
    return {name: {"$schema": _DIALECT, **schema} for name, schema in by_name.items()}
