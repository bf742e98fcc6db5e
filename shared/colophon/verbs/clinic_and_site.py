"""Keep the index's rows of clinics and of the site: token, snapshot, swap, record."""

from collections.abc import Iterable, Mapping
from functools import partial

from colophon.decision.clinic import ClinicSnapshot, decide_clinic, is_clinic_up_to_date
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.decision.site import SITE_PREFIX, SiteDecision, SiteSnapshot, decide_site, is_site_up_to_date
from colophon.decision.sweep import due_changes
from colophon.page.finished import finish_site_style
from colophon.site_settings import site_style_path
from colophon.stores.site import Site
from colophon.upload.keys import ClinicFile
from colophon.upload.versions import Folder
from colophon.verbs.answers import new_answers
from colophon.verbs.clients import PublishClients
from colophon.verbs.reading import InboxReader, decide_with_reads
from colophon.verbs.swap import retry_on_conflict


def put_empty_clinic_listings(known: ClinicRow, row: ClinicRow, site: SiteRow, clients: PublishClients) -> None:
    """Put the clinic's listings in each language that ``known`` did not have yet, except where an object exists."""
    langs = sorted(set(row.langs) - set(known.langs))
    _put_empty_listings([(lang, row.clinic) for lang in langs], site, {row.clinic: row}, clients)


def put_empty_site_listings(known: SiteRow, row: SiteRow, clients: PublishClients) -> None:
    """Put the listings of each language that ``known`` did not have yet, and those that belong to no language."""
    had = known.settings.languages if known.settings else ()
    langs = sorted(set(row.settings.languages) - set(had)) if row.settings else []
    _put_empty_listings([(lang, "") for lang in (*langs, "")] if langs else [], row, {}, clients)


def _put_empty_listings(
    names: Iterable[tuple[str, str]], site: SiteRow, clinics: Mapping[str, ClinicRow], clients: PublishClients
) -> None:
    """Put the listings of each (language, clinic) of ``names``, as they are without any post."""
    for lang, clinic in names:
        # Imported here for the sake of cold starts: most of those of ``publish`` are for a post, which needs no
        # listings. Only a new clinic or language does.
        from colophon.listings.in_memory import MemoryIndex
        from colophon.listings.kinds import groups_for

        clients.assets.ensure()
        index = MemoryIndex(site, clinics)
        for listing in (each for group in groups_for(lang, clinic) for each in index.decide(group)):
            clients.site.put_if_absent(listing.make(1))


def update_site(clients: PublishClients, *, force: bool = False) -> None:
    """Bring the site's row up to date with the site's own files. The row's change refreshes the posts, not this.

    ``force``: decide again whatever the row says, as this code may read the same files differently, and put every
    missing asset, even if this process believes that it is there.
    """
    retry_on_conflict(partial(_attempt_site, clients, force=force), "the site")


def decide_site_with_reads(
    row: SiteRow, inbox: InboxReader, folder: Folder | None = None, *, judge_again: bool = False
) -> SiteDecision:
    """Decide the site's row from the site's files in ``inbox``; ``folder`` is their listing, if it was read already."""
    snapshot = SiteSnapshot(folder=folder or inbox.read_folder(SITE_PREFIX), contents={}, row=row)
    return decide_with_reads(partial(decide_site, judge_again=judge_again), snapshot, inbox)


def _attempt_site(clients: PublishClients, *, force: bool) -> None:
    row = clients.index.read_site()
    if force:
        clients.assets.put_missing()
    folder = clients.inbox.read_folder(SITE_PREFIX)
    up_to_date = is_site_up_to_date(row, folder) and not force
    if up_to_date and _is_sheet_present(site_style_path(row.settings), clients.site):
        return
    decision = decide_site_with_reads(row, clients.inbox, folder, judge_again=force)
    if decision.style:
        # Before the row is recorded: a page that is made from the row links to the sheet at once.
        put = clients.site.check_and_put if force else clients.site.put_if_absent
        put(finish_site_style(decision.style))
    if decision.row != row:
        put_empty_site_listings(row, decision.row, clients)
        clients.index.record_site(decision.row)
        for answer in new_answers(row.outcomes, decision.row.outcomes):
            clients.answered(answer)


def _is_sheet_present(path: str, site: Site) -> bool:
    """Whether the sheet at ``path`` exists, so that a refresh restores what the site bucket has lost."""
    return not path or bool(site.read_token(path.removeprefix("/")).etag)


def update_clinic(clinic: str, clients: PublishClients, *, force: bool = False) -> None:
    """Bring a clinic's row up to date with its folder. The row's change refreshes its posts, not this.

    ``force``: decide again whatever the row says, as this code may read the same files differently.
    """
    retry_on_conflict(partial(_attempt_clinic, clinic, clients, force=force), clinic)


def _attempt_clinic(clinic: str, clients: PublishClients, *, force: bool) -> None:
    known, site = clients.index.read_clinic(clinic)
    folder = clients.inbox.read_folder(ClinicFile(clinic).key.removesuffix("clinic.yaml"))
    snapshot = ClinicSnapshot(folder=folder, contents={}, row=known, site=site, now=clients.now())
    never = not known.n and not folder.histories
    if not never and (force or not is_clinic_up_to_date(snapshot)):
        row = decide_with_reads(partial(decide_clinic, judge_again=force), snapshot, clients.inbox)
        if row == known:
            return
        put_empty_clinic_listings(known, row, site, clients)
        clients.index.record_clinic(row, due_changes([(ClinicFile(clinic).key, known.next_at, row.next_at)]))
        for answer in new_answers(known.outcomes, row.outcomes):
            clients.answered(answer)
