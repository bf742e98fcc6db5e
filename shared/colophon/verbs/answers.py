"""What an operator learns of an answer once it is recorded: a line in the log, and how long readers waited for it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from colophon.decision.rows import ImageRow, Outcome, OutcomeState, PageRow, WithdrawalRow
from colophon.decision.snapshot import PostSnapshot
from colophon.metrics import Measures, MetricName
from colophon.trace import Trace, get_trace, merge_traces
from colophon.upload.keys import ImageRef
from colophon.upload.versions import KeyHistory

# So long the queues keep a message. What is answered later was repaired, as after a loss of the table: it is no wait.
LONGEST_WAIT = timedelta(days=4)
Row = PageRow | ImageRow | WithdrawalRow


class Answer(Struct, frozen=True):
    """The recorded state of one key's newest version; ``rev`` is that of its page, 0 for a key without one."""

    key: str
    version: str
    state: OutcomeState
    rev: int
    measures: Measures


class RowPair(Struct, frozen=True):
    """A row of a post as it was (None: there was none), and as it is recorded."""

    known: Row | None
    row: Row

    @property
    def has_new_version(self) -> bool:
        """Whether the row answers for another upload than before."""
        return self.known is None or self.known.outcome.version != self.row.outcome.version

    @property
    def is_new(self) -> bool:
        """Whether the outcome says something else than before of the newest version, or says it of another one."""
        return self.known is None or _state_of(self.known.outcome) != _state_of(self.row.outcome)


def outcome_answer(known: Outcome | None, outcome: Outcome) -> Answer:
    """The answer for a key outside the rows of posts: of a clinic, the site, or without room or place."""
    is_new = known is None or _state_of(known) != _state_of(outcome)
    measures: Measures = {"Refused": 1} if is_new and outcome.state == "refused" else {}
    return Answer(outcome.key, outcome.version, outcome.state, 0, measures)


def new_answers(before: Iterable[Outcome], after: Iterable[Outcome]) -> Iterator[Answer]:
    """Answers for the outcomes ``after`` that differ from those ``before``."""
    known = {outcome.key: outcome for outcome in before}
    return (outcome_answer(known.get(each.key), each) for each in after if known.get(each.key) != each)


def row_answers(pairs: Iterable[RowPair], snapshot: PostSnapshot, now: datetime) -> Iterator[Answer]:
    """Answers for rows that are recorded at ``now``, after ``snapshot``."""
    for pair in pairs:
        outcome, rev = pair.row.outcome, pair.row.token.rev if isinstance(pair.row, PageRow) else 0
        longest = LONGEST_WAIT.total_seconds()
        measures = {name: value for name, value in _measures(pair, snapshot, now) if value <= longest}
        yield Answer(outcome.key, outcome.version, outcome.state, rev, measures)


def trace_of_rows(pairs: Iterable[RowPair], snapshot: PostSnapshot) -> Trace:
    """The uploads that recorded rows follow from: their own new versions, then those of the running block.

    A text that is withdrawn was uploaded long ago, and is none of them.
    """
    versions = [pair.row.outcome for pair in pairs if pair.has_new_version and pair.row.outcome.version]
    arrivals = (_arrival(snapshot.folder.history_of(each.key), each.version) for each in versions)
    recent = (moment.timestamp() for moment in arrivals if moment and snapshot.now - moment <= LONGEST_WAIT)
    since = min(recent, default=0.0)
    return merge_traces((Trace(tuple(each.version for each in versions), since), get_trace()))


def _measures(pair: RowPair, snapshot: PostSnapshot, now: datetime) -> Iterator[tuple[MetricName, float]]:
    if pair.is_new and pair.row.outcome.state == "refused":
        yield "Refused", 1
    if not isinstance(pair.row, PageRow):
        return
    known = pair.known if isinstance(pair.known, PageRow) else None
    if pair.is_new and pair.row.outcome.state == "live" and (start := _live_from(known, pair.row, snapshot)):
        yield "SecondsToLive", _seconds(start, now)
    if _is_taken_down(known, pair.row) and (since := _down_from(pair.row, snapshot)):
        yield "SecondsToTakenDown", max(0.0, round(now.timestamp() - since, 3))


def _live_from(known: PageRow | None, row: PageRow, snapshot: PostSnapshot) -> datetime | None:
    """The moment from which nothing but Colophon kept a page from being shown; None if the index does not know it.

    That is its upload; the moment it was scheduled for; or the upload of the last image that it waited for. When
    another file was missing, such as the clinic's record, its upload is in another folder.
    """
    arrival = _arrival(snapshot.folder.history_of(row.outcome.key), row.outcome.version)
    if known is None or known.outcome.version != row.outcome.version or arrival is None:
        return arrival
    if known.outcome.state == "scheduled":
        return max(arrival, known.next_at) if known.next_at else None
    missing = [problem.field for problem in known.outcome.problems if problem.severity == "waiting"]
    if not missing or not all(field.startswith("images.") for field in missing):
        return None
    keys = (ImageRef(snapshot.post, field.removeprefix("images.")).key for field in missing)
    newest = (snapshot.folder.history_of(key).newest for key in keys)
    return max([arrival, *(each.last_modified for each in newest if each and each.last_modified)])


def _is_taken_down(known: PageRow | None, row: PageRow) -> bool:
    before, after = known and known.provenance, row.provenance
    return bool(before and after and before.kind == "page" and (after.is_withdrawn or after.kind == "absent"))


def _down_from(row: PageRow, snapshot: PostSnapshot) -> float:
    """When the withdrawal or the deletion arrived, in seconds since 1970; 0 if that is not known.

    A clinic's withdrawal is in another folder: the request to refresh the page carries the moment.
    """
    keys = row.provenance.withdrawals if row.provenance and row.provenance.withdrawals else (row.outcome.key,)
    newest = (snapshot.folder.history_of(key).newest for key in keys)
    moments = [each.last_modified.timestamp() for each in newest if each and each.last_modified]
    return min(moments, default=get_trace().since)


def _arrival(history: KeyHistory, version: str) -> datetime | None:
    return next((each.last_modified for each in history.versions if each.id == version), None)


def _seconds(start: datetime, now: datetime) -> float:
    """Clocks differ: S3's may be ahead of that of the function."""
    return max(0.0, round((now - start).total_seconds(), 3))


def _state_of(outcome: Outcome) -> tuple[str, str]:
    return outcome.version, outcome.state
