"""Which uploads a piece of work follows from. Their version ids travel with messages and rows into every log line.

A trace says nothing of what is to be done: requests, rows and fingerprints are the same with another trace or without
one. So it is no parameter of the verbs. A handler sets it for a block; what sends or records there reads it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from msgspec import Struct

# The most that a message or an item carries, in ids and in characters. S3's version ids have 32 characters; its user
# guide ("Retaining multiple versions of objects") allows 1,024.
MAX_IDS = 10
_MAX_CHARACTERS = 400
# The attribute of an item, and the field of a message.
TRACE = "trace"
_SINCE = "since"


class Trace(Struct, frozen=True):
    """``ids`` are version ids of uploads. ``since`` is when the oldest of them arrived, in seconds since 1970.

    ``since`` is 0 if that is not known.
    """

    ids: tuple[str, ...] = ()
    since: float = 0.0


NO_TRACE = Trace()
_current: ContextVar[Trace] = ContextVar("trace", default=NO_TRACE)


def get_trace() -> Trace:
    """What the running block follows from."""
    return _current.get()


@contextmanager
def follow(trace: Trace) -> Iterator[Trace]:
    """Within the block, ``trace`` is what the work follows from."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def merge_traces(traces: Iterable[Trace]) -> Trace:
    """One trace for work that follows from all of ``traces``, with every id once and in order."""
    collected = tuple(traces)
    ids = dict.fromkeys(each for trace in collected for each in trace.ids)
    return Trace(tuple(ids), min((trace.since for trace in collected if trace.since), default=0.0))


def trace_fields(trace: Trace) -> dict[str, Any]:
    """The fields of a message that carry ``trace``; none if it is empty."""
    fields: dict[str, Any] = {TRACE: list(_first_ids(trace))} if trace.ids else {}
    return fields | ({_SINCE: round(trace.since, 3)} if trace.since else {})


def read_fields(message: Mapping[str, Any]) -> Trace:
    """The trace in the fields of ``message``. Fields that are absent, or of another form, are no error."""
    ids, since = message.get(TRACE), message.get(_SINCE)
    known = tuple(each for each in ids if isinstance(each, str)) if isinstance(ids, list) else ()
    return Trace(known, float(since) if isinstance(since, int | float) else 0.0)


def trace_attribute(trace: Trace, most: int = MAX_IDS) -> dict[str, Any]:
    """The attribute of an item that carries ``trace``; none if it is empty.

    It has the first ids, ``most`` of them; and ``since`` in whole seconds, rounded down.
    """
    if trace == NO_TRACE:
        return {}
    return {TRACE: {"S": "\n".join((str(int(trace.since)), *_first_ids(trace, most)))}}


def read_attribute(item: Mapping[str, Any]) -> Trace:
    """The trace in the attributes of ``item``. One that is absent, or of another form, is no error."""
    value = item.get(TRACE)
    since, *ids = (value.get("S", "") if isinstance(value, Mapping) else "").split("\n")
    try:
        return Trace(tuple(ids), float(since)) if since else NO_TRACE
    except ValueError:
        return NO_TRACE


def _first_ids(trace: Trace, most: int = MAX_IDS) -> Iterator[str]:
    """The first ids, ``most`` of them, but no more than a message or an item carries."""
    room = _MAX_CHARACTERS
    for each in trace.ids[:most]:
        room -= len(each) + 1
        if room >= 0:
            yield each
