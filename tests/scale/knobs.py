"""What of the stack decides how much it can do, read from template.yaml and infra/alarms.yaml."""

from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from colophon_emulator.template import read_template
from tests.scale.limits import MEMORY_OF_ONE_PROCESSOR, PARTITION_WRITES, TABLE_READS, TABLE_WRITES

ROOT = Path(__file__).parents[2]


class Knobs(Struct, frozen=True):
    """``lanes`` are concurrent runs of publish and of image each; ``batches`` those of relist for each shard.

    Times are seconds, memory is MB, ages are those at which alarms fire after ``late_minutes``. The table begins with
    so many units a second.
    """

    lanes: int
    queue_batch: int
    queue_window: float
    retention: float
    publish_memory: int
    image_memory: int
    relist_memory: int
    report_memory: int
    sweep_memory: int
    batches: int
    report_batches: int
    stream_batch: int
    stream_window: float
    record_age: float
    intake_late: float
    relist_late: float
    late_minutes: int
    table_writes: int
    table_reads: int

    @property
    def shards(self) -> int:
        """Of the stream: one for each partition of the table. That is believed; no page of AWS says so."""
        return self.table_writes // PARTITION_WRITES


def read_knobs() -> Knobs:
    """The defaults of the template."""
    template = read_template(ROOT / "template.yaml")
    resources = template["Resources"]
    alarms = read_template(ROOT / "infra/alarms.yaml")["Resources"]
    publish, relist, report = (_function(resources, name) for name in ("Publish", "Relist", "Report"))
    intake = next(each for each in publish["Events"].values() if "IntakeQueue" in str(each["Properties"]["Queue"]))
    queue, stream = intake["Properties"], relist["Events"]["Changes"]["Properties"]
    warm = resources["IndexTable"]["Properties"].get("WarmThroughput", {})
    return Knobs(
        lanes=_number(template, queue["ScalingConfig"]["MaximumConcurrency"]),
        queue_batch=queue["BatchSize"],
        queue_window=queue["MaximumBatchingWindowInSeconds"],
        retention=resources["IntakeQueue"]["Properties"]["MessageRetentionPeriod"],
        publish_memory=publish["MemorySize"],
        image_memory=_function(resources, "Image")["MemorySize"],
        relist_memory=relist["MemorySize"],
        report_memory=report["MemorySize"],
        sweep_memory=_function(resources, "Sweep")["MemorySize"],
        batches=stream.get("ParallelizationFactor", 1),
        report_batches=report["Events"]["Changes"]["Properties"].get("ParallelizationFactor", 1),
        stream_batch=stream["BatchSize"],
        stream_window=stream["MaximumBatchingWindowInSeconds"],
        record_age=stream["MaximumRecordAgeInSeconds"],
        intake_late=alarms["IntakeLate"]["Properties"]["Threshold"],
        relist_late=alarms["RelistLate"]["Properties"]["Threshold"] / 1000,
        late_minutes=alarms["IntakeLate"]["Properties"]["EvaluationPeriods"],
        table_writes=warm.get("WriteUnitsPerSecond", TABLE_WRITES),
        table_reads=warm.get("ReadUnitsPerSecond", TABLE_READS),
    )


# Batches of relist at a time put the home page as often as there are of them, so not as many as Lambda has; larger ones
# put it less often. A larger table has more shards.
TURNED_LANES, TURNED_BATCHES, TURNED_REPORT_BATCHES, TURNED_RECORDS, TURNED_TABLE = 40, 4, 4, 200, 2


def turn_up(knobs: Knobs) -> Knobs:
    """``knobs`` as far up as it helps: more runs, a larger table, larger batches, a whole processor each."""
    return replace(
        knobs,
        lanes=TURNED_LANES,
        batches=TURNED_BATCHES,
        report_batches=TURNED_REPORT_BATCHES,
        stream_batch=TURNED_RECORDS,
        table_writes=TURNED_TABLE * knobs.table_writes,
        table_reads=TURNED_TABLE * knobs.table_reads,
        publish_memory=MEMORY_OF_ONE_PROCESSOR,
        relist_memory=MEMORY_OF_ONE_PROCESSOR,
        report_memory=MEMORY_OF_ONE_PROCESSOR,
    )


def _function(resources: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = resources[f"{name}Function"]["Properties"]
    return found


def _number(template: dict[str, Any], value: Any) -> int:
    """A number, or the default of the parameter that ``value`` names."""
    return int(template["Parameters"][value["Ref"]]["Default"]) if isinstance(value, dict) else int(value)
