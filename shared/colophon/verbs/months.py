"""The months that posts' pages lead to. A page goes out before listings show it, so its month may not be there yet."""

from colophon.decision.rows import ClinicRow
from colophon.page.finished import finish_awaited
from colophon.page.paths import archive_path, month_path, path_to_key
from colophon.verbs.clients import PublishClients
from colophon.views import PostView, TombstoneView


def ensure_month(
    view: PostView | TombstoneView,
    clinic: ClinicRow,
    noted: set[tuple[str, str]],
    clients: PublishClients,
    *,
    force: bool,
) -> None:
    """See to it that an object is at the month in which listings will show the page of ``view``, before that is put.

    Where none is, a redirect to the clinic's archive is put, which ``relist`` replaces. ``clinic`` is the row that was
    read with the page's token, ``noted`` are clinics and months that the batch has seen to. With ``force`` the row is
    not trusted: the object may be lost. Raises Conflict.
    """
    if not isinstance(view, PostView):
        return
    lang, name, posted = view.page.lang, clinic.clinic, view.edition.front_matter.source.posted
    month = f"{lang}/{posted:%Y-%m}"
    if (name, month) in noted or (month in clinic.months and not force):
        return
    key = path_to_key(month_path(lang, name, posted.year, posted.month))
    # With ``force`` it is there as a rule, and a HEAD costs less than a refused PUT.
    put = clients.site.check_and_put if force else clients.site.put_if_absent
    put(finish_awaited(key, lang, archive_path(lang, name)))
    if month not in clinic.months:
        clients.index.note_month(name, month)
    noted.add((name, month))
