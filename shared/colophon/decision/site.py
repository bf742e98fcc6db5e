"""Decide about the site by its own files, ``site.yaml`` and ``site.css``."""

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.identity import fingerprint
from colophon.decision.rows import Outcome, OutcomeState, SiteRow, kept_version
from colophon.decision.snapshot import Candidate, Snapshot, find_candidate
from colophon.page.frame import site_style_key
from colophon.problem import Problem
from colophon.site_settings import SiteSettings, add_style
from colophon.upload.keys import SiteFile, SiteStyle
from colophon.upload.versions import Folder, KeyHistory

SITE_PREFIX = "site."
_KEYS = (SiteFile().key, SiteStyle().key)
_NO_SETTINGS_PROBLEM = Problem(
    "There is no valid site.yaml.", "Upload site.yaml; site.css is for its pages.", field="", severity="waiting"
)


class SiteDecision(Struct, frozen=True):
    """The row to keep for the site, with ``n`` not yet counted up, and its style sheet.

    The style sheet must be published before the row is recorded. ``style`` is empty if the site has none of its own.
    """

    row: SiteRow
    style: bytes = b""


class SiteSnapshot(Snapshot, frozen=True, kw_only=True):
    """The site's own files (all keys that begin with SITE_PREFIX) as they were listed, and the row read before."""

    row: SiteRow


def is_site_up_to_date(row: SiteRow, folder: Folder) -> bool:
    """Whether nothing has changed since the site's row was recorded."""
    return row.inputs_id == _inputs_id(folder)


def decide_site(snapshot: SiteSnapshot, *, judge_again: bool = False) -> SiteDecision:
    """The site's settings and style sheet. Raises NeedsVersion.

    The settings in use stay in use though this code refuses them, as after a rollback, unless with ``judge_again``.
    """
    row, folder = snapshot.row, snapshot.folder
    files, sheets = (folder.history_of(key) for key in _KEYS)
    kept, kept_style = (
        kept_version(shown, row.outcomes, key)
        for shown, key in zip((row.settings_version, row.style_version), _KEYS, strict=True)
    )
    candidate: Candidate[SiteSettings] = find_candidate(
        files, snapshot, kept=kept, in_use=None if judge_again else row.settings
    )
    style_candidate: Candidate[bytes] = find_candidate(sheets, snapshot, kept=kept_style)
    style = style_candidate.value if style_candidate.value and candidate.value else b""
    path = f"/{site_style_key(style)}" if style else ""
    settings = add_style(candidate.value, path) if candidate.value else None
    outcomes = (
        *_settings_outcome(files, candidate),
        *_style_outcome(sheets, style_candidate, candidate.value is not None, path),
    )
    fp = fingerprint(_candidate_id(candidate), _candidate_id(style_candidate))
    removed = _removed_languages(row, settings.languages if settings else (), fp)
    known = SiteRow(row.n, fp, _inputs_id(folder), settings, candidate.ever_existed, outcomes, removed)
    versions = (_older_version(candidate), _older_version(style_candidate))
    return SiteDecision(replace(known, settings_version=versions[0], style_version=versions[1]), style)


def _older_version(candidate: Candidate[SiteSettings] | Candidate[bytes]) -> str:
    """The id of the version in use if a newer one was refused."""
    return candidate.version.id if candidate.version and candidate.rejected else ""


def _removed_languages(row: SiteRow, languages: tuple[str, ...], fp: str) -> dict[str, str]:
    """The languages that the site once had, and for each the fingerprint of the settings that removed it."""
    had = row.settings.languages if row.settings else ()
    return {lang: row.removed_languages.get(lang, fp) for lang in sorted({*row.removed_languages, *had} - {*languages})}


def _settings_outcome(history: KeyHistory, candidate: Candidate[SiteSettings]) -> tuple[Outcome, ...]:
    state = _state(history, candidate)
    url = f"{candidate.value.url}/" if candidate.value and state == "live" else ""
    warnings = candidate.value.warnings if candidate.value else ()
    return _outcome(history, state, url, _problems(candidate) or warnings)


def _style_outcome(
    history: KeyHistory, candidate: Candidate[bytes], has_settings: bool, path: str
) -> tuple[Outcome, ...]:
    state, problems = _state(history, candidate), _problems(candidate)
    if state == "live" and not has_settings:
        state, problems = "waiting", (_NO_SETTINGS_PROBLEM,)
    return _outcome(history, state, path, problems)


def _outcome(history: KeyHistory, state: OutcomeState, url: str, problems: tuple[Problem, ...]) -> tuple[Outcome, ...]:
    newest = history.newest
    return (Outcome(newest.key, state, url, problems, newest.id),) if newest else ()


def _state(history: KeyHistory, candidate: Candidate[SiteSettings] | Candidate[bytes]) -> OutcomeState:
    return "absent" if not history.exists else "refused" if candidate.rejected else "live"


def _problems(candidate: Candidate[SiteSettings] | Candidate[bytes]) -> tuple[Problem, ...]:
    return candidate.rejected[0][1].problems if candidate.rejected else ()


def _candidate_id(candidate: Candidate[SiteSettings] | Candidate[bytes]) -> str:
    decided = candidate.version or candidate.deletion
    return decided.id if decided else ""


def _inputs_id(folder: Folder) -> str:
    return fingerprint([folder.history_of(key).identity() for key in _KEYS])
