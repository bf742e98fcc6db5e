"""JSON Schemas of the files with fields, for editors and for programs that write such files."""

from typing import Any

from colophon.clinic.record import ClinicRecord
from colophon.edition.model import FrontMatter
from colophon.site_settings import SiteSettings
from colophon.withdrawal import Withdrawal

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


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
