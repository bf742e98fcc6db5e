"""How much each part of the stack can do, from counted calls, the template's knobs, and AWS's limits."""

from collections.abc import Callable
from itertools import pairwise

from msgspec import Struct

from colophon_ops.republish import CALL, MESSAGE, SECOND
from tests.bench.modelled_time import LATENCY_MS
from tests.scale import limits
from tests.scale.counts import Cost, Growth, Sizes
from tests.scale.knobs import Knobs

# The home page is read, rendered and put by one batch at a time: another's put in between is refused, and that batch
# looks again.
HOME_SECONDS = sum(LATENCY_MS[call] for call in ("TransactGetItems", "Query", "Query", "PutObject")) / 1000
# Sent by S3 for nothing, received and deleted ten at a time.
_MESSAGES_OF_A_BATCH = 2


class Counts(Struct, frozen=True):
    """All that was counted: batches of posts in different clinics, and of one clinic, by function."""

    spread: dict[str, list[Cost]]
    one_clinic: dict[str, list[Cost]]
    sizes: Sizes
    growth: Growth
    tags: int


def at_size(costs: list[Cost], posts: int, of: Callable[[Cost], float]) -> float:
    """A figure of a batch of ``posts``, between those that were counted; beyond the largest in proportion to it."""
    if posts >= costs[-1].posts:
        return of(costs[-1]) * posts / costs[-1].posts
    for less, more in pairwise(costs):
        if posts <= more.posts:
            share = (posts - less.posts) / (more.posts - less.posts)
            return of(less) + max(0.0, share) * (of(more) - of(less))
    return of(costs[0])


def seconds(costs: list[Cost], posts: int, memory: int) -> float:
    """How long a run with ``memory`` MB takes for ``posts``, with all runs that follow from it."""
    share = min(memory, limits.MEMORY_OF_ONE_PROCESSOR) / limits.MEMORY_OF_ONE_PROCESSOR
    return at_size(costs, posts, lambda cost: cost.waiting + cost.processor / share) / 1000


def dollars(costs: list[Cost], posts: int, memory: int, *, is_queue: bool = False) -> float:
    """What a batch costs, Lambda and SQS included."""
    calls = at_size(costs, posts, lambda cost: cost.dollars + cost.invocations * CALL)
    messages = _MESSAGES_OF_A_BATCH * MESSAGE if is_queue else 0.0
    return calls + messages + seconds(costs, posts, memory) * memory / 1024 * SECOND


def posts_of_batch(costs: list[Cost], records: int) -> int:
    """How many posts' records fill a batch of the stream."""
    return max(1, int(records / (costs[-1].records / costs[-1].posts)))


def units(function: str, costs: list[Cost], posts: int) -> dict[str, float]:
    """What a batch of ``posts`` takes of each limited resource, by its name in ``rates``."""
    found = {
        "table writes": at_size(costs, posts, lambda cost: sum(cost.writes.values())),
        "table reads": at_size(costs, posts, lambda cost: sum(cost.reads.values())),
        "days of a language": at_size(costs, posts, lambda cost: cost.writes.get("recent", 0.0)),
        "row of the site": at_size(costs, posts, lambda cost: cost.reads.get("site", 0.0)),
        "site bucket, puts": at_size(costs, posts, lambda cost: cost.puts.get("site", 0)),
        "inbox, puts": at_size(costs, posts, lambda cost: cost.puts.get("inbox", 0)),
        "inbox, gets": at_size(costs, posts, lambda cost: cost.gets.get("inbox", 0)),
        "home page": HOME_SECONDS if function == "relist" else 0.0,
    }
    if function == "publish":
        found["inbox, puts"] += posts
    return {name: amount for name, amount in found.items() if amount}


def rates(knobs: Knobs) -> dict[str, float]:
    """Of each resource that all runs share: units a second."""
    return {
        "table writes": knobs.table_writes,
        "table reads": knobs.table_reads,
        "days of a language": limits.PARTITION_WRITES,
        "row of the site": limits.PARTITION_READS,
        "site bucket, puts": limits.PREFIX_PUTS,
        "inbox, puts": limits.PREFIX_PUTS,
        "inbox, gets": limits.PREFIX_GETS,
        "home page": 1.0,
    }


def capacities(counts: Counts, knobs: Knobs) -> dict[str, float]:
    """Posts a second at which each part has nothing left, if all batches are full and everything else keeps up."""
    spread = counts.spread
    listed, reported = (posts_of_batch(spread[name], knobs.stream_batch) for name in ("relist", "report"))
    full = {
        "publish": (spread["publish"], knobs.queue_batch, knobs.publish_memory),
        "relist": (spread["relist"], listed, knobs.relist_memory),
        "report": (spread["report"], reported, knobs.report_memory),
    }
    run_seconds = {name: seconds(*each) / each[1] for name, each in full.items()}
    found = {
        "publish": knobs.lanes / run_seconds["publish"],
        "relist": knobs.shards * knobs.batches / run_seconds["relist"],
        "report": knobs.shards * knobs.report_batches / run_seconds["report"],
        "runs of the account": limits.ACCOUNT_RUNS / sum(run_seconds.values()),
        "runs of a new account": limits.NEW_ACCOUNT_RUNS / sum(run_seconds.values()),
    }
    used = {name: units(name, costs, posts) for name, (costs, posts, _) in full.items()}
    for resource, rate in rates(knobs).items():
        of_post = sum(used[name].get(resource, 0.0) / posts for name, (_, posts, _) in full.items())
        found[resource] = rate / of_post
    entries = counts.one_clinic["publish"][-1]
    found["one clinic"] = limits.PARTITION_WRITES / (entries.writes["entries"] / entries.posts)
    share = min(knobs.image_memory, limits.MEMORY_OF_ONE_PROCESSOR) / limits.MEMORY_OF_ONE_PROCESSOR
    found["images"] = knobs.lanes / ((limits.IMAGE_WAITING + limits.IMAGE_PROCESSOR / share) / 1000)
    found["corrections"] = limits.PATHS_IN_PROGRESS / limits.SECONDS_IN_PROGRESS / counts.tags
    return dict(sorted(found.items(), key=lambda each: each[1]))
