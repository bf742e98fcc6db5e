"""What siblings and listings show of a page, and its identity."""

from collections.abc import Iterator

from colophon.decision.identity import fingerprint
from colophon.decision.redirects import claim_warning, is_site_address
from colophon.decision.rows import EntryRef
from colophon.decision.snapshot import PostSnapshot
from colophon.decision.withdrawals import WithdrawnPage
from colophon.images.mark import contradicts
from colophon.language.words import words_for
from colophon.page.entry import Entry
from colophon.page.paths import page_path
from colophon.problem import Problem
from colophon.views import Facts, PostView, TombstoneView


def facts_of(view: PostView) -> Facts:
    """What siblings show of the page made from ``view``. Nothing in it depends on its siblings."""
    return Facts(view.page.lang, page_path(view.page), view.edition.is_original, view.edition.source_warnings)


def tombstone_id(view: TombstoneView) -> str:
    """The identity of what a tombstone says, without the site's settings."""
    moments = (str(view.at), str(view.until))
    return fingerprint("tombstone", view.kind, view.reason, *moments, view.reference, view.location)


def warnings_for(view: PostView) -> tuple[Problem, ...]:
    """The warnings in the report of a live edition: what readers should get and the post's folder lacks."""
    warnings = [_deleted_image_problem(view, name) for name, image in view.images.items() if image.state == "absent"]
    warnings += [
        _site_address_problem(address) for address in view.edition.front_matter.moved_from if is_site_address(address)
    ]
    warnings += _contradiction_problems(view)
    if view.edition.is_original:
        return tuple(warnings)
    if view.original is None and view.edition.front_matter.source.archive_url is None:
        fix = f"Upload the original into {view.page.post.folder}, or give source.archive_url."
        what = "The archived original is neither in the folder nor named, so the page can't link to it."
        warnings.append(Problem(what, fix, "source.archive_url", severity="warning"))
    if view.original and view.original.source_warnings > view.edition.source_warnings and not _names_warnings(view):
        what = (
            f"The original has {_count_warnings(view.original.source_warnings)} (※), this translation "
            f"{view.edition.source_warnings}. The page says so."
        )
        warnings.append(Problem(what, "Translate every line that begins with ※.", severity="warning"))
    if view.original_changed:
        warnings.append(_original_changed_problem(view))
    return tuple(warnings)


def _original_changed_problem(view: PostView) -> Problem:
    pin = view.original_edition.pin if view.original_edition else ""
    what = (
        f"It was translated from the text {view.edition.original_pin} of the original, which is now "
        f"{pin}. The page says that the original has changed."
    )
    fix = f"Translate what has changed, then write {pin}: colophon pin --renew original does that."
    return Problem(what, fix, "translation.of", severity="warning")


def _names_warnings(view: PostView) -> bool:
    """Whether the comparison says which of the original's warnings are missing."""
    return any(each.kind == "warning" and each.there for each in view.comparison.discrepancies)


def _site_address_problem(address: str) -> Problem:
    what = f"The earlier address {address} is now needed for pages of the site's own, so it does not redirect here."
    return claim_warning(what, f"Nothing can be done about it. Remove {address} from moved_from.")


def _count_warnings(count: int) -> str:
    return f"{count} warning line{'' if count == 1 else 's'}"


def _deleted_image_problem(view: PostView, name: str) -> Problem:
    fix = f"Upload “{name}” into {view.page.post.folder} again, or remove it from the text."
    what = f"The image “{name}” was deleted; readers see that it is not there."
    return Problem(what, fix, f"images.{name}", severity="warning")


def _contradiction_problems(view: PostView) -> Iterator[Problem]:
    """A problem for each image whose file says that it was made in another way than the front matter states."""
    kinds = words_for("en").made_kinds
    for name, words in view.edition.front_matter.images.items():
        image = view.images.get(name)
        if image and words.made and contradicts(words.made, image.mark):
            what = (
                f"The file of “{name}” says: {kinds[image.mark.kind]}. The front matter says: {kinds[words.made]}. "
                "The page says both."
            )
            fix = f"If the file is right, remove images.{name}.made. If not, correct the file, and upload it again."
            yield Problem(what, fix, f"images.{name}.made", severity="warning")


def next_entry_ref(
    known: EntryRef | None, shown: Entry | WithdrawnPage | None, fp: str, snapshot: PostSnapshot
) -> EntryRef | None:
    """The reference to the entry that listings show now: ``shown`` (None: they show none).

    ``fp`` is the fingerprint of the decision. Every entry changes with the clinic's record and with the site's
    settings, but not with the code: that is part of a listing's own identity.
    """
    if shown is None:
        return known and (EntryRef(known.posted, fingerprint("left", fp, known.id)) if known.content_id else known)
    value = fingerprint(shown, snapshot.clinic.fp, snapshot.site.fp)
    if known and known.posted == shown.posted and known.content_id == value:
        return known
    return EntryRef(
        shown.posted,
        fingerprint("listed", fp, value, known.id if known else ""),
        value,
        clinic_withdrawn=isinstance(shown, WithdrawnPage),
    )
