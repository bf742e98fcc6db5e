"""At rest the stack, a build of the inbox and a model that shares no code with either agree on what readers find."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from random import Random

import pytest
from msgspec.structs import replace

from tests.protocol.harness.at_rest import CleanBuild, check_at_rest, clean_build
from tests.protocol.harness.cloud import INBOX, Cloud, StoredObject
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.links import is_page
from tests.protocol.harness.random_inbox import draw_steps, later_moments
from tests.protocol.harness.reference_model import Entry, ReferenceModel, Versions
from tests.protocol.harness.shown_site import (
    Site,
    read_archives,
    read_feeds,
    read_months,
    read_page,
    read_pictures,
    read_searches,
    read_sitemaps,
    read_tags,
)
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.rotating_seeds import seeds_of_the_day

Differences = Iterator[tuple[str, object, object]]


@pytest.mark.parametrize("seed", seeds_of_the_day(4, of=600))
def test_what_readers_find_is_what_the_design_says(seed: int, account: Cloud, transport: Transport) -> None:
    account.empty()
    random = Random(seed)
    world = World(account, transport, REAL, listing=True, searching=True)
    steps = draw_steps(random, 25)
    for step in steps:
        world.queued.append(world.delete(step.key) if step.content is None else world.put(step.key, step.content))
        if random.random() < 0.4:
            random.shuffle(world.queued)
            world.run_until_quiet()
    world.run_until_quiet()
    check_agreement(world, steps)
    for moment in later_moments(random):
        world.now = moment
        world.sweep()
        world.run_until_quiet()
        check_agreement(world, (moment, steps))


def check_agreement(world: World, story: object) -> None:
    """The stack and a build, each compared with the model, and with each other in all that the model does not say."""
    clean = clean_build(world)
    versions = versions_of(world.cloud)
    assert list(compare(versions, world.now, world.cloud.site())) == [], ("the stack", story)
    assert list(compare(versions, world.now, built_site(clean))) == [], ("the build", story)
    check_at_rest(world, clean)


def compare(versions: Versions, now: datetime, site: Site) -> Differences:
    """Where ``site`` differs from the model: the key, what is there, and what should be."""
    model = ReferenceModel(versions, now)
    wanted = {address.key: model.find(address) for address in model.addresses()}
    for key, found in wanted.items():
        if (stands := read_page(site.get(key))) not in found:
            yield key, stands, found
    yield from ((key, read_page(site[key]), None) for key in filter(is_page, site) if key not in wanted)
    if (pictures := read_pictures(site)) != model.pictures():
        yield "pictures", pictures, model.pictures()
    months = model.list_by_month()
    yield from compare_entries(read_months(site), months)
    yield from compare_entries(read_tags(site), model.list_by_tag())
    counts = {key: len(entries) for key, entries in months.items()}
    if (told := read_archives(site)) != counts:
        yield "archives", told, counts
    yield from compare_lists(site, {entry for entries in months.values() for entry in entries})


def compare_entries(found: Mapping[str, list[Entry]], wanted: Mapping[str, set[Entry]]) -> Differences:
    """Listings say of each page what the page says, once, and the latest come first."""
    for key in sorted(found.keys() | wanted.keys()):
        entries = found.get(key, [])
        days = [entry.posted for entry in entries]
        if set(entries) != wanted.get(key, set()) or len(set(entries)) != len(entries):
            yield key, entries, wanted.get(key)
        if days != sorted(days, reverse=True):
            yield key, days, "the latest first"


def compare_lists(site: Site, live: Iterable[Entry]) -> Differences:
    """Feeds, sitemaps and searches name the live pages that they are about, no more and no fewer."""
    live = set(live)
    pages = {entry.key for entry in live}
    for key, named in read_feeds(site):
        folder = key.rpartition("/")[0] + "/"
        if named != (wanted := {page for page in pages if page.startswith(folder)}):
            yield key, named, wanted
    if (named := read_sitemaps(site)) != pages:
        yield "sitemaps", named, pages
    if (found := read_searches(site)) != live:
        yield "searches", found, live


def versions_of(cloud: Cloud) -> dict[str, list[bytes | None]]:
    return {
        key: [getattr(version, "value", None) for version in versions]
        for key, versions in dict(cloud.bucket(INBOX).keys).items()
        if versions and not key.startswith("reports/")
    }


def built_site(clean: CleanBuild) -> dict[str, StoredObject]:
    """The objects of a build. Their revisions are left out, also the member of a JSON file that has no other before."""
    objects = {key: StoredObject(*masked) for key, masked in clean.objects.items()}
    return {key: replace(one, content=one.content.replace(b"{,", b"{", 1)) for key, one in objects.items()}
