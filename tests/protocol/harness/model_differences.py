"""Where a site differs from what the reference model says that readers find."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tests.protocol.harness.cloud import StoredObject
from tests.protocol.harness.links import is_page, links_in, moved_to, numbers_in
from tests.protocol.harness.reference_model import Found, ReferenceModel, Versions

_TITLE = re.compile(rb"<h1[^>]*>([^<]*)</h1>")
_MONTH = re.compile(r"[a-z]+/[a-z]+/[0-9]{4}/[0-9]{2}/index\.html")
Site = Mapping[str, StoredObject]
# A key of the site, what is there, and what should be.
Difference = tuple[str, object, object]


def find_differences(versions: Versions, site: Site, now: datetime) -> list[Difference]:
    """Pages, the months' listings, feeds and sitemaps of ``site`` against the model of all ``versions`` at ``now``."""
    model = ReferenceModel(versions, now)
    wanted = {address.key: model.find(address) for address in model.addresses()}
    months, own_months = model.list_by_month(), find_months(site)
    return [
        *((key, stands, found) for key, found in wanted.items() if (stands := read_page(site.get(key))) not in found),
        *((key, read_page(site[key]), None) for key in filter(is_page, site) if key not in wanted),
        *((key, own_months.get(key, set()), months.get(key, set())) for key in sorted(months.keys() | own_months.keys())
          if own_months.get(key, set()) != months.get(key, set())),
        *compare_lists(site, months),
    ]  # fmt: skip


def compare_lists(site: Site, months: Mapping[str, set[str]]) -> Iterator[Difference]:
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


def versions_in(bucket: Any) -> dict[str, list[bytes | None]]:
    """Every version that the inbox ``bucket`` of moto holds, oldest first, by key."""
    return {
        key: [getattr(version, "value", None) for version in versions]
        for key, versions in dict(bucket.keys).items()
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
