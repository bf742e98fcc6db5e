"""How many posts a second relist follows up, for each shard of the stream: counted calls at told latencies.

The posts are in different clinics, which is the worst case: nothing is shared but the home page. ``before`` is relist
as it was: one batch of a shard at a time, each call after the other, 512 MB, and no filter.
"""

from msgspec import Struct
from msgspec.structs import replace

from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.stores.stream import parse_change
from colophon.upload.keys import PageRef, PostRef
from colophon.verbs.clients import AssetWriter
from colophon.verbs.gathering import Gathering
from colophon.verbs.listings import ListingClients
from colophon.verbs.relist import RelistClients, relist
from colophon.wiring.upkeep import GROUPS_AT_ONCE, SWAPS_AT_ONCE
from tests.bench.corpus import SITE as SETTINGS
from tests.bench.corpus import clinic_file, edition
from tests.bench.modelled_time import ModelledTime, model_time
from tests.bench.one_post import DAY_AFTER
from tests.bench.one_site import NOW, DiscardingPurgeQueue, Functions, InMemoryQueue, functions_of_template
from tests.bench.post import POSTS_A_CLINIC, Clinic, make_clinic, make_post
from tests.protocol.harness.cloud import SITE, TABLE, Cloud, emulated_cloud

BATCH = 100
CLINICS = [make_clinic(number * POSTS_A_CLINIC) for number in range(40)]


class Lanes(Struct, frozen=True):
    """How relist runs: its memory in MB, the batches of a shard at once, and groups and swaps of a batch at once."""

    memory: int
    batches: int
    groups: int
    swaps: int
    is_filtered: bool


def measure_relist() -> dict[str, float]:
    """Posts a second, before and now, with what they are derived from."""
    function = functions_of_template()["RelistFunction"]
    mapping = function["Events"]["Changes"]["Properties"]
    now = Lanes(
        function["MemorySize"], mapping["ParallelizationFactor"], GROUPS_AT_ONCE, SWAPS_AT_ONCE, is_filtered=True
    )
    figures = {**_measure("before", Lanes(512, 1, 1, 1, is_filtered=False)), **_measure("now", now)}
    # The goals of a report are upper bounds.
    return {**figures, "relist.now.seconds_a_post": 1 / figures["relist.now.posts_a_second"]}


def _measure(name: str, lanes: Lanes) -> dict[str, float]:
    """A second post of each clinic in one month: its year, archive and feeds are there."""
    with emulated_cloud() as account:
        functions = Functions(account)
        functions.upload(("site.yaml", SETTINGS))
        functions.settle()
        functions.upload(*((f"clinics/{clinic.key}/clinic.yaml", clinic_file(clinic)) for clinic in CLINICS))
        functions.settle()
        for number in range(2):
            functions.upload(*(_post(clinic, number) for clinic in CLINICS))
            if number == 0:
                functions.settle()
        while functions.intake.bodies:
            functions.publish_waiting(10)
        with model_time(account.s3, account.dynamodb) as time:
            invocations = _follow_up(functions, _clients(account, time, lanes), lanes)
    return {
        f"relist.{name}.invocations": invocations,
        f"relist.{name}.calls_a_post": len(time.calls) / len(CLINICS),
        f"relist.{name}.seconds": time.seconds(lanes.memory),
        f"relist.{name}.posts_a_second": lanes.batches * len(CLINICS) / time.seconds(lanes.memory),
    }


def _follow_up(functions: Functions, clients: RelistClients, lanes: Lanes) -> int:
    """Let relist read the stream, in full batches, until nothing follows any more; the number of batches."""
    invocations = 0
    while records := functions.cloud.stream():
        functions.skip_stream()
        passed = functions.filter("Relist", records) if lanes.is_filtered else [parse_change(each) for each in records]
        for start in range(0, len(passed), BATCH):
            relist(passed[start : start + BATCH], clients)
            invocations += 1
    return invocations


def _clients(account: Cloud, time: ModelledTime, lanes: Lanes) -> RelistClients:
    site, index = Site(account.s3, SITE), ListingIndex(account.dynamodb, TABLE)
    runners = time.run_at_once(lanes.groups), time.run_at_once(lanes.swaps)
    assets = AssetWriter(site)
    assets.ensure()
    gathering = Gathering(InMemoryQueue(), lambda: NOW, 60)
    listings = ListingClients(index, site, assets, *runners)
    return RelistClients(InMemoryQueue(), listings, DiscardingPurgeQueue(), gathering)


def _post(clinic: Clinic, number: int) -> tuple[str, str]:
    draft = make_post(1_000_000 + number)
    post = replace(draft, clinic=clinic, posted=DAY_AFTER, url=f"{clinic.blog}/{230_000_000_000 + number}")
    return PageRef(PostRef(clinic.key, post.name), "en").key, edition(post)


if __name__ == "__main__":
    for figure, value in measure_relist().items():
        print(f"{figure:32} {value:8.3g}")
