"""Which version of a page's text counts, and what is said of a newer one that does not."""

from collections.abc import Sequence

from colophon.decision.look import Look
from colophon.decision.outcome import State
from colophon.decision.reading import Bad, Found, Passed, Wanted, search
from colophon.decision.waiting import clinic_lacks, images_lacking, not_due, replaced_too_soon, site_lacks
from colophon.edition.model import Edition
from colophon.problem import Problem
from colophon.upload.keys import PageRef


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
