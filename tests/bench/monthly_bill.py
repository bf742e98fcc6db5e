"""What a stack costs in a month at list price: a table of infra/README.md.

Computed from list prices of us-east-1, from what the templates say, from calls that the functions make in emulated AWS,
and from the assumptions of ``Month``. Sources of the prices: aws.amazon.com/s3/pricing, /dynamodb/pricing/on-demand,
/sqs/pricing, /lambda/pricing, /cloudwatch/pricing, /cloudfront/pricing, /eventbridge/pricing.
"""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args

from msgspec import Struct

from colophon.metrics import MetricName
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.listing_index import ListingIndex
from colophon.stores.queues import MessageQueue
from colophon.stores.sizes import item_size
from colophon.verbs.sweep import SweepClients, SweepQueues, sweep
from colophon_emulator.template import read_template
from colophon_ops.republish import CALL, GET, MESSAGE, PUT, READ, SECOND
from tests.bench.one_site import DiscardingPurgeQueue, Functions, InMemoryQueue, build_site, functions_of_template
from tests.bench.price import Bill, bill_calls, measure_basket
from tests.protocol.harness.cloud import INBOX, TABLE, Cloud, emulated_cloud

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden/site"
MINUTES, DAYS, GB, MILLION = 30 * 24 * 60, 30, 2**30, 1_000_000

# Dollars for a month: a gigabyte in S3, in DynamoDB and in its backups; a custom metric, a metric that an alarm
# watches, a dashboard.
S3_GB, TABLE_GB, BACKUP_GB = 0.023, 0.25, 0.20
METRIC, ALARM, DASHBOARD = 0.30, 0.10, 3.00
# Dollars for a gigabyte of logs; for a run of EventBridge Scheduler; for a gigabyte, a request and a run of a function
# at CloudFront. Its prices are those of Korea, where a gigabyte is dearest (0.085 in America and Europe).
LOG_GB, SCHEDULE, EDGE_GB, EDGE_REQUEST, EDGE_RUN = 0.50, 1e-6, 0.120, 1.2e-6, 1e-7
# Always free, in each account and month: metrics, alarms' metrics and dashboards; gigabytes of logs; CloudFront's
# terabyte, requests and runs; messages; Lambda's runs and gigabyte-seconds; DynamoDB's gigabytes; the scheduler's runs.
FREE_METRICS, FREE_ALARMS, FREE_DASHBOARDS, FREE_LOG_GB = 10, 10, 3, 5
FREE_EDGE_GB, FREE_EDGE_REQUESTS, FREE_EDGE_RUNS = 1024, 10 * MILLION, 2 * MILLION
FREE_MESSAGES, FREE_RUNS, FREE_SECONDS, FREE_TABLE_GB, FREE_SCHEDULES = MILLION, MILLION, 400_000, 25, 14 * MILLION
# Lambda asks an idle queue by five connections, and each question waits for twenty seconds (Lambda developer guide,
# "Using Lambda with Amazon SQS"; the queues' ReceiveMessageWaitTimeSeconds).
CONNECTIONS = 5
# A run writes about this much: Lambda's own three lines and one of Colophon's.
LOG_BYTES_A_RUN = 1500
# Edge functions for each request: one tidies the address, one sets the status.
EDGE_FUNCTIONS = 2
# Posts of the site to begin with, and those that are uploaded to it.
_SITE, _UPLOADED = 60, 20


class Month(Struct, frozen=True):
    """What is there and what happens in a month. Each post is one original, one translation and one photo."""

    posts: int
    readers: int
    share_of_new_posts: float = 0.05
    pages_a_reader: int = 3
    photo_bytes: int = 3_000_000
    copies_bytes: int = 500_000
    shown_photo_bytes: int = 100_000

    @property
    def new_posts(self) -> int:
        return round(self.posts * self.share_of_new_posts)


MONTHS = (Month(1_000, 100_000), Month(100_000, 100_000), Month(100_000, 1_000_000))


class Line(Struct, frozen=True):
    """Dollars by list price, and how much of them is always free."""

    name: str
    dollars: float
    free: float = 0.0


class Counted(Struct, frozen=True):
    """What was counted in emulated AWS: the second basket's figures, dollars, gigabyte-seconds and bytes."""

    basket: dict[str, float]
    idle_minute: float
    idle_seconds: float
    table_bytes: float


def count() -> Counted:
    """Publish twenty posts and run an idle minute's sweep in emulated AWS."""
    with emulated_cloud() as account:
        functions = build_site(account, _SITE)
        before = _bytes_of_table(account)
        figures = measure_basket(account, functions, _SITE, "second_basket")
        bytes_a_post = (_bytes_of_table(account) - before) / _UPLOADED
        bill = _idle_minute(account, functions)
    memory = functions_of_template()["SweepFunction"]["MemorySize"]
    seconds = bill.times["sweep"].seconds(memory) * memory / 1024
    return Counted(figures, sum(bill.dollars.values()), seconds, bytes_a_post)


def _bytes_of_table(account: Cloud) -> int:
    return sum(map(item_size, account.items().values()))


def _idle_minute(account: Cloud, functions: Functions) -> Bill:
    """The third minute after a scan: it reads nothing of the inbox but its root."""
    now = datetime.now(UTC)
    queue = cast(MessageQueue, _Discarding())
    queues = SweepQueues(queue, queue, DiscardingPurgeQueue())
    index, listings = Index(account.dynamodb, TABLE), ListingIndex(account.dynamodb, TABLE)
    functions.running = "sweep"
    for minute in range(3):
        moment = now + timedelta(minutes=minute)
        with bill_calls(account, functions) as bill:
            sweep(SweepClients(Inbox(account.s3, INBOX), index, listings, queues, lambda at=moment: at, print), 70.0)
    return bill


class _Discarding(InMemoryQueue):
    def send(self, bodies: Any, delay: int = 0) -> None:
        """Nothing to send to."""


def bill_of(month: Month, counted: Counted) -> list[Line]:
    """The lines of the bill, without a total."""
    return [
        Line("uploads that are new, published", month.new_posts * (counted.basket[""] / MILLION + 3 * PUT)),
        _storage(month, counted),
        *_upkeep(month, counted),
        _signals(),
        *_readers(month),
    ]


def _storage(month: Month, counted: Counted) -> Line:
    table = month.posts * counted.table_bytes / GB
    files = month.posts * (month.photo_bytes + month.copies_bytes) / GB
    return Line(
        "storage: uploads, site, index and its backups",
        files * S3_GB + table * (TABLE_GB + BACKUP_GB),
        min(table, FREE_TABLE_GB) * TABLE_GB,
    )


def _upkeep(month: Month, counted: Counted) -> Iterator[Line]:
    runs = MINUTES * (CALL + SCHEDULE) + MINUTES * counted.idle_seconds * SECOND
    yield Line("`sweep`, each minute", MINUTES * counted.idle_minute + runs, runs)
    # A scan lists three versions of each post, reads its row, and its two entries in two listings.
    yield Line("the daily scan", DAYS * month.posts * (3 * PUT / 1000 + 2 * READ))
    questions = _queues() * CONNECTIONS * MINUTES * 3
    yield Line("questions to idle queues", questions * MESSAGE, FREE_MESSAGES * MESSAGE)


def _queues() -> int:
    """The queues that Lambda reads."""
    return sum(
        event["Type"] == "SQS"
        for function in functions_of_template().values()
        for event in function.get("Events", {}).values()
    )


def _signals() -> Line:
    """Alarms, metrics, dashboard and logs; the same for each site."""
    resources = read_template(ROOT / "infra/alarms.yaml")["Resources"].values()
    watched = sum(_metrics_of(each["Properties"]) for each in resources if each["Type"] == "AWS::CloudWatch::Alarm")
    metrics = len(custom_metrics())
    logs = MINUTES * LOG_BYTES_A_RUN / GB
    free = min(watched, FREE_ALARMS) * ALARM + min(metrics, FREE_METRICS) * METRIC + DASHBOARD + logs * LOG_GB
    return Line(
        "alarms, metrics, dashboard, logs", watched * ALARM + metrics * METRIC + DASHBOARD + logs * LOG_GB, free
    )


def _metrics_of(alarm: dict[str, Any]) -> int:
    return sum("MetricStat" in each for each in alarm.get("Metrics", [])) or 1


def custom_metrics() -> set[str]:
    """The metrics that the functions print or that filters make of their logs."""
    resources = read_template(ROOT / "infra/alarms.yaml")["Resources"]
    filters = {name for name, each in resources.items() if each["Type"] == "AWS::Logs::MetricFilter"}
    return filters | set(get_args(MetricName))


def _readers(month: Month) -> Iterator[Line]:
    """Each page is asked for with its photo; a reader's first page also brings the style sheet."""
    views = month.readers * month.pages_a_reader
    requests = 2 * views + month.readers
    style = _compressed_bytes([next(GOLDEN.glob("assets/*.css"))])
    gigabytes = (views * (page_bytes() + month.shown_photo_bytes) + month.readers * style) / GB
    # At worst the CDN has none of the pages in its cache.
    yield Line("CloudFront's readers: bytes", gigabytes * EDGE_GB, min(gigabytes, FREE_EDGE_GB) * EDGE_GB)
    runs = requests * EDGE_FUNCTIONS
    yield Line(
        "CloudFront's readers: requests, edge functions",
        requests * EDGE_REQUEST + runs * EDGE_RUN,
        min(requests, FREE_EDGE_REQUESTS) * EDGE_REQUEST + min(runs, FREE_EDGE_RUNS) * EDGE_RUN,
    )
    yield Line("pages that CloudFront asks S3 for", views * GET)


def page_bytes() -> int:
    """A page of a post as CloudFront sends it: the mean of the golden site."""
    return _compressed_bytes(list(GOLDEN.glob("en/*/*/index.html")))


def _compressed_bytes(paths: list[Path]) -> int:
    """The mean size of files, compressed. In hundreds, as libraries differ by some bytes."""
    sizes = [len(gzip.compress(path.read_bytes())) for path in paths]
    return round(sum(sizes) / len(sizes) / 100) * 100


def render(counted: Counted) -> str:
    """The table of infra/README.md."""
    bills = [bill_of(month, counted) for month in MONTHS]
    heads = [f"{month.posts:,} posts, {month.readers:,} readers" for month in MONTHS]
    rows = [
        f"| dollars a month | {' | '.join(heads)} |",
        "| --- | ---: | ---: | ---: |",
        *(_row(line.name, [bill[number].dollars for bill in bills]) for number, line in enumerate(bills[0])),
        _row("**by list price**", [sum(line.dollars for line in bill) for bill in bills]),
        _row("of it always free in an account", [sum(line.free for line in bill) for bill in bills]),
        _row("**to pay**", [sum(line.dollars - line.free for line in bill) for bill in bills]),
    ]
    return "\n".join(rows)


def _row(name: str, figures: list[float]) -> str:
    return f"| {name} | {' | '.join(f'{figure:.2f}' for figure in figures)} |"
