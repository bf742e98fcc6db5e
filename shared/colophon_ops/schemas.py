"""The JSON Schemas of the files that have fields, for programs and for editors."""

import json
from collections.abc import Mapping
from typing import Any

from colophon.clinic.glossary import Glossary
from colophon.clinic.record import ClinicRecord
from colophon.edition.model import FrontMatter
from colophon.site_settings import SiteSettings
from colophon.withdrawal import Withdrawal

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# In an inbox. Hidden, so never uploaded.
EDITOR_FOLDER = ".colophon"


def build_schemas() -> dict[str, dict[str, Any]]:
    """The schema (2020-12) of ``edition`` (its front matter), ``clinic``, ``glossary``, ``site``, ``withdrawal``."""
    withdrawal = Withdrawal.model_json_schema()
    # Optional in the model only because an unreadable withdrawal, which is in force too, has no date.
    withdrawal["required"] = sorted({*withdrawal["required"], "at"})
    by_name = {
        "edition": FrontMatter.model_json_schema(),
        "clinic": ClinicRecord.model_json_schema(),
        "glossary": Glossary.model_json_schema(),
        "site": SiteSettings.model_json_schema(),
        "withdrawal": withdrawal,
    }
    return {name: {"$schema": _DIALECT, **schema} for name, schema in by_name.items()}


def editor_schemas() -> Mapping[str, str]:
    """The schemas as files for editors, by key in the inbox.

    They name no draft: the checkers that editors use know older ones, and these schemas mean the same in all of them.
    """
    schemas = build_schemas()
    for each in schemas.values():
        del each["$schema"]
    return {
        editor_schema_key(kind): json.dumps(each, ensure_ascii=False, indent=2) + "\n" for kind, each in schemas.items()
    }


def editor_schema_key(kind: str) -> str:
    """The key of the schema of ``kind`` in an inbox."""
    return f"{EDITOR_FOLDER}/{kind}.schema.json"


def schema_line(kind: str, key: str) -> str:
    """The comment by which editors find the schema of the YAML file ``key``, which is of ``kind``.

    Source: yaml-language-server, "Using inlined schema": a path is relative to the file.
    """
    return f"# yaml-language-server: $schema={'../' * key.count('/')}{editor_schema_key(kind)}\n"
