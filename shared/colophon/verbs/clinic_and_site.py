"""Keep the index's rows of clinics and of the site: token, snapshot, swap, record."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial

from colophon.decision.clinic import ClinicSnapshot, decide_clinic, ended_card_keys, is_clinic_up_to_date
from colophon.decision.drawings import draw_clinic_cards, draw_site_pictures
from colophon.decision.rows import ClinicRow, SiteRow
from colophon.decision.site import SITE_PREFIX, SiteDecision, SiteSnapshot, decide_site, is_site_up_to_date
from colophon.decision.sweep import due_changes
from colophon.page.finished import finish_card_tombstone, finish_site_icon, finish_site_style
from colophon.page.frame import site_icon_key
from colophon.page.objects import SiteObject
from colophon.site_settings import site_picture_paths, site_style_path
from colophon.stores.site import Site
from colophon.upload.keys import ClinicFile, SiteFile
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
    asset that is missing, even if this process believes that it is there, or that holds anything else.
    """
    retry_on_conflict(partial(_attempt_site, clients, force=force), "the site")


def decide_site_with_reads(
    row: SiteRow, inbox: InboxReader, now: datetime, folder: Folder | None = None, *, judge_again: bool = False
) -> SiteDecision:
    """Decide the site's row at ``now`` from the site's files in ``inbox``; ``folder`` is their listing, if it was read
    already."""
    snapshot = SiteSnapshot(folder=folder or inbox.read_folder(SITE_PREFIX), contents={}, row=row, now=now)
    return decide_with_reads(partial(decide_site, judge_again=judge_again), snapshot, inbox)


def _attempt_site(clients: PublishClients, *, force: bool) -> None:
    row = clients.index.read_site()
    if force:
        clients.assets.repair()
    folder = clients.inbox.read_folder(SITE_PREFIX)
    up_to_date = is_site_up_to_date(row, folder, clients.now()) and not force
    if up_to_date and _is_sheet_present(site_style_path(row.settings), clients.site):
        return
    decision = decide_site_with_reads(row, clients.inbox, clients.now(), folder, judge_again=force)
    # Before the row is recorded: a page that is made from the row links to these files at once.
    put = clients.site.repair if force else clients.site.put_if_absent
    # Without ``force`` a picture that the row has is there.
    for file in site_files(decision, present=() if force else site_picture_paths(row.settings)):
        put(file)
    if decision.row != row:
        put_empty_site_listings(row, decision.row, clients)
        due = due_changes([(SiteFile().key, row.next_at, decision.row.next_at)])
        clients.index.record_site(decision.row, due)
        for answer in new_answers(row.outcomes, decision.row.outcomes):
            clients.answered(answer)


def site_files(decision: SiteDecision, present: Collection[str] = ()) -> Iterator[SiteObject]:
    """What the site's pages load of its own: style sheet, and icon and cards without those at the paths ``present``."""
    if decision.style:
        yield finish_site_style(decision.style)
    new = {path.removeprefix("/") for path in site_picture_paths(decision.row.settings) if path not in present}
    if decision.icon and site_icon_key(decision.icon) in new:
        yield finish_site_icon(decision.icon)
    yield from draw_site_pictures({key: drawing for key, drawing in decision.drawings.items() if key in new})


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
        if row == known and not force:
            return
        _write_cards(known, row, snapshot, clients, force=force)
        if row == known:
            return
        put_empty_clinic_listings(known, row, site, clients)
        clients.index.record_clinic(row, due_changes([(ClinicFile(clinic).key, known.next_at, row.next_at)]))
        for answer in new_answers(known.outcomes, row.outcomes):
            clients.answered(answer)


def _write_cards(
    known: ClinicRow, row: ClinicRow, snapshot: ClinicSnapshot, clients: PublishClients, *, force: bool
) -> None:
    """Put the clinic's cards, or tombstones once it is withdrawn, before its row is recorded.

    Pages that are made from the row link to the cards at once. Without ``force`` a card that the row had is there.
    """
    settings = snapshot.site.settings
    new = [lang for lang, path in row.card_paths.items() if force or path not in known.card_paths.values()]
    put = clients.site.repair if force else clients.site.put_if_absent
    for card in draw_clinic_cards(row, settings, new) if settings else ():
        put(card)
    end = clients.site.check_and_put_tombstone if force else clients.site.put_tombstone
    for key in sorted(decide_with_reads(partial(ended_card_keys, row), snapshot, clients.inbox)):
        end(finish_card_tombstone(row.clinic, key))
