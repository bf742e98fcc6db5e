"""At rest the stack, a build of the inbox and a model that shares no code with either agree on what readers find."""

import re
from collections.abc import Iterator, Mapping
from random import Random

import pytest

from tests.protocol.harness.at_rest import check_at_rest, clean_build
from tests.protocol.harness.cloud import INBOX, Cloud, StoredObject
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.links import is_page, links_in, moved_to, numbers_in
from tests.protocol.harness.random_inbox import draw_steps, later_moments
from tests.protocol.harness.reference_model import Found, ReferenceModel
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.rotating_seeds import seeds_of_the_day

_TITLE = re.compile(rb"<h1[^>]*>([^<]*)</h1>")
_MONTH = re.compile(r"[a-z]+/[a-z]+/[0-9]{4}/[0-9]{2}/index\.html")
Site = Mapping[str, StoredObject]


@pytest.mark.parametrize("seed", seeds_of_the_day(8, of=600))
def test_what_readers_find_is_what_the_design_says(seed: int, account: Cloud, transport: Transport) -> None:
    account.empty()
    random = Random(seed)
    world = World(account, transport, REAL, listing=True)
    steps = draw_steps(random, 25)
    for step in steps:
        world.queued.append(world.delete(step.key) if step.content is None else world.put(step.key, step.content))
        if random.random() < 0.4:
            random.shuffle(world.queued)
            world.run_until_quiet()
    world.run_until_quiet()
    assert differences(world) == [], steps
    for moment in later_moments(random):
        world.now = moment
        world.sweep()
        world.run_until_quiet()
        assert differences(world) == [], (moment, steps)
    check_at_rest(world, clean_build(world))


def differences(world: World) -> list[tuple[str, object, object]]:
    """Where the stack differs from the model: the key, what stands there, and what should."""
    model = ReferenceModel(versions_of(world.cloud), world.now)
    site = world.cloud.site()
    wanted = {address.key: model.find(address) for address in model.addresses()}
    months, own_months = model.list_by_month(), find_months(site)
    return [
        *((key, stands, found) for key, found in wanted.items() if (stands := read_page(site.get(key))) not in found),
        *((key, read_page(site[key]), None) for key in filter(is_page, site) if key not in wanted),
        *((key, own_months.get(key, set()), months.get(key, set())) for key in sorted(months.keys() | own_months.keys())
          if own_months.get(key, set()) != months.get(key, set())),
        *compare_lists(site, months),
    ]  # fmt: skip


def compare_lists(site: Site, months: Mapping[str, set[str]]) -> Iterator[tuple[str, object, object]]:
    """Feeds and sitemaps of a clinic name its live pages of the language, no more and no fewer."""
    live = {page for pages in months.values() for page in pages}
    for key, stored in site.items():
        lang, _, rest = key.partition("/")
        clinic, _, name = rest.partition("/")
        if name == "feed.xml" and not stored.status:
            listed = set(filter(is_page, links_in(stored.content)))
            wanted = {page for page in live if page.startswith(f"{lang}/{clinic}/")}
            if listed != wanted:
                yield key, listed, wanted
    listed = {page for key, one in site.items() if "sitemap" in key for page in links_in(one.content) if is_page(page)}
    if listed != live:
        yield "sitemaps", listed, live


def versions_of(cloud: Cloud) -> dict[str, list[bytes | None]]:
    return {
        key: [getattr(version, "value", None) for version in versions]
        for key, versions in dict(cloud.bucket(INBOX).keys).items()
        if versions and not key.startswith("reports/")
    }


def find_months(site: Site) -> dict[str, set[str]]:
    return {
        key: set(filter(is_page, links_in(stored.content)))
        for key, stored in site.items()
        if _MONTH.fullmatch(key) and not stored.status
    }


def read_page(stored: StoredObject | None) -> Found:
    """What a reader finds of an object; an absent one is not found."""
    if stored is None:
        return Found(404)
    if stored.status:
        return Found(int(stored.status), location=moved_to(stored.metadata))
    title = _TITLE.search(stored.content)
    assert title, stored.content
    pictures = {width for label, width in numbers_in(stored.content).items() if label.startswith("picture ")}
    return Found(200, title[1].decode(), frozenset(pictures))
