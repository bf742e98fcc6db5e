"""JSON Schemas of every file with fields, for editors and programs that write them."""

from typing import Any

from colophon.clinic.record import ClinicRecord
from colophon.edition.model import FrontMatter
from colophon.site_settings import SiteSettings
from colophon.withdrawal import Withdrawal

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def build_schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file: ``edition`` (its front matter), ``clinic``, ``site`` and ``withdrawal``."""
    withdrawal = Withdrawal.model_json_schema()
    # The model does without: an order that can't be read has no date, and withdraws all the same.
    withdrawal["required"] = sorted({*withdrawal["required"], "at"})
    by_name = {
        "edition": FrontMatter.model_json_schema(),
        "clinic": ClinicRecord.model_json_schema(),
        "site": SiteSettings.model_json_schema(),
        "withdrawal": withdrawal,
    }
    return {name: {"$schema": _DIALECT, **schema} for name, schema in by_name.items()}
