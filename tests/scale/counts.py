"""What batches of the real verbs ask of AWS, counted on an emulated account: by function and by posts in a batch.

The posts are English texts without images, not the first of their clinic and month, and on topics that the clinic has
written about. They come to as many clinics as there are posts (the worst case: they share the home page and its feeds
only), or all to one. A batch of the stream is counted with all that follows from it: listings that are made from rows
of other listings come in later batches.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from colophon.listings.kinds.language import LANGUAGE
from colophon.stores.sizes import item_size
from colophon.stores.stream import RowChange
from colophon.upload.keys import PageRef, PostRef
from colophon.verbs.listings import rebuild
from colophon_ops.republish import READ, WRITE
from tests.bench.corpus import SITE as SETTINGS
from tests.bench.corpus import clinic_file, edition
from tests.bench.modelled_time import model_time
from tests.bench.one_post import DAY_AFTER
from tests.bench.one_site import Functions
from tests.bench.post import POSTS_A_CLINIC, Clinic, make_clinic, make_post
from tests.bench.price import Bill, bill_calls
from tests.protocol.harness.cloud import INBOX, Cloud, emulated_cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World

# Posts in a batch. The largest makes 100 records for relist, which is what a batch may hold.
SIZES = (1, 2, 5, 10, 25)
_FROM_QUEUE, _CLINICS = 10, 30
_TOPICS = ("sleep", "knees")


class Cost(Struct, frozen=True):
    """What one batch asks. ``waiting`` and ``processor`` are milliseconds, the latter of one whole processor.

    ``writes`` and ``reads`` are units of the table, by the first word of the partition key; ``puts`` and ``gets`` are
    requests, by bucket; ``records`` those that the template's filters let through; ``dollars`` leave out Lambda's.
    """

    posts: int
    invocations: int
    calls: int
    waiting: float
    processor: float
    dollars: float
    records: int
    writes: dict[str, float]
    reads: dict[str, float]
    puts: dict[str, int]
    gets: dict[str, int]


class Sizes(Struct, frozen=True):
    """How much one more post adds, in bytes: to the table, and to the objects of each kind; and items and objects."""

    items: float
    table: float
    pages: float
    listings: float
    reports: float
    uploads: float
    objects: float


class Growth(Struct, frozen=True):
    """What grows with the number of clinics or posts, for one more: the directory of a language and the daily scan.

    Of a scan: calls for a post and for a clinic, without the listing of the inbox, which is for a thousand versions.
    """

    directory_read: float
    directory_page: float
    scan_waiting_of_clinic: float
    scan_processor_of_clinic: float
    scan_waiting_of_post: float
    scan_processor_of_post: float


class CountedFunctions(Functions):
    """The functions; counts the records that pass the filters."""

    def __init__(self, cloud: Cloud) -> None:
        self.records: Counter[str] = Counter()
        super().__init__(cloud)

    def filter(self, function: str, records: list[Any]) -> list[RowChange]:  # type: ignore[override]
        # The emulation records a new item twice, and one that is put unchanged; DynamoDB does neither (Developer Guide,
        # "Change data capture for DynamoDB Streams").
        changed = {str(each["dynamodb"]["Keys"]): each for each in records if _is_change(each["dynamodb"])}
        self.records[function.lower()] += len(Functions.filter(function, list(changed.values())))
        return Functions.filter(function, records)


def count_batches(
    sizes: tuple[int, ...], *, in_one_clinic: bool, on_step: Callable[[str], None] = lambda _: None
) -> dict[str, list[Cost]]:
    """The cost of a batch of each of ``sizes`` posts, by function."""
    found: dict[str, list[Cost]] = {"publish": [], "relist": [], "report": []}
    with emulated_cloud() as account:
        functions, posts = _build_small_site(account), _new_posts(in_one_clinic=in_one_clinic)
        for size in sizes:
            on_step(f"a batch of {size} posts in {'one clinic' if in_one_clinic else 'as many clinics'}")
            functions.upload(*(next(posts) for _ in range(size)))
            for name, cost in _count_batch(account, functions, size).items():
                found[name].append(cost)
    return found


def measure_sizes() -> Sizes:
    """What one more post leaves behind, on a site whose lists of the newest posts are full."""
    with emulated_cloud() as account:
        functions, posts = _build_small_site(account, 2), _new_posts(in_one_clinic=True)
        functions.upload(*(next(posts) for _ in range(SIZES[-1])))
        functions.settle()
        before = _measure_stored(account)
        functions.upload(*(next(posts) for _ in range(_FROM_QUEUE)))
        functions.settle()
        after = _measure_stored(account)
    return Sizes(**{name: (after[name] - before[name]) / _FROM_QUEUE for name in after})


def _measure_stored(account: Cloud) -> dict[str, float]:
    items, site = account.items(), account.site()
    inbox = {key: len(versions[-1].value) for key, versions in dict(account.bucket(INBOX).keys).items()}
    pages = {key for key in site if key.count("/") == 3 and not key.split("/")[2].isdecimal() and "search" not in key}
    return {
        "items": len(items),
        "table": sum(map(item_size, items.values())),
        "pages": sum(len(site[key].content) for key in pages),
        "listings": sum(len(found.content) for key, found in site.items() if key not in pages),
        "reports": sum(size for key, size in inbox.items() if key.startswith("reports/")),
        "uploads": sum(size for key, size in inbox.items() if key.startswith("posts/")),
        "objects": len(site) + len(inbox),
    }


def count_purged_tags() -> int:
    """The cache tags that one correction of a page purges."""
    with emulated_cloud() as account:
        world = World(account, Transport(account.s3, account.dynamodb), REAL, listing=True)
        clinic = _clinic(0)
        key, text = _make_post(clinic, 0)
        site, record = ("site.yaml", SETTINGS), (f"clinics/{clinic.key}/clinic.yaml", clinic_file(clinic))
        for name, content in (site, record, (key, text), (key, text.replace("Hello", "Good morning"))):
            world.purged.clear()
            world.queued.append(world.put(name, content.encode()))
            world.run_until_quiet()
        return len(set(world.purged))


def measure_growth() -> Growth:
    """The directory and the scan on two sites, of which one has more clinics, and one more posts."""
    few, many = _measure_site(5, 0), _measure_site(20, 0)
    more_posts = _measure_site(5, 100)
    of_clinic = [(b - a) / 15 for a, b in zip(few, many, strict=True)]
    of_post = [(b - a) / 100 for a, b in zip(few, more_posts, strict=True)]
    # A clinic of ``many`` comes with a post.
    return Growth(*of_clinic[:2], *(c - p for c, p in zip(of_clinic[2:], of_post[2:], strict=True)), *of_post[2:])


def _measure_site(clinics: int, posts: int) -> tuple[float, float, float, float]:
    """Bytes that the directory is made from, bytes of its page; milliseconds of a scan: waiting and processor."""
    with emulated_cloud() as account:
        functions, further = _build_small_site(account, clinics), _new_posts(in_one_clinic=True)
        functions.upload(*(next(further) for _ in range(posts)))
        functions.settle()
        rebuild(LANGUAGE.group("en"), functions.shelves)
        archives = [item_size(item) for (pk, _), item in account.items().items() if pk.startswith("archives#")]
        page = account.find("en/search/index.html")
        assert page
        world = World(account, Transport(account.s3, account.dynamodb), REAL, listing=True)
        with model_time(account.s3, account.dynamodb) as time:
            world.sweep()
    return sum(archives), len(page.content), time.waiting, time.processor


def _build_small_site(account: Cloud, clinics: int = _CLINICS) -> CountedFunctions:
    """A site whose clinics all have a post of the month that is counted."""
    functions = CountedFunctions(account)
    functions.upload(("site.yaml", SETTINGS))
    functions.settle()
    _add_clinics(functions, range(clinics))
    return functions


def _add_clinics(functions: Functions, numbers: range) -> None:
    """Clinics, and the first post of each."""
    clinics = [_clinic(number) for number in numbers]
    functions.upload(*((f"clinics/{clinic.key}/clinic.yaml", clinic_file(clinic)) for clinic in clinics))
    functions.settle()
    functions.upload(*(_make_post(clinic, 0) for clinic in clinics))
    functions.settle()


def _clinic(number: int) -> Clinic:
    return make_clinic(number * POSTS_A_CLINIC)


def _new_posts(*, in_one_clinic: bool) -> Iterator[tuple[str, str]]:
    """Further posts, clinic by clinic."""
    number = _CLINICS
    while True:
        yield _make_post(_clinic(0 if in_one_clinic else number % _CLINICS), number)
        number += 1


def _make_post(clinic: Clinic, number: int) -> tuple[str, str]:
    draft = make_post(1_000_000 + number)
    url = f"{clinic.blog}/{230_000_000_000 + number}"
    post = replace(draft, clinic=clinic, posted=DAY_AFTER, url=url, tags=_TOPICS)
    return PageRef(PostRef(clinic.key, post.name), "en").key, edition(post)


def _count_batch(account: Cloud, functions: CountedFunctions, size: int) -> dict[str, Cost]:
    functions.invocations.clear()
    functions.records.clear()
    with bill_calls(account, functions) as bill:
        while functions.intake.bodies:
            functions.publish_waiting(_FROM_QUEUE)
    batches = functions.invocations["publish"]
    costs = {"publish": _cost(bill, "publish", size, batches, 0)}
    with bill_calls(account, functions) as bill:
        functions.settle()
    for name in ("relist", "report"):
        costs[name] = _cost(bill, name, size, functions.invocations[name], functions.records[name])
    return costs


def _cost(bill: Bill, name: str, posts: int, invocations: int, records: int) -> Cost:
    writes, reads, puts, gets = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for line, dollars in bill.dollars.items():
        if line.function != name:
            continue
        count = bill.counts[line]
        match line.call:
            case "PutObject":
                puts["inbox" if line.of == "report" else "site"] += count
            case "GetObject" | "HeadObject" | "ListObjectVersions" | "ListObjectsV2":
                gets["inbox" if line.of in ("upload", "report", "") else "site"] += count
            case "TransactWriteItems" | "PutItem" | "UpdateItem" | "DeleteItem":
                writes[line.of] += dollars / WRITE
            case _:
                reads[line.of] += dollars / READ
    time = bill.times[name]
    dollars = sum(dollars for line, dollars in bill.dollars.items() if line.function == name)
    rounded = [{of: round(units, 3) for of, units in sorted(found.items())} for found in (writes, reads)]
    return Cost(
        posts, invocations, len(time.calls), round(time.waiting, 1), round(time.processor, 1), round(dollars, 9),
        records, *rounded, dict(sorted(puts.items())), dict(sorted(gets.items())),
    )  # fmt: skip


def _is_change(record: dict[str, Any]) -> bool:
    return bool(record.get("NewImage") != record.get("OldImage"))
