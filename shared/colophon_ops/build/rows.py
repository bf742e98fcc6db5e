"""The rows that a build decides besides posts: the site's and a clinic's; and the outcomes of strays."""

from datetime import datetime
from functools import partial

from colophon.decision.clinic import ClinicLook, decide_clinic
from colophon.decision.rows import ClinicRow, Outcome, SiteRow
from colophon.decision.stray import StrayRow, decide_stray
from colophon.page.finished import finished_site_style
from colophon.page.objects import SiteObject
from colophon.upload.keys import ClinicFile
from colophon.verbs.clinic_and_site import decided_site
from colophon.verbs.reading import Source, settle


def build_site(source: Source) -> SiteRow:
    """The site's row, from the site's own files."""
    return decided_site(SiteRow(), source).row


def build_site_style(source: Source) -> tuple[SiteObject, ...]:
    """The object with the site's own style sheet, if it has a valid one."""
    style = decided_site(SiteRow(), source).style
    return (finished_site_style(style),) if style else ()


def build_clinic(clinic: str, source: Source, site: SiteRow, now: datetime) -> ClinicRow:
    """A clinic's row, from its folder and the site's settings."""
    verdicts: dict[str, object] = {}
    folder = source.folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    look = ClinicLook(ClinicRow(clinic), site, folder, now, verdicts)
    return settle(partial(decide_clinic, look), verdicts, source)


def stray_outcome(key: str, source: Source) -> Outcome:
    """The outcome of a key that names nothing, or that differs from the key in use only by its spelling."""
    outcome = decide_stray(StrayRow(key), source.newest(key)).outcome
    assert outcome is not None
    return outcome
