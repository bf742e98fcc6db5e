"""What ``site.yaml`` says of the whole site."""

from colophon.decision.identity import fingerprint
from colophon.decision.outcome import Outcome, State
from colophon.decision.parts import SiteRow
from colophon.decision.reading import Bad, Found, Verdicts, Wanted, search
from colophon.site_settings import SiteSettings
from colophon.upload.keys import SiteFile
from colophon.upload.versions import Folder


def is_site_settled(row: SiteRow, folder: Folder) -> bool:
    """Whether nothing has changed since the site's row was recorded."""
    return row.seen == _seen(folder)


def decide_site(row: SiteRow, folder: Folder, verdicts: Verdicts) -> SiteRow | Wanted:
    """The row to keep for the site (``n`` not yet counted up), or the version to read first."""
    history = folder.history(SiteFile().key)
    found: Found[SiteSettings] | Wanted = search(history, verdicts, _no_objection)
    if isinstance(found, Wanted):
        return found
    decided = found.version or found.ended
    problems = found.passed[0][1].problems if found.passed else ()
    state: State = "absent" if not history.present else "refused" if problems else "live"
    url = f"{found.value.url}/" if found.value and state == "live" else ""
    newest = history.newest
    outcome = Outcome(newest.key, state, url, problems, newest.id) if newest else None
    fp = fingerprint(decided.id if decided else "")
    return SiteRow(row.n, fp, _seen(folder), found.value, found.ever, outcome)


def _seen(folder: Folder) -> str:
    return fingerprint(folder.history(SiteFile().key).identity())


def _no_objection(_: SiteSettings) -> Bad | None:
    return None
