"""Which version of a page's text counts, and what a newer one waits for."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta, timezone

from colophon.clinic.record import belongs
from colophon.decision.rows import ClinicRow, SiteRow, State
from colophon.decision.snapshot import Bad, Found, Look, Passed, Wanted, has_shelf, search
from colophon.edition.model import Edition
from colophon.problem import Problem
from colophon.upload.keys import ImageRef, PageRef
from colophon.upload.versions import Version

# A date has come when it has begun anywhere: UTC+14 is the earliest zone there is.
_FIRST_ZONE = timezone(timedelta(hours=14))


def images_lacking(edition: Edition, look: Look) -> tuple[Problem, ...]:
    """A problem for each image of ``edition`` that has never come. One withdrawn or deleted has come."""
    problems: list[Problem] = []
    for name in dict.fromkeys(figure.name for figure in edition.figures):
        part = look.row.images.get(name)
        if part is None or not part.came:
            problems.append(_image_problem(look, name))
    return tuple(problems)


def due_at(edition: Edition) -> datetime:
    """The moment from which ``edition`` may be shown."""
    posted = datetime.combine(edition.front.source.posted, time(), _FIRST_ZONE)
    translated = edition.front.translation.at if edition.front.translation else posted
    return max(posted, translated, edition.front.publish_at or posted).astimezone(UTC)


def not_due(edition: Edition, now: datetime) -> tuple[Problem, ...]:
    """Why ``edition`` must not be shown yet, if so."""
    if now >= due_at(edition):
        return ()
    publish_at = edition.front.publish_at
    if publish_at and publish_at > now:
        fix = "Nothing to do. To publish sooner, upload it with an earlier publish_at or without one."
        # With its own offset, as its uploader wrote it.
        return (_waiting(f"It is scheduled: publish_at is {publish_at.isoformat()}.", fix, "publish_at"),)
    translation = edition.front.translation
    if translation and translation.at > now:
        what = f"translation.at, {translation.at.isoformat()}, is still to come."
        return (_waiting(what, "Correct it to the moment of the translation.", "translation.at"),)
    what = f"The original's date, {edition.front.source.posted}, is still to come."
    return (_waiting(what, "Check source.posted; if it is right, the page appears on that date.", "source.posted"),)


def replaced_too_soon(edition: Edition, newer: Version) -> tuple[Problem, ...]:
    """Why ``edition`` never shows: before its time had come, ``newer`` took its place, a later time perhaps its own."""
    if newer.since is None or due_at(edition) <= newer.since:
        return ()
    return (_waiting("A newer version took its place before its time.", "Nothing to do."),)


def site_lacks(edition: Edition, site: SiteRow) -> tuple[Problem, ...]:
    """What the site's settings lack for ``edition`` to be shown."""
    if site.settings is None:
        return (_waiting("There is no valid site.yaml.", "Upload site.yaml; every post waits for it."),)
    settings = site.settings
    if edition.lang not in settings.languages:
        what = f"site.yaml does not list the language “{edition.lang}”."
        return (_waiting(what, f"Add “{edition.lang}” to languages in site.yaml, or delete this file."),)
    if edition.is_original and edition.lang != settings.original_language:
        what = f"It has no translation record, but originals here are in “{settings.original_language}”."
        return (_waiting(what, "Add translation.at and translation.system.", "translation"),)
    if not edition.is_original and edition.lang == settings.original_language:
        what = f"“{edition.lang}” is the language of originals (site.yaml), but the file has a translation record."
        return (
            _waiting(
                what, "Remove translation, or name the file by the language it was translated into.", "translation"
            ),
        )
    return ()


def clinic_lacks(edition: Edition, clinic: ClinicRow) -> tuple[Problem, ...]:
    """What the clinic's record lacks for ``edition`` to be shown."""
    where = f"clinics/{clinic.clinic}/clinic.yaml"
    record = clinic.record
    if record is None:
        return (_waiting(f"There is no valid {where}.", f"Upload {where}; the clinic's posts wait for it."),)
    problems: list[Problem] = []
    if record.status == "suspended":
        fix = "Nothing to do here: whoever keeps the clinic's record decides when it is active again."
        problems.append(_waiting(f"{where} says that the clinic is suspended.", fix))
    if record.permission is None:
        fix = f"Add permission (reference, granted) to {where} once the clinic has given it."
        problems.append(_waiting(f"{where} has no permission to publish translations.", fix))
    source = edition.front.source
    channel = record.channels.get(source.channel)
    if channel is None:
        known = ", ".join(sorted(record.channels)) or "none"
        what = f"{where} lists no channel “{source.channel}” (it lists: {known})."
        problems.append(_waiting(what, "Correct source.channel, or add the channel to the record.", "source.channel"))
    elif not belongs(channel, source.url):
        what = f"{source.url} does not belong to the channel “{source.channel}” ({channel.url})."
        problems.append(_waiting(what, "Correct source.url or source.channel.", "source.url"))
    return tuple(problems)


def shelf_lacks(page: PageRef, look: Look) -> tuple[Problem, ...]:
    """A page links to its clinic's archive, profile and feeds: they stand before it does."""
    if has_shelf(page, look):
        return ()
    what = f"The clinic's archive in “{page.lang}” is being made ready."
    return (_waiting(what, "Nothing to do: it takes a few seconds."),)


def _image_problem(look: Look, name: str) -> Problem:
    part = look.row.images.get(name)
    field = f"images.{name}"
    if part is not None and part.outcome.state == "refused":
        told = part.outcome.problems[0] if part.outcome.problems else Problem("see its own report.", "")
        fix = f"Upload a sound “{name}” into the folder. {told.fix}".rstrip()
        return _waiting(f"The image “{name}” was refused: {told.what}", fix, field)
    if look.folder.history(ImageRef(look.post, name).key).ever:
        return _waiting(f"The image “{name}” is being made ready.", "Nothing to do: it takes a few seconds.", field)
    fix = f"Upload “{name}” into {look.post.folder}, or take it out of the text."
    return _waiting(f"The image “{name}” has not come.", fix, field)


def _waiting(what: str, fix: str, field: str = "") -> Problem:
    return Problem(what, fix, field, severity="waiting")


def next_after(now: datetime, moments: Iterable[datetime | None]) -> datetime | None:
    """The first of ``moments`` that is still to come."""
    return min((moment for moment in moments if moment and moment > now), default=None)


def counting_text(page: PageRef, look: Look) -> Found[Edition] | Wanted:
    """The newest valid version that is complete and due, or the version to read before that can be said."""

    def objection(edition: Edition, newer: Sequence[Passed]) -> Bad | None:
        problems = (*images_lacking(edition, look), *not_due(edition, look.now))
        replaced = [version for version, _ in newer if isinstance(look.verdicts.get(version.id), Edition)]
        if not problems and replaced:
            problems = replaced_too_soon(edition, replaced[-1])
        return Bad(problems) if problems else None

    return search(look.folder.history(page.key), look.verdicts, objection)


def passed_problems(look: Look, found: Found[Edition]) -> tuple[Problem, ...]:
    """All that keeps the newest version from being shown, when another counts: told in one go."""
    if not found.passed:
        return ()
    version, bad = found.passed[0]
    edition = look.verdicts.get(version.id)
    if not isinstance(edition, Edition):
        return bad.problems
    return (*bad.problems, *site_lacks(edition, look.site), *clinic_lacks(edition, look.clinic))


def passed_state(found: Found[Edition], otherwise: State, problems: tuple[Problem, ...]) -> State:
    """The state of the newest version, when that is not the one that counts."""
    if not problems:
        return otherwise
    if any(problem.severity == "error" for problem in problems):
        return "refused"
    return (
        "waiting"
        if any(problem.field != "publish_at" and problem.field != "source.posted" for problem in problems)
        else "scheduled"
    )
