"""Decide about a clinic by its folder: its record, its glossary, and whether the whole clinic is withdrawn."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from colophon.clinic.glossary import Glossary
from colophon.clinic.record import ClinicRecord
from colophon.decision.drawings import clinic_card_paths, possible_card_keys
from colophon.decision.identity import fingerprint
from colophon.decision.rows import ClinicRow, Outcome, OutcomeState, SiteRow, kept_version
from colophon.decision.snapshot import Candidate, Snapshot, find_candidate, refuse_all
from colophon.decision.withdrawals import StandingWithdrawal, withdrawal_at, withdrawal_outcome
from colophon.fidelity.glossary import Term
from colophon.page.paths import path_to_key
from colophon.problem import Problem
from colophon.upload.keys import ClinicFile, ClinicGlossary, ClinicWithdrawal
from colophon.upload.site_page_names import site_page_problem
from colophon.upload.versions import KeyHistory, readable_versions

_MAX_EARLIER_CARDS = 50


class ClinicSnapshot(Snapshot, frozen=True, kw_only=True):
    """A clinic's folder as it was listed at ``now``, and the rows that were read before."""

    row: ClinicRow
    site: SiteRow
    now: datetime


def is_clinic_up_to_date(snapshot: ClinicSnapshot) -> bool:
    """Whether nothing has changed since the clinic's row was recorded.

    A clinic without files in the inbox is not refreshed when the site changes, so it must not depend on the site. Code
    that knows no cards keeps them in the row of a clinic that it withdraws: they have not ended.
    """
    row = snapshot.row
    if row.withdrawal and (row.card_paths or row.earlier_cards):
        return False
    due = row.next_at is not None and snapshot.now >= row.next_at
    keys = (*_clinic_keys(row.clinic), ClinicGlossary(row.clinic).key)
    has_files = any(snapshot.folder.history_of(key).exists for key in keys)
    return not due and row.inputs_id == _inputs_id(snapshot) and (row.site_fp == snapshot.site.fp or not has_files)


def decide_clinic(snapshot: ClinicSnapshot, *, judge_again: bool = False) -> ClinicRow:
    """The row to keep for the clinic, with ``n`` not yet counted up. Raises NeedsVersion.

    The record in use stays in use though this code refuses it, as after a rollback, unless with ``judge_again``: else
    an older record would take its place, or the clinic's pages would be taken down.
    """
    clinic = snapshot.row.clinic
    record_key, withdrawal_key = _clinic_keys(clinic)
    records, kept = snapshot.folder.history_of(record_key), snapshot.row
    candidate = _find_record(records, snapshot, None if judge_again else kept.record)
    glossary = _find_glossary(snapshot, () if judge_again else kept.glossary)
    withdrawal = withdrawal_at(withdrawal_key, snapshot, snapshot.now)
    decided = candidate.version or candidate.deletion
    withdrawal_id = fingerprint(withdrawal.identity) if withdrawal.identity else ""
    row = ClinicRow(
        clinic,
        snapshot.row.n,
        fp=fingerprint(decided.id if decided else "", withdrawal_id, *_glossary_id(glossary)),
        inputs_id=_inputs_id(snapshot),
        record=candidate.value,
        ever_valid=candidate.ever_existed,
        withdrawal=withdrawal.withdrawal,
        withdrawal_id=withdrawal_id,
        withdrawals_ended=withdrawal.times_ended,
        outcomes=(*_outcomes(snapshot, candidate, withdrawal), *_glossary_outcomes(snapshot, glossary)),
        next_at=withdrawal.next_at,
        site_fp=snapshot.site.fp,
        record_version=candidate.version.id if candidate.version and candidate.rejected else "",
        months=snapshot.row.months,
        glossary=glossary.value or (),
        glossary_version=glossary.version.id if glossary.version and glossary.rejected else "",
    )
    return _add_site(row, snapshot)


def _add_site(row: ClinicRow, snapshot: ClinicSnapshot) -> ClinicRow:
    """``row`` with what follows from the site's settings: the languages of its listings, and its cards."""
    settings, known = snapshot.site.settings, snapshot.row
    paths: Mapping[str, str] = {}
    if settings and row.record and is_open(row):
        paths = clinic_card_paths(row.clinic, row.record, settings, row.withdrawals_ended)
    # What is withdrawn has no cards any longer: they end with it.
    earlier = () if row.withdrawal else _earlier_cards(known, paths)
    langs = settings.languages if settings else ()
    return replace(row, langs=langs, card_paths=paths, earlier_cards=earlier)


def ended_card_keys(row: ClinicRow, snapshot: ClinicSnapshot) -> set[str]:
    """The site keys of every card that the clinic may have had, if ``row`` decides that it is withdrawn.

    They are those that its row has, and those that any version of its record may have made: a card is published
    before it is recorded, and the row keeps only the newest of those that it had. Raises NeedsVersion.
    """
    if row.withdrawal is None:
        return set()
    known, site = snapshot.row, snapshot.site
    history = snapshot.folder.history_of(ClinicFile(row.clinic).key)
    versions = [version for version in readable_versions((history,), known.record_version) if not version.deleted]
    contents = [snapshot.content(version) for version in versions]
    records = [content for content in contents if isinstance(content, ClinicRecord)]
    langs = {*known.langs, *site.ever_languages}
    recorded = map(path_to_key, known.card_paths.values())
    return {
        *known.earlier_cards,
        *recorded,
        *possible_card_keys(row.clinic, records, sorted(langs), row.withdrawals_ended),
    }


def _earlier_cards(known: ClinicRow, paths: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of the cards that the clinic has had and that are not at ``paths`` now, the newest last.

    They are at most _MAX_EARLIER_CARDS, as the row must not grow with each new name. ``ended_card_keys`` finds others
    by the versions of the record that made them, as far as a decision may read those (MAX_CONTENTS).
    """
    had = dict.fromkeys((*known.earlier_cards, *map(path_to_key, sorted(known.card_paths.values()))))
    now = set(map(path_to_key, paths.values()))
    return tuple(key for key in had if key not in now)[-_MAX_EARLIER_CARDS:]


def _find_record(records: KeyHistory, snapshot: ClinicSnapshot, in_use: ClinicRecord | None) -> Candidate[ClinicRecord]:
    row = snapshot.row
    problem = site_page_problem("clinic", row.clinic)
    if problem and in_use is None:
        return refuse_all(records, problem)
    kept = kept_version(row.record_version, row.outcomes, ClinicFile(row.clinic).key)
    return find_candidate(records, snapshot, kept=kept, in_use=in_use)


def _find_glossary(snapshot: ClinicSnapshot, terms_in_use: tuple[Term, ...]) -> Candidate[tuple[Term, ...]]:
    """The newest valid glossary. The one of ``terms_in_use`` stays in use though this code refuses it."""
    row, key = snapshot.row, ClinicGlossary(snapshot.row.clinic).key
    kept = kept_version(row.glossary_version, row.outcomes, key)
    in_use = Glossary.model_construct() if terms_in_use else None
    found: Candidate[Glossary] = find_candidate(snapshot.folder.history_of(key), snapshot, kept=kept, in_use=in_use)
    terms = terms_in_use if found.value is in_use else _terms_of(found.value)
    return Candidate(found.version, terms, found.rejected, found.deletion)


def _terms_of(glossary: Glossary | None) -> tuple[Term, ...]:
    return tuple(Term(term.words, term.never) for term in glossary.terms) if glossary else ()


def _glossary_id(candidate: Candidate[tuple[Term, ...]]) -> tuple[str, ...]:
    """What the identity of a clinic has besides: nothing if there never was a glossary."""
    decided = candidate.version or candidate.deletion
    return (decided.id,) if decided else ()


def _glossary_outcomes(snapshot: ClinicSnapshot, candidate: Candidate[tuple[Term, ...]]) -> tuple[Outcome, ...]:
    history = snapshot.folder.history_of(ClinicGlossary(snapshot.row.clinic).key)
    return (_file_outcome(history, candidate, ()),) if history.newest else ()


def is_open(clinic: ClinicRow) -> bool:
    """Whether anything of a clinic may be shown."""
    record = clinic.record
    return bool(record and record.status == "active" and record.permission and not clinic.withdrawal)


def _outcomes(
    snapshot: ClinicSnapshot, candidate: Candidate[ClinicRecord], withdrawal: StandingWithdrawal
) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    records = snapshot.folder.history_of(ClinicFile(snapshot.row.clinic).key)
    if records.newest:
        outcomes.append(_file_outcome(records, candidate, candidate.value.warnings if candidate.value else ()))
    withdrawal_history = snapshot.folder.history_of(withdrawal.key)
    if withdrawal_history.ever_uploaded:
        outcomes.append(withdrawal_outcome(withdrawal, withdrawal_history, covers=records.ever_uploaded))
    return tuple(outcomes)


def _file_outcome(history: KeyHistory, candidate: Candidate[Any], warnings: tuple[Problem, ...]) -> Outcome:
    """The outcome of the newest version of a file that is read by itself."""
    assert history.newest
    problems = candidate.rejected[0][1].problems if candidate.rejected else ()
    state: OutcomeState = "absent" if not history.exists else "refused" if problems else "live"
    return Outcome(history.newest.key, state, "", problems or warnings, history.newest.id)


def _inputs_id(snapshot: ClinicSnapshot) -> str:
    clinic, folder = snapshot.row.clinic, snapshot.folder
    glossary = folder.history_of(ClinicGlossary(clinic).key).identity()
    # A clinic that never had one keeps the identity that earlier code gave it.
    return fingerprint(
        [folder.history_of(key).identity() for key in _clinic_keys(clinic)], *([glossary] if glossary else ())
    )


def _clinic_keys(clinic: str) -> tuple[str, str]:
    return ClinicFile(clinic).key, ClinicWithdrawal(clinic).key
