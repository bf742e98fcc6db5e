"""The report of a stray: a key that names nothing Colophon publishes, or another spelling of a key that counts."""

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.rows import Outcome
from colophon.language.tags import find_regional_tag, find_served_advice
from colophon.problem import Problem
from colophon.upload.keys import REPORTS, UnknownKey, foreign_report_problem, parse_key, to_nfc
from colophon.upload.versions import Folder, Version


class StrayRow(Struct, frozen=True, omit_defaults=True):
    """The row of one stray key."""

    key: str
    n: int = 0
    newest_version: str = field(default="", name="seen")
    outcome: Outcome | None = None


def stray_keys(folder: Folder) -> list[str]:
    """The strays of ``folder``, each in its own spelling, sorted."""
    newest = (history.newest for history in folder.histories.values())
    unknown = {version.key for version in newest if version and isinstance(parse_key(version.key), UnknownKey)}
    return sorted({*unknown, *folder.shadowed_keys})


def decide_stray(row: StrayRow, newest: Version | None) -> StrayRow:
    """The row to keep for a stray key whose newest version is ``newest``."""
    return StrayRow(row.key, row.n, newest.id if newest else "none", _outcome(row.key, newest))


def clear_stray(row: StrayRow) -> StrayRow:
    """The row to keep for a key that is a stray no longer. Its outcome is in another row."""
    return StrayRow(row.key, row.n)


def _outcome(key: str, newest: Version | None) -> Outcome:
    if newest is None or newest.deleted:
        return Outcome(key, "absent", version=newest.id if newest else "")
    name = parse_key(key)
    problem = _unknown_key_problem(name) if isinstance(name, UnknownKey) else None
    if key.startswith(REPORTS):
        problem = foreign_report_problem()
    if problem:
        return Outcome(key, "refused", problems=(problem,), version=newest.id)
    return Outcome(key, "superseded", problems=(_shadowed_key_problem(key),), version=newest.id)


def _unknown_key_problem(name: UnknownKey) -> Problem:
    nearest = find_served_advice(name.language) if name.language else None
    if nearest is None:
        return name.problem
    fix = f"Name the file {nearest}.md."
    if regional := find_regional_tag(name.language, nearest):
        # Only the settings of the site, which a stray's report does not read, say which of the two is right.
        fix = f"{fix} If site.yaml lists {regional}, name it {regional}.md."
    return replace(name.problem, fix=fix)


def _shadowed_key_problem(key: str) -> Problem:
    what = "Another key spells the same name in Unicode's composed form (NFC); that one counts."
    return Problem(what, f"Delete this one. The one that counts is {to_nfc(key)}.", severity="warning")
