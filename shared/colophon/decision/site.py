"""Decide about the site by its own files, ``site.yaml``, ``site.css`` and ``site.icon.png``."""

from collections.abc import Mapping
from datetime import datetime
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from colophon.decision.drawings import SitePictures, choose_site_pictures
from colophon.decision.identity import fingerprint
from colophon.decision.rows import Outcome, OutcomeState, SiteRow, kept_version
from colophon.decision.snapshot import Candidate, Snapshot, find_candidate
from colophon.page.frame import site_icon_key, site_style_key
from colophon.problem import Problem
from colophon.site_settings import SiteSettings, add_paths, next_security_notice, security_problems
from colophon.upload.keys import SITE_KEYS, SiteFile, SiteIcon
from colophon.upload.versions import Folder, KeyHistory, readable_versions

if TYPE_CHECKING:
    from colophon.decision.drawings import Drawing

SITE_PREFIX = "site."
_NO_SETTINGS_PROBLEM = Problem(
    "There is no valid site.yaml.", "Upload site.yaml; this file is for its pages.", field="", severity="waiting"
)


class SiteDecision(Struct, frozen=True):
    """The row to keep for the site, with ``n`` not yet counted up, and what its pages load.

    That must be published before the row is recorded. ``style`` and ``icon`` are empty if the site has none of its
    own. ``drawings`` are the pictures that are drawn for it, by their keys.
    """

    row: SiteRow
    style: bytes = b""
    icon: bytes = b""
    drawings: "Mapping[str, Drawing]" = field(default_factory=dict)


class SiteSnapshot(Snapshot, frozen=True, kw_only=True):
    """The site's own files (all keys that begin with SITE_PREFIX) as they were listed at ``now``, and the row read
    before."""

    row: SiteRow
    now: datetime


def is_site_up_to_date(row: SiteRow, folder: Folder, now: datetime) -> bool:
    """Whether nothing has changed at ``now`` since the site's row was recorded."""
    return row.inputs_id == _inputs_id(folder) and (row.next_at is None or now < row.next_at)


def decide_site(snapshot: SiteSnapshot, *, judge_again: bool = False) -> SiteDecision:
    """The site's settings, style sheet and icon. Raises NeedsVersion.

    The settings in use stay in use though this code refuses them, as after a rollback, unless with ``judge_again``.
    """
    row, folder, now = snapshot.row, snapshot.folder, snapshot.now
    files = _find_files(snapshot, None if judge_again else row.settings)
    found, candidates = files.settings.value, (files.settings, files.style, files.icon)
    style, icon = (each.value if each.value and found else b"" for each in (files.style, files.icon))
    style_path, icon_path = f"/{site_style_key(style)}" if style else "", f"/{site_icon_key(icon)}" if icon else ""
    pictures = choose_site_pictures(found) if found else SitePictures()
    settings = add_paths(found, style_path, icon_path or pictures.icon_path, pictures.card_paths) if found else None
    histories = [folder.history_of(key) for key in SITE_KEYS]
    outcomes = (
        *_settings_outcome(histories[0], files.settings, now),
        *_outcome_of_file(histories[1], files.style, found is not None, style_path),
        *_outcome_of_file(histories[2], files.icon, found is not None, icon_path),
    )
    # Without an icon as it was before there were icons.
    ids = [_candidate_id(each) for each in candidates[: 3 if histories[2].ever_uploaded else 2]]
    fp = fingerprint(*ids)
    removed = _removed_languages(row, found.languages if found else (), _languages_between(histories[0], snapshot), fp)
    known = SiteRow(row.n, fp, _inputs_id(folder), settings, files.settings.ever_existed, outcomes, removed)
    decided = replace(
        known,
        settings_version=_older_version(files.settings),
        style_version=_older_version(files.style),
        icon_version=_older_version(files.icon),
        next_at=next_security_notice(found, now) if found else None,
    )
    return SiteDecision(decided, style, icon, pictures.drawings)


class _SiteFiles(Struct, frozen=True):
    """The versions that count of the site's own files."""

    settings: Candidate[SiteSettings]
    style: Candidate[bytes]
    icon: Candidate[bytes]


def _find_files(snapshot: SiteSnapshot, in_use: SiteSettings | None) -> _SiteFiles:
    row = snapshot.row
    settings, style, icon = (snapshot.folder.history_of(key) for key in SITE_KEYS)
    shown = (row.settings_version, row.style_version, row.icon_version)
    kept = [kept_version(one, row.outcomes, key) for one, key in zip(shown, SITE_KEYS, strict=True)]
    return _SiteFiles(
        find_candidate(settings, snapshot, kept=kept[0], in_use=in_use),
        find_candidate(style, snapshot, kept=kept[1]),
        find_candidate(icon, snapshot, kept=kept[2]),
    )


def _older_version(candidate: Candidate[SiteSettings] | Candidate[bytes]) -> str:
    """The id of the version in use if a newer one was refused."""
    return candidate.version.id if candidate.version and candidate.rejected else ""


def _languages_between(history: KeyHistory, snapshot: SiteSnapshot) -> set[str]:
    """The languages of the settings that came after the recorded ones and before the newest.

    Listings are published before the row is recorded. A process that ended between the two has left those of settings
    that are in no row.
    """
    recorded = {outcome.version for outcome in snapshot.row.outcomes if outcome.key == SiteFile().key}
    newer = takewhile(lambda version: version.id not in recorded, readable_versions((history,)))
    older = [version for version in islice(newer, 1, None) if not version.deleted]
    contents = [snapshot.content(version) for version in older]
    return {lang for content in contents if isinstance(content, SiteSettings) for lang in content.languages}


def _removed_languages(row: SiteRow, languages: tuple[str, ...], between: set[str], fp: str) -> dict[str, str]:
    """The languages that the site once had, and for each the fingerprint of the settings that removed it."""
    had = {*(row.settings.languages if row.settings else ()), *between}
    return {lang: row.removed_languages.get(lang, fp) for lang in sorted({*row.removed_languages, *had} - {*languages})}


def _settings_outcome(history: KeyHistory, candidate: Candidate[SiteSettings], now: datetime) -> tuple[Outcome, ...]:
    state = _state(history, candidate)
    url = f"{candidate.value.url}/" if candidate.value and state == "live" else ""
    warnings = (*candidate.value.warnings, *security_problems(candidate.value, now)) if candidate.value else ()
    return _outcome(history, state, url, _problems(candidate) or warnings)


def _outcome_of_file(
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
    # An icon that was never uploaded is left out: older code, which knows none, finds its row up to date.
    keys = (key for key in SITE_KEYS if key != SiteIcon().key or folder.history_of(key).ever_uploaded)
    return fingerprint([folder.history_of(key).identity() for key in keys])
