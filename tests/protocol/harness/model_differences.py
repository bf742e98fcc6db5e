"""Where a site differs from what the reference model says that readers find."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.protocol.harness.links import is_page
from tests.protocol.harness.reference_model import Entry, ReferenceModel, Upload, Versions
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

# A key of the site, what is there, and what should be.
Difference = tuple[str, object, object]


def find_differences(versions: Versions, site: Site, now: datetime) -> list[Difference]:
    """Pages, pictures and listings of ``site`` against the model of all ``versions`` at ``now``."""
    model = ReferenceModel(versions, now)
    months = model.list_by_month()
    live = {entry for entries in months.values() for entry in entries}
    return [
        *_compare_pages(site, model),
        *_compare("pictures", read_pictures(site), model.pictures()),
        *_compare_entries(read_months(site), months),
        *_compare_entries(read_tags(site), model.list_by_tag()),
        *_compare("archives", read_archives(site), {key: len(entries) for key, entries in months.items()}),
        *_compare_feeds(site, {entry.key for entry in live}),
        *_compare("sitemaps", read_sitemaps(site), {entry.key for entry in live}),
        *_compare("searches", read_searches(site), live),
    ]


def _compare(what: str, found: object, wanted: object) -> Iterator[Difference]:
    if found != wanted:
        yield what, found, wanted


def _compare_pages(site: Site, model: ReferenceModel) -> Iterator[Difference]:
    wanted = {address.key: model.find(address) for address in model.addresses()}
    for key, found in wanted.items():
        if (stands := read_page(site.get(key))) not in found:
            yield key, stands, found
    yield from ((key, read_page(site[key]), None) for key in filter(is_page, site) if key not in wanted)


def _compare_entries(found: Mapping[str, list[Entry]], wanted: Mapping[str, set[Entry]]) -> Iterator[Difference]:
    """Listings say of each page what the page says, once, and the latest come first."""
    for key in sorted(found.keys() | wanted.keys()):
        entries = found.get(key, [])
        days = [entry.posted for entry in entries]
        if set(entries) != wanted.get(key, set()) or len(set(entries)) != len(entries):
            yield key, entries, wanted.get(key)
        if days != sorted(days, reverse=True):
            yield key, days, "the latest first"


def _compare_feeds(site: Site, live: set[str]) -> Iterator[Difference]:
    """Feeds name the live pages of their clinic or language, no more and no fewer."""
    for key, named in read_feeds(site):
        folder = key.rpartition("/")[0] + "/"
        yield from _compare(key, named, {page for page in live if page.startswith(folder)})


def versions_in(bucket: Any) -> dict[str, list[Upload]]:
    """Every version that the inbox ``bucket`` of moto holds, oldest first, by key."""
    return {
        key: [
            Upload(getattr(version, "value", None), version.last_modified.replace(tzinfo=UTC)) for version in versions
        ]
        for key, versions in dict(bucket.keys).items()
        if versions and not key.startswith("reports/")
    }
