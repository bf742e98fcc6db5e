"""Checks that a handler's answer is true: what it acknowledges is done, and what it names as failed is not.

The handler is called once more for what it acknowledged, in a new process and without faults. This call must change
nothing and send nothing new: otherwise the message is deleted and its effect is lost. What failed is handled once
more in the same way. If that changes nothing either, a success was reported as a failure, which wastes a delivery.
"""

import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from colophon.page.objects import EVERY_LISTING_TAG
from colophon_emulator.event_sources import list_messages
from tests.protocol.harness.cloud import SavedState
from tests.protocol.harness.deliveries import Delivery, ScheduledFunctions, identify
from tests.protocol.harness.deployed_functions import SWEEP, DeployedFunctions
from tests.protocol.harness.function_events import UNREADABLE
from tests.protocol.harness.invariants import Violation
from tests.protocol.harness.transport import Crash

# Queue or distribution, and one thing that a message asks for.
Sent: TypeAlias = frozenset[tuple[str, str]]
# These report each failed record (ReportBatchItemFailures). The other functions fail a whole batch.
ANSWERS_PER_RECORD = ("PublishFunction", "ImageFunction", "ReportFunction")


class Moment(Struct, frozen=True):
    """The state that handlers can change, at one moment."""

    cloud: SavedState
    queues: Mapping[str, tuple[Any, ...]]
    invalidations: tuple[Any, ...]
    stream: tuple[Any, ...]


def save_moment(deployed: DeployedFunctions) -> Moment:
    queues = {name: tuple(map(copy.copy, list_messages(name))) for name in deployed.queue_names()}
    stream = tuple(deployed.cloud.table.stream_shard.items)
    return Moment(deployed.cloud.save(), queues, tuple(deployed.invalidations.accepted), stream)


def restore_moment(deployed: DeployedFunctions, moment: Moment) -> None:
    """Restore the state, except for the positions of the event sources."""
    deployed.cloud.restore(moment.cloud)
    for name, messages in moment.queues.items():
        deployed.replace_messages(name, list(map(copy.copy, messages)))
    deployed.invalidations.accepted[:] = moment.invalidations
    deployed.cloud.table.stream_shard.items = list(moment.stream)


def sent_in(moment: Moment) -> Sent:
    """Each thing that a message asks for, and each item that an invalidation names."""
    in_queues = (
        (name, one) for name, messages in moment.queues.items() for message in messages for one in _parts(message.body)
    )
    return frozenset([*in_queues, *(("distribution", item) for one in moment.invalidations for item in one.items)])


def _parts(body: str) -> Iterator[str]:
    """The things that a message asks for, one by one: the same things may be sent in other groups."""
    try:
        fields = json.loads(body)
    except ValueError:
        fields = {}
    found = next((fields[name] for name in ("rings", "listings", "tags") if name in fields), None)
    yield from [body] if found is None else (json.dumps(one, sort_keys=True) for one in found)


class RecordCounts(Struct, frozen=True):
    """Records that were acknowledged and that failed. ``wasted``: failed records with nothing left to do."""

    acknowledged: int
    failed: int
    wasted: int = 0


def split_records(delivery: Delivery) -> tuple[list[Any], list[Any]]:
    """The records that AWS drops as done, and those that it redelivers: of a stream, all from the first failed one."""
    records = delivery.records
    if delivery.error is not None:
        return [], records
    failed = {one["itemIdentifier"] for one in (delivery.answer or {}).get("batchItemFailures", ())}
    if unknown := failed - {*map(identify, records)}:
        raise Violation(f"{delivery.function} names records that it was not given: {sorted(unknown)}")
    if records and "dynamodb" in records[0]:
        first = next((place for place, one in enumerate(records) if identify(one) in failed), len(records))
        return records[:first], records[first:]
    return [one for one in records if identify(one) not in failed], [one for one in records if identify(one) in failed]


def check_acknowledged(
    deployed: DeployedFunctions, delivery: Delivery, before: Moment, *, counts_waste: bool = False
) -> RecordCounts:
    """Raise Violation if ``delivery`` acknowledged what it had not done. No other handler may have run meanwhile.

    ``before`` is the moment before it. Only with ``counts_waste`` are failed records handled once more.
    """
    check_answer(deployed, delivery)
    after = save_moment(deployed)
    if delivery.function == SWEEP:
        return _check_sweep(deployed, delivery, before, after)
    acknowledged, failed = split_records(delivery)
    if acknowledged and (left := _left_to_do(deployed, delivery.function, acknowledged, after)):
        raise Violation(f"I5: {delivery.function} acknowledged {_names(acknowledged)}, but handled once more {left}")
    again = [[one] for one in failed] if delivery.function in ANSWERS_PER_RECORD else [failed]
    again = again if counts_waste else []
    wasted = [some for some in again if some and not _left_to_do(deployed, delivery.function, some, after)]
    return RecordCounts(len(acknowledged), len(failed), sum(map(len, wasted)))


def check_answer(deployed: DeployedFunctions, delivery: Delivery) -> None:
    """Raise Violation for an answer that is wrong at any moment, also while other handlers run."""
    is_crash = delivery.error is None or isinstance(delivery.error, Crash)
    if delivery.function in ANSWERS_PER_RECORD and not is_crash:
        # An exception counts as an error of the function, which raises an alarm and stops a rollout.
        raise Violation(f"{delivery.function} raised {delivery.error!r} instead of naming what failed")
    acknowledged, _ = split_records(delivery)
    if any(record.get("body") == UNREADABLE for record in acknowledged):
        raise Violation(f"I5: {delivery.function} acknowledged a message that it could not read")
    if delivery.function == "PurgeFunction":
        _check_purged(deployed, acknowledged)


def _check_purged(deployed: DeployedFunctions, acknowledged: Sequence[Any]) -> None:
    """Raise Violation for an acknowledged tag that no accepted invalidation has."""
    purged = {item.removeprefix("#") for one in deployed.invalidations.accepted for item in one.items}
    tags = {tag for one in acknowledged for tag in json.loads(one["body"])["tags"]}
    if missing := sorted(tag for tag in tags if tag not in purged and not _is_covered(tag, purged)):
        raise Violation(f"I3: acknowledged, and not purged: {missing[:3]}, of {len(missing)}")


def _is_covered(tag: str, purged: Iterable[str]) -> bool:
    """The tag of a clinic covers those of its posts, the tag of every listing those of the languages."""
    is_post_covered = tag.startswith("p:") and f"c:{tag[2:].partition('/')[0]}" in purged
    return is_post_covered or (tag.startswith("l:") and EVERY_LISTING_TAG in purged)


def _check_sweep(deployed: DeployedFunctions, delivery: Delivery, before: Moment, after: Moment) -> RecordCounts:
    """Raise Violation if a sweep that succeeded has sent less than a sweep without faults sends."""
    if delivery.error is not None:
        return RecordCounts(0, 1)
    restore_moment(deployed, before)
    ScheduledFunctions(deployed.deployment).invoke(delivery.function, delivery.event)
    wanted = sent_in(save_moment(deployed))
    restore_moment(deployed, after)
    if missing := sorted(wanted - sent_in(after)):
        raise Violation(f"I11: the sweep succeeded, but has not sent {missing}")
    return RecordCounts(1, 0)


def _left_to_do(deployed: DeployedFunctions, function: str, records: Sequence[Any], after: Moment) -> str:
    """What the handler does when it is called for ``records`` once more; empty if it does nothing."""
    functions = ScheduledFunctions(deployed.deployment)
    try:
        answer = functions.invoke(function, {"Records": list(records)})
        again = save_moment(deployed)
    except Exception as failure:
        return f"it fails: {failure}"
    finally:
        restore_moment(deployed, after)
    if failures := (answer or {}).get("batchItemFailures"):
        return f"it fails: {failures}"
    if more := sent_in(again) - sent_in(after):
        return f"it sends {sorted(more)}"
    return describe_change(after, again)


def describe_change(before: Moment, after: Moment) -> str:
    """The first difference in the buckets or the table; empty if there is none."""
    for bucket, keys in after.cloud.buckets.items():
        known = before.cloud.buckets[bucket]
        if changed := [key for key in keys if _newest(keys, key) != _newest(known, key)]:
            return f"it writes {changed} to {bucket}"
    if (old := _rows(before)) != (new := _rows(after)):
        return f"it writes rows: {sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))}"
    return ""


def _newest(keys: Mapping[str, Sequence[Any]], key: str) -> object:
    """An object's newest version, by its ETag: a report is put again with the same content."""
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
