"""Which version of a page's text is shown, and what a newer one waits for."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta, timezone

from colophon.clinic.record import owns_url
from colophon.decision.room import is_crowded, too_many_files_problem
from colophon.decision.rows import ClinicRow, OutcomeState, SiteRow
from colophon.decision.snapshot import (
    Candidate,
    Invalid,
    PostSnapshot,
    Rejected,
    Snapshot,
    find_candidate,
    has_listings,
    kept_page_version,
    near_image_name,
    published_version,
    refuse_all,
)
from colophon.edition.model import Edition
from colophon.language.served import find_served_language, served_languages
from colophon.language.tags import find_served_advice, nearest_language
from colophon.problem import Problem
from colophon.upload.fields import display_value
from colophon.upload.keys import ImageRef, PageRef
from colophon.upload.site_page_names import site_page_problem
from colophon.upload.versions import KeyHistory, Version

# A day begins first in UTC+14.
_EARLIEST_ZONE = timezone(timedelta(hours=14))


def missing_image_problems(edition: Edition, snapshot: PostSnapshot) -> tuple[Problem, ...]:
    """A problem for each image of ``edition`` that was never available. A withdrawn or deleted image once was."""
    problems: list[Problem] = []
    for name in dict.fromkeys(figure.name for figure in edition.figures):
        row = snapshot.row.images.get(name)
        if row is None or not row.ever_available:
            problems.append(_missing_image_problem(snapshot, name, edition.image_lines.get(name)))
    return tuple(problems)


def due_at(edition: Edition) -> datetime:
    """The moment from which ``edition`` may be shown, in UTC."""
    front = edition.front_matter
    posted = datetime.combine(front.source.posted, time(), _EARLIEST_ZONE)
    others = (front.translation.at if front.translation else None, front.publish_at)
    return max((posted, *(moment for moment in others if moment))).astimezone(UTC)


def not_due_problems(edition: Edition, now: datetime) -> tuple[Problem, ...]:
    """Why ``edition`` must not be shown yet."""
    if now >= due_at(edition):
        return ()
    publish_at = edition.front_matter.publish_at
    if publish_at and publish_at > now:
        fix = "Nothing to do. To publish sooner, upload it with an earlier publish_at or without one."
        # With its own offset, as its uploader wrote it.
        return (_waiting_problem(f"It is scheduled: publish_at is {publish_at.isoformat()}.", fix, "publish_at"),)
    translation = edition.front_matter.translation
    if translation and translation.at > now:
        what = f"translation.at, {translation.at.isoformat()}, is in the future."
        return (_waiting_problem(what, "Correct it to the moment of the translation.", "translation.at"),)
    what = f"The original's date, {edition.front_matter.source.posted}, is in the future."
    return (
        _waiting_problem(what, "Check source.posted; if it is right, the page appears on that date.", "source.posted"),
    )


def replaced_too_soon_problems(edition: Edition, newer: Version) -> tuple[Problem, ...]:
    """Why ``edition`` is never shown: ``newer`` replaced it before it was due."""
    if newer.last_modified is None or due_at(edition) <= newer.last_modified:
        return ()
    return (_waiting_problem("A newer version replaced this one before it was due.", "Nothing to do."),)


def find_never_shown(history: KeyHistory, snapshot: Snapshot) -> tuple[Version, ...]:
    """The versions of a text that another text or a deletion replaced before they were due. Raises NeedsVersion.

    A copy of them that is dated later could be shown although they never were.
    """
    found: list[Version] = []
    current: Version | None = None
    replaced_by: Version | None = None
    for version in history.versions:
        if version.deleted:
            current, replaced_by = None, version
            continue
        content = snapshot.content(version)
        if not isinstance(content, Edition):
            continue
        # The same text again replaces nothing: it is as old as its oldest version.
        if current and current.content_id != version.content_id:
            replaced_by = current
        current = version
        replaced_at = replaced_by.last_modified if replaced_by else None
        if replaced_at and due_at(content) > replaced_at:
            found.append(version)
    return tuple(found)


def site_problems(edition: Edition, site: SiteRow) -> tuple[Problem, ...]:
    """What the site's settings lack for ``edition`` to be shown; an error if its language is none of the site's."""
    if site.settings is None:
        return (_waiting_problem("There is no valid site.yaml.", "Upload site.yaml; every post waits for it."),)
    settings = site.settings
    if edition.lang not in settings.languages:
        return (_language_problem(edition.lang, settings.languages),)
    if edition.is_original and edition.lang != settings.original_language:
        what = f"It has no translation record, but originals here are in “{settings.original_language}”."
        return (_waiting_problem(what, "Add translation.at and translation.system.", "translation"),)
    if not edition.is_original and edition.lang == settings.original_language:
        what = f"“{edition.lang}” is the language of originals (site.yaml), but the file has a translation record."
        return (
            _waiting_problem(
                what, "Remove translation, or name the file by the language it was translated into.", "translation"
            ),
        )
    return ()


def _language_problem(lang: str, languages: Sequence[str]) -> Problem:
    """The problem of an edition in ``lang``, which is none of the site's ``languages``."""
    what = f"site.yaml does not list the language “{lang}”; it lists {', '.join(languages)}."
    if nearest := nearest_language(lang, languages):
        return Problem(what, f"Name the file {nearest}.md.")
    if find_served_language(lang):
        return Problem(what, f"Add “{lang}” to languages in site.yaml, or delete this file.")
    if served := find_served_advice(lang):
        return Problem(what, f"Name the file {served}.md, and add “{served}” to languages in site.yaml.")
    fix = f"Delete this file: the site can have pages in {', '.join(served_languages())} and their regions only."
    return Problem(what, fix)


def state_of_lacks(problems: Sequence[Problem]) -> OutcomeState:
    """The state of an edition that ``problems`` of the site or the clinic keep from being shown."""
    return "refused" if any(problem.severity == "error" for problem in problems) else "waiting"


def clinic_problems(edition: Edition, clinic: ClinicRow) -> tuple[Problem, ...]:
    """What the clinic's record lacks for ``edition`` to be shown."""
    where = f"clinics/{clinic.clinic}/clinic.yaml"
    record = clinic.record
    if record is None:
        return (_waiting_problem(f"There is no valid {where}.", f"Upload {where}; the clinic's posts wait for it."),)
    problems: list[Problem] = []
    if record.status == "suspended":
        fix = "Nothing to do here. The post is shown once the record says that the clinic is active."
        problems.append(_waiting_problem(f"{where} says that the clinic is suspended.", fix))
    if record.permission is None:
        fix = f"Add permission (reference, granted) to {where} once the clinic has given it."
        problems.append(_waiting_problem(f"{where} has no permission to publish translations.", fix))
    source = edition.front_matter.source
    channel = record.channels.get(source.channel)
    if channel is None:
        known = ", ".join(sorted(record.channels)) or "none"
        what = f"{where} lists no channel “{source.channel}” (it lists: {known})."
        problems.append(
            _waiting_problem(what, "Correct source.channel, or add the channel to the record.", "source.channel")
        )
    elif not owns_url(channel, source.url):
        what = f"{source.url} does not belong to the channel “{source.channel}” ({channel.url})."
        problems.append(_waiting_problem(what, "Correct source.url or source.channel.", "source.url"))
    return tuple(problems)


def listings_problems(page: PageRef, snapshot: PostSnapshot) -> tuple[Problem, ...]:
    """A page links to its clinic's archive, profile and feeds, so they must exist before it."""
    if has_listings(page, snapshot):
        return ()
    what = f"The clinic's archive in “{page.lang}” is being built."
    return (_waiting_problem(what, "Nothing to do: it takes a few seconds."),)


def _missing_image_problem(snapshot: PostSnapshot, name: str, line: int | None) -> Problem:
    row = snapshot.row.images.get(name)
    field, image_key = f"images.{name}", ImageRef(snapshot.post, name).key
    if row is not None and row.outcome.state == "refused":
        problem = row.outcome.problems[0] if row.outcome.problems else Problem("see its own report.", "")
        fix = f"Upload a valid “{name}” into the folder. {problem.fix}".rstrip()
        return _waiting_problem(f"The image “{name}” was refused: {problem.what}", fix, field, line)
    if row is None and is_crowded(snapshot.folder) and snapshot.folder.history_of(image_key).exists:
        problem = too_many_files_problem(snapshot.post)
        return _waiting_problem(f"The image “{name}” waits: {problem.what}", problem.fix, field, line)
    if snapshot.folder.history_of(image_key).ever_uploaded:
        what = f"The image “{name}” is being processed."
        return _waiting_problem(what, "Nothing to do: it takes a few seconds.", field, line)
    if near := near_image_name(snapshot, name):
        what = f"The image “{display_value(name)}” has not been uploaded yet, but “{display_value(near)}” has."
        fix = "Write its name in the text exactly as the file's, or upload the image under the name in the text."
        return _waiting_problem(what, fix, field, line)
    fix = f"Upload “{name}” into {snapshot.post.folder}, or remove it from the text."
    return _waiting_problem(f"The image “{name}” has not been uploaded yet.", fix, field, line)


def _waiting_problem(what: str, fix: str, field: str = "", line: int | None = None) -> Problem:
    return Problem(what, fix, field, line, severity="waiting")


def first_after(now: datetime, moments: Iterable[datetime | None]) -> datetime | None:
    """The first of ``moments`` after ``now``."""
    return min((moment for moment in moments if moment and moment > now), default=None)


def _too_early_problems(edition: Edition, newer: Sequence[Rejected], snapshot: PostSnapshot) -> tuple[Problem, ...]:
    """Why ``edition`` must not be shown yet, or never: one of the ``newer`` versions replaced it before it was due."""
    if problems := not_due_problems(edition, snapshot.now):
        return problems
    replaced_by = [version for version, _ in newer if isinstance(snapshot.content(version), Edition)]
    return replaced_too_soon_problems(edition, replaced_by[-1]) if replaced_by else ()


def find_shown_edition(page: PageRef, snapshot: PostSnapshot) -> Candidate[Edition]:
    """The newest valid version that is complete and due. Raises NeedsVersion.

    A version that readers see was due by the clock of the function that published it, however slow the clock is that
    ``snapshot`` was taken by: an older version must not come back.
    """
    history, kept = snapshot.folder.history_of(page.key), kept_page_version(page, snapshot)
    published = published_version(page, snapshot)

    def objection(version: Version, edition: Edition, newer: Sequence[Rejected]) -> Invalid | None:
        problems = missing_image_problems(edition, snapshot)
        if version.id != published:
            problems = (*problems, *_too_early_problems(edition, newer, snapshot))
        return Invalid(problems) if problems else None

    if problem := site_page_problem("post", page.post.post):
        return refuse_all(history, problem, kept)
    return find_candidate(history, snapshot, objection, kept=kept)


def editions_in(candidate: Candidate[Edition], snapshot: PostSnapshot) -> tuple[Edition, ...]:
    """The valid editions among the versions that the search for ``candidate`` read, newest first.

    Other versions may have been read, for another decision or by an earlier attempt: they must make no difference.
    """
    rejected = (snapshot.content(version) for version, _ in candidate.rejected)
    shown = (candidate.value,) if candidate.value else ()
    return (*(content for content in rejected if isinstance(content, Edition)), *shown)


def rejected_problems(snapshot: PostSnapshot, candidate: Candidate[Edition]) -> tuple[Problem, ...]:
    """Everything that keeps the newest version from being shown, if another version is shown."""
    if not candidate.rejected:
        return ()
    version, bad = candidate.rejected[0]
    edition = snapshot.content(version)
    if not isinstance(edition, Edition):
        return bad.problems
    return (*bad.problems, *site_problems(edition, snapshot.site), *clinic_problems(edition, snapshot.clinic))


def rejected_state(
    candidate: Candidate[Edition], otherwise: OutcomeState, problems: tuple[Problem, ...]
) -> OutcomeState:
    """The state of the newest version: ``otherwise``, unless ``problems`` keep it from being shown."""
    if not problems:
        return otherwise
    if any(problem.severity == "error" for problem in problems):
        return "refused"
    return (
        "waiting"
        if any(problem.field != "publish_at" and problem.field != "source.posted" for problem in problems)
        else "scheduled"
    )
