"""Whether what a handler answers is true: what it acknowledges is done, and what it names as failed is not.

A judge calls the handler once more, in a new process and with no fault, for what was acknowledged. That must change
nothing, and send nothing that was not sent: else the message is gone, and its effect never was. What failed is handled
once more in the same way. If that changes nothing either, a success was reported as a failure: that is waste.
"""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from colophon_emulator.event_sources import list_messages
from tests.protocol.harness.cloud import SavedState
from tests.protocol.harness.door_events import UNREADABLE
from tests.protocol.harness.doors import SWEEP, Delivery, Doors, ScheduledFunctions, identify
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.transport import Crash

# Queue or distribution, and one thing that a message asks for.
Sent: TypeAlias = frozenset[tuple[str, str]]
# They answer for each record. The others are given all or nothing.
ANSWERS_PER_RECORD = ("PublishFunction", "ImageFunction", "ReportFunction")


class Moment(Struct, frozen=True):
    """All that handlers can change, at one moment."""

    cloud: SavedState
    queues: Mapping[str, tuple[Any, ...]]
    invalidations: tuple[Any, ...]
    stream: tuple[Any, ...]


def save_moment(doors: Doors) -> Moment:
    queues = {name: tuple(map(copy.copy, list_messages(name))) for name in doors.queue_names()}
    stream = tuple(doors.cloud.table.stream_shard.items)
    return Moment(doors.cloud.save(), queues, tuple(doors.invalidations.accepted), stream)


def restore_moment(doors: Doors, moment: Moment) -> None:
    """Set everything back, except for what the event sources have read."""
    doors.cloud.restore(moment.cloud)
    for name, messages in moment.queues.items():
        doors.replace_messages(name, list(map(copy.copy, messages)))
    doors.invalidations.accepted[:] = moment.invalidations
    doors.cloud.table.stream_shard.items = list(moment.stream)


def sent_in(moment: Moment) -> Sent:
    """Each thing that a message asks for, and each item that an invalidation names."""
    in_queues = (
        (name, one) for name, messages in moment.queues.items() for message in messages for one in _parts(message.body)
    )
    return frozenset([*in_queues, *(("distribution", item) for one in moment.invalidations for item in one.items)])


def _parts(body: str) -> Iterator[str]:
    """What a message asks for, one by one: the same things may be sent in other groups."""
    try:
        fields = json.loads(body)
    except ValueError:
        fields = {}
    found = next((fields[name] for name in ("rings", "listings", "tags") if name in fields), None)
    yield from [body] if found is None else (json.dumps(one, sort_keys=True) for one in found)


class Verdict(Struct, frozen=True):
    """How many records were acknowledged and had failed; ``wasted`` of these there was nothing left to do."""

    acknowledged: int
    failed: int
    wasted: int = 0


def split_records(delivery: Delivery) -> tuple[list[Any], list[Any]]:
    """The records that AWS takes for done, and those that come again. Of a stream: all from the first that failed."""
    records = delivery.records
    if delivery.error is not None:
        return [], records
    failed = {one["itemIdentifier"] for one in (delivery.answer or {}).get("batchItemFailures", ())}
    if unknown := failed - {*map(identify, records)}:
        raise Violation(f"{delivery.function} names what it was not given: {sorted(unknown)}")
    if records and "dynamodb" in records[0]:
        first = next((place for place, one in enumerate(records) if identify(one) in failed), len(records))
        return records[:first], records[first:]
    return [one for one in records if identify(one) not in failed], [one for one in records if identify(one) in failed]


def judge(doors: Doors, delivery: Delivery, before: Moment, *, counts_waste: bool = False) -> Verdict:
    """Raise Violation if ``delivery``, which nothing else ran beside, acknowledged what it had not done.

    ``before`` is the moment before it. Without ``counts_waste``, what failed is not handled once more.
    """
    check_answer(doors, delivery)
    after = save_moment(doors)
    if delivery.function == SWEEP:
        return _judge_sweep(doors, delivery, before, after)
    acknowledged, failed = split_records(delivery)
    if acknowledged and (left := _left_to_do(doors, delivery.function, acknowledged, after)):
        raise Violation(f"I5: {delivery.function} acknowledged {_names(acknowledged)}, and has left to do: {left}")
    again = [[one] for one in failed] if delivery.function in ANSWERS_PER_RECORD else [failed]
    again = again if counts_waste else []
    wasted = [some for some in again if some and not _left_to_do(doors, delivery.function, some, after)]
    return Verdict(len(acknowledged), len(failed), sum(map(len, wasted)))


def check_answer(doors: Doors, delivery: Delivery) -> None:
    """Raise Violation for what is wrong with an answer at any moment, whatever else runs."""
    is_crash = delivery.error is None or isinstance(delivery.error, Crash)
    if delivery.function in ANSWERS_PER_RECORD and not is_crash:
        # It counts as an error of the function, which alarms an operator and stops a rollout.
        raise Violation(f"{delivery.function} raised {delivery.error!r} instead of naming what failed")
    acknowledged, _ = split_records(delivery)
    if any(record.get("body") == UNREADABLE for record in acknowledged):
        raise Violation(f"I5: {delivery.function} acknowledged a message that it could not read")
    if delivery.function == "PurgeFunction":
        _check_purged(doors, acknowledged)


def _check_purged(doors: Doors, acknowledged: Sequence[Any]) -> None:
    """Raise Violation for a message of the purge queue whose tags no accepted invalidation has."""
    purged = {item.removeprefix("#") for one in doors.invalidations.accepted for item in one.items}
    tags = {tag for one in acknowledged for tag in json.loads(one["body"])["tags"]}
    if missing := sorted(tag for tag in tags if tag not in purged and not _is_covered(tag, purged)):
        raise Violation(f"I3: acknowledged, and not purged: {missing[:3]}, of {len(missing)}")


def _is_covered(tag: str, purged: Iterable[str]) -> bool:
    """The tag of a whole clinic covers those of its posts."""
    return tag.startswith("p:") and f"c:{tag[2:].partition('/')[0]}" in purged


def _judge_sweep(doors: Doors, delivery: Delivery, before: Moment, after: Moment) -> Verdict:
    """A sweep that ended well has sent what a sweep with no fault sends."""
    if delivery.error is not None:
        return Verdict(0, 1)
    restore_moment(doors, before)
    ScheduledFunctions(doors.deployment).invoke(delivery.function, delivery.event)
    wanted = sent_in(save_moment(doors))
    restore_moment(doors, after)
    if missing := sorted(wanted - sent_in(after)):
        raise Violation(f"I11: the sweep ended well, and has not sent {missing}")
    return Verdict(1, 0)


def _left_to_do(doors: Doors, function: str, records: Sequence[Any], after: Moment) -> str:
    """What the handler does when it is called for ``records`` again; empty if that is nothing."""
    functions = ScheduledFunctions(doors.deployment)
    try:
        answer = functions.invoke(function, {"Records": list(records)})
        again = save_moment(doors)
    except Exception as failure:
        return f"it fails: {failure}"
    finally:
        restore_moment(doors, after)
    if failures := (answer or {}).get("batchItemFailures"):
        return f"it fails: {failures}"
    if more := sent_in(again) - sent_in(after):
        return f"it sends {sorted(more)}"
    return describe_change(after, again)


def describe_change(before: Moment, after: Moment) -> str:
    """The first thing that differs in the buckets or the table; empty if nothing does."""
    for bucket, keys in after.cloud.buckets.items():
        known = before.cloud.buckets[bucket]
        if changed := [key for key in keys if _newest(keys, key) != _newest(known, key)]:
            return f"it writes {changed} to {bucket}"
    if (old := _rows(before)) != (new := _rows(after)):
        return f"it writes rows: {sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))}"
    return ""


def _newest(keys: Mapping[str, Sequence[Any]], key: str) -> object:
    """What an object's newest version is; a report is put again with the same words."""
    newest = keys[key][-1] if keys.get(key) else None
    return getattr(newest, "etag", newest)


def _rows(moment: Moment) -> dict[tuple[str, str], Any]:
    items = (item for by_sort in moment.cloud.items.values() for item in by_sort.values())
    found = (item.to_json()["Attributes"] for item in items)
    return {(one["pk"]["S"], one["sk"]["S"]): one for one in found}


def _names(records: Sequence[Any]) -> str:
    return "; ".join(
        str(one["body"])[:200] if "body" in one else str(one["dynamodb"]["Keys"]["pk"]["S"]) for one in records
    )
