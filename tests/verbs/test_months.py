"""The month that a post's page leads to: put once in a batch for each clinic, before anything links to it."""

from colophon.decision.rows import ClinicRow
from colophon.verbs.months import ensure_month
from colophon.views import PostView
from tests.decision.builder import folder
from tests.decision.files import CLINIC, text
from tests.verbs.account import Account, clients

VIEW = folder().put("en.md", text("Coughs")).decide().page("en").view


def puts(*rows: ClinicRow, force: bool = False) -> list[str]:
    """The keys of the objects that pages of the clinics with ``rows`` have put in one batch."""
    account, noted = Account({}), set[tuple[str, str]]()
    made = clients(account)
    assert isinstance(VIEW, PostView)
    for row in rows:
        ensure_month(VIEW, row, noted, made, force=force)
    return [asked["Key"] for asked in account.asked_of("put_object")]


def test_a_month_is_put_once_for_each_clinic_of_a_batch() -> None:
    found = puts(ClinicRow("sorae"), ClinicRow(CLINIC), ClinicRow(CLINIC))
    assert found == [f"en/{clinic}/2026/03/index.html" for clinic in ("sorae", CLINIC)]


def test_a_month_that_the_row_names_is_there() -> None:
    assert puts(ClinicRow(CLINIC, months=frozenset({"en/2026-03"}))) == []
    other = ClinicRow(CLINIC, months=frozenset({"ko/2026-03", "en/2026-04", "en/2025-03"}))
    assert puts(other) == [f"en/{CLINIC}/2026/03/index.html"]
