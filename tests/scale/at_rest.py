"""A site to which nothing comes: what its posts take and cost, and how long the daily scan of the inbox is."""

from msgspec import Struct

from colophon_ops.republish import PUT, READ, SECOND
from tests.bench.modelled_time import LATENCY_MS
from tests.bench.post import POSTS_A_CLINIC
from tests.scale import limits
from tests.scale.knobs import Knobs
from tests.scale.model import Counts, posts_of_batch

# Posts of a clinic are spread over so many years, as in the corpus of ``tests.bench``.
YEARS = 6
_DAYS, _DAY_HOURS = 30, 24
# Of each minute ``sweep`` reads for so many seconds (``verbs/sweep.py``).
SCAN_SECONDS_A_MINUTE = 40.0
_URLS_OF_A_SITEMAP = 50_000
_VERSIONS_OF_A_LISTING, _BYTES_OF_A_READ = 1_000, 4_096


class AtRest(Struct, frozen=True):
    """Of ``posts`` in one language, each with one version of one text. Sizes are gigabytes, prices dollars a month.

    ``new_topics_a_second`` are posts that each bring their clinic a new topic: the directory is rebuilt for them, by
    one run at a time.
    """

    posts: int
    clinics: int
    table: float
    site: float
    inbox: float
    scan_hours: float
    directory_page_megabytes: float
    directory_seconds: float
    directory_reads: float
    new_topics_a_second: float
    search_shards: int
    sitemap_indexes: int
    storage_dollars: float
    scan_dollars: float

    @property
    def posts_of_a_day(self) -> float:
        """How many such posts a scan reaches within a day."""
        return self.posts * _DAY_HOURS / self.scan_hours

    @property
    def dollars(self) -> float:
        """A month's bill, without readers."""
        return self.storage_dollars + self.scan_dollars


def describe(posts: int, counts: Counts, knobs: Knobs) -> AtRest:
    """The site at rest, from what one more post and one more clinic add."""
    sizes, growth = counts.sizes, counts.growth
    clinics = -(-posts // POSTS_A_CLINIC)
    table = posts * (sizes.table + sizes.items * limits.ITEM_OVERHEAD) / limits.GIGABYTE
    site = posts * (sizes.pages + sizes.listings) / limits.GIGABYTE
    inbox = posts * (sizes.reports + sizes.uploads) / limits.GIGABYTE
    scan = scan_seconds(posts, clinics, counts, knobs)
    read = clinics * growth.directory_read
    directory = directory_seconds(clinics, counts, knobs)
    shards = clinics * YEARS
    return AtRest(
        posts,
        clinics,
        table,
        site,
        inbox,
        scan / SCAN_SECONDS_A_MINUTE / 60,
        clinics * growth.directory_page / 1e6,
        directory,
        read / _BYTES_OF_A_READ,
        posts_of_batch(counts.spread["relist"], knobs.stream_batch) / directory,
        shards,
        -(-shards // _URLS_OF_A_SITEMAP),
        (site + inbox) * limits.S3_MONTH + table * (limits.TABLE_MONTH + limits.RECOVERY_MONTH),
        _scans_a_month(scan) * scan_dollars(posts, scan, knobs),
    )


def scan_seconds(posts: int, clinics: int, counts: Counts, knobs: Knobs) -> float:
    """How long one scan computes and waits: the inbox is listed, and every row is read."""
    growth, share = counts.growth, _share(knobs.sweep_memory)
    listings = posts / _VERSIONS_OF_A_LISTING * (limits.LISTING_WAITING + limits.LISTING_PROCESSOR / share)
    of_post = growth.scan_waiting_of_post + (growth.scan_processor_of_post + limits.DECISION_PROCESSOR) / share
    of_clinic = growth.scan_waiting_of_clinic + growth.scan_processor_of_clinic / share
    return (listings + posts * of_post + clinics * of_clinic) / 1000


def scan_dollars(posts: int, scan: float, knobs: Knobs) -> float:
    """One scan: listings, a read of each post's row, and the time of ``sweep``."""
    return posts / _VERSIONS_OF_A_LISTING * PUT + posts * READ + scan * knobs.sweep_memory / 1024 * SECOND


def directory_seconds(clinics: int, counts: Counts, knobs: Knobs) -> float:
    """How long one rebuild of a language's directory takes: the rows of all clinics are read, a megabyte at a time, and
    rendered."""
    pages, share = max(1.0, clinics * counts.growth.directory_read / limits.QUERY_BYTES), _share(knobs.relist_memory)
    waiting = pages * limits.QUERY_WAITING + LATENCY_MS["PutObject"]
    processor = pages * limits.QUERY_PROCESSOR + clinics * limits.CLINIC_PROCESSOR
    return (waiting + processor / share) / 1000


def _scans_a_month(scan: float) -> float:
    """One a day, or as many as there is time for."""
    hours = scan / SCAN_SECONDS_A_MINUTE / 60
    return _DAYS * min(1.0, _DAY_HOURS / hours) if hours else _DAYS


def _share(memory: int) -> float:
    """How much of a processor comes with ``memory`` MB."""
    return min(memory, limits.MEMORY_OF_ONE_PROCESSOR) / limits.MEMORY_OF_ONE_PROCESSOR
