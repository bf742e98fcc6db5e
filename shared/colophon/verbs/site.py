"""Keep the index's copy of what ``site.yaml`` and ``site.css`` say: token, look, the sheet, record."""

from functools import partial
from typing import TYPE_CHECKING

from colophon.decision.rows import SiteRow
from colophon.decision.site import SITE_FILES, SiteDecision, decide_site, is_site_settled
from colophon.page.finished import finished_site_style
from colophon.site_settings import style_of
from colophon.upload.versions import Folder
from colophon.verbs.attempts import until_landed
from colophon.verbs.looking import Source, settle
from colophon.verbs.shelves import put_site_shelves

if TYPE_CHECKING:
    # A build asks what the site's files say, and starts without AWS's client.
    from colophon.stores.site import Site
    from colophon.verbs.doors import PublishDoors


def keep_site(doors: "PublishDoors", *, fresh: bool = False) -> None:
    """Bring the site's row to what its own files say. The posts are rung by the row's change, never from here.

    ``fresh``: what every page loads is put where it is missing, whatever this process believes to be there.
    """
    until_landed(partial(_attempt, doors, fresh=fresh), "the site")


def decided_site(row: SiteRow, source: Source, folder: Folder | None = None) -> SiteDecision:
    """What becomes of the site by the files that ``source`` holds; ``folder`` is what was seen of them, if anything."""
    verdicts: dict[str, object] = {}
    look = folder or source.folder(SITE_FILES)
    return settle(partial(decide_site, row, look, verdicts), verdicts, source)


def _attempt(doors: "PublishDoors", *, fresh: bool) -> None:
    row = doors.index.site()
    if fresh:
        doors.assets.renew()
    folder = doors.inbox.folder(SITE_FILES)
    settled = is_site_settled(row, folder)
    if settled and _stands(style_of(row.settings), doors.site):
        return
    decision = decided_site(row, doors.inbox, folder)
    if decision.style:
        # Before the row: a page that is made from the row links to the sheet at once.
        doors.site.put_once(finished_site_style(decision.style))
    if not settled:
        put_site_shelves(row, decision.row, doors)
        doors.index.record_site(decision.row)


def _stands(path: str, site: "Site") -> bool:
    """Whether the sheet at ``path`` is there, so that a ring makes good what a site bucket has lost."""
    return not path or bool(site.token(path.removeprefix("/")).etag)
