"""Keep the index's copy of what ``site.yaml`` says: token, look, record."""

from functools import partial

from colophon.decision.site import decide_site, is_site_settled
from colophon.upload.keys import SiteFile
from colophon.verbs.attempts import until_landed
from colophon.verbs.doors import Doors
from colophon.verbs.looking import settle


def keep_site(doors: Doors) -> None:
    """Bring the site's row to what ``site.yaml`` says. The posts are rung by the row's change, never from here."""
    until_landed(partial(_attempt_site, doors), "site.yaml")


def _attempt_site(doors: Doors) -> None:
    verdicts: dict[str, object] = {}
    row = doors.index.site()
    folder = doors.inbox.folder(SiteFile().key)
    if not is_site_settled(row, folder):
        doors.index.record_site(settle(partial(decide_site, row, folder, verdicts), verdicts, doors.inbox))
