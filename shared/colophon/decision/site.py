"""What ``site.yaml`` and ``site.css`` say of the whole site."""

from msgspec import Struct

from colophon.decision.identity import fingerprint
from colophon.decision.rows import Outcome, SiteRow, State
from colophon.decision.snapshot import Found, Verdicts, Wanted, search
from colophon.page.frame import site_style_key
from colophon.problem import Problem
from colophon.site_settings import SiteSettings, dressed
from colophon.upload.keys import SiteFile, SiteStyle
from colophon.upload.versions import Folder, History

SITE_FILES = "site."
_KEYS = (SiteFile().key, SiteStyle().key)
_WAITS = Problem(
    "There is no valid site.yaml.", "Upload site.yaml; the look is for its pages.", field="", severity="waiting"
)


class SiteDecision(Struct, frozen=True):
    """The row to keep for the site (``n`` not yet counted up), and the sheet that must stand before it is recorded.

    ``style`` is empty where the site has no look of its own.
    """

    row: SiteRow
    style: bytes = b""


def is_site_settled(row: SiteRow, folder: Folder) -> bool:
    """Whether nothing has changed since the site's row was recorded."""
    return row.seen == _seen(folder)


def decide_site(row: SiteRow, folder: Folder, verdicts: Verdicts) -> SiteDecision | Wanted:
    """What becomes of the site, or the version to read first. ``folder`` holds all that begins with SITE_FILES."""
    files, sheets = (folder.history(key) for key in _KEYS)
    found: Found[SiteSettings] | Wanted = search(files, verdicts)
    if isinstance(found, Wanted):
        return found
    sheet: Found[bytes] | Wanted = search(sheets, verdicts)
    if isinstance(sheet, Wanted):
        return sheet
    style = sheet.value if sheet.value and found.value else b""
    path = f"/{site_style_key(style)}" if style else ""
    settings = dressed(found.value, path) if found.value else None
    outcomes = (*_of_settings(files, found), *_of_style(sheets, sheet, found.value is not None, path))
    fp = fingerprint(_id(found), _id(sheet))
    left = _left(row, settings.languages if settings else (), fp)
    return SiteDecision(SiteRow(row.n, fp, _seen(folder), settings, found.ever, outcomes, left), style)


def _left(row: SiteRow, languages: tuple[str, ...], fp: str) -> dict[str, str]:
    """The languages that are not among ``languages`` and once were, each with the settings that took it away."""
    had = row.settings.languages if row.settings else ()
    return {lang: row.left.get(lang, fp) for lang in sorted({*row.left, *had} - {*languages})}


def _of_settings(history: History, found: Found[SiteSettings]) -> tuple[Outcome, ...]:
    state = _state(history, found)
    url = f"{found.value.url}/" if found.value and state == "live" else ""
    return _outcome(history, state, url, _problems(found))


def _of_style(history: History, found: Found[bytes], settled: bool, path: str) -> tuple[Outcome, ...]:
    state, problems = _state(history, found), _problems(found)
    if state == "live" and not settled:
        state, problems = "waiting", (_WAITS,)
    return _outcome(history, state, path, problems)


def _outcome(history: History, state: State, url: str, problems: tuple[Problem, ...]) -> tuple[Outcome, ...]:
    newest = history.newest
    return (Outcome(newest.key, state, url, problems, newest.id),) if newest else ()


def _state(history: History, found: Found[SiteSettings] | Found[bytes]) -> State:
    return "absent" if not history.present else "refused" if found.passed else "live"


def _problems(found: Found[SiteSettings] | Found[bytes]) -> tuple[Problem, ...]:
    return found.passed[0][1].problems if found.passed else ()


def _id(found: Found[SiteSettings] | Found[bytes]) -> str:
    decided = found.version or found.ended
    return decided.id if decided else ""


def _seen(folder: Folder) -> str:
    return fingerprint([folder.history(key).identity() for key in _KEYS])
