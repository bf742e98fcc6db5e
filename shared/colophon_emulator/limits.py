"""How much of a stack runs at the same time."""

from msgspec import Struct


class Limits(Struct, frozen=True):
    """What Lambda and DynamoDB decide, and no template can: how many batches run at once, and in which order.

    ``at_once`` is the number of batches that the dispatcher keeps running, as far as the mappings allow;
    ``concurrent_executions`` is the account's quota: what would run above it is throttled. ``shards`` is the number of
    shards of each stream; a new table billed on demand has about four (DynamoDB developer guide, "Initial throughput").
    ``seed`` decides which batch is started next, and which running one makes its next call.
    """

    at_once: int = 2
    concurrent_executions: int = 1000
    shards: int = 4
    seed: int = 0


DEFAULT_LIMITS = Limits()
