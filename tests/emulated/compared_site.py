"""A site as it is compared: what readers get of it, and what was said of each upload."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from colophon.images import recipe
from colophon.page.objects import SiteObject
from colophon.stores.inbox import Inbox
from colophon.stores.inbox_folder import InboxFolder
from colophon.verbs.reading import InboxReader
from colophon_ops.build.plan import make_plan
from colophon_ops.build.site import build_whole_site
from tests.emulated.stack_driver import StackDriver
from tests.revisions import masked

# What depends on how often and by whom a page was made, and never on what is in the inbox.
_IGNORED_METADATA = ("rev", "fp")
# What outcomes.json leaves out: which version was uploaded, and what could be added to a text, some of it because of
# the version before, which a folder does not have.
_REPORTED_ALONE = ("version", "hints")
# A site that is built from nothing has nothing there.
_IGNORED_KINDS = ("absent", "image")


class ComparedObject(Struct, frozen=True):
    """One object of a site: its revision masked, and what is stored beside it."""

    content: bytes
    content_type: str
    cache_control: str
    metadata: Mapping[str, str]


class ComparedSite(Struct, frozen=True):
    """A whole site by key, and every upload's outcome by key."""

    objects: Mapping[str, ComparedObject]
    outcomes: Mapping[str, Any]

    def bodies(self) -> dict[str, ComparedObject]:
        """What is there to be read: everything but the tombstones."""
        return {key: thing for key, thing in self.objects.items() if "status" not in thing.metadata}

    def differences(self, other: "ComparedSite") -> list[str]:
        """The keys that differ, each with what it is; empty for equal sites."""
        mine = {**self.objects, **{f"outcome of {key}": outcome for key, outcome in self.outcomes.items()}}
        others = {**other.objects, **{f"outcome of {key}": outcome for key, outcome in other.outcomes.items()}}
        keys = sorted(mine.keys() | others.keys())
        return [f"{key}: {mine.get(key)} / {others.get(key)}" for key in keys if mine.get(key) != others.get(key)]


def build_folder(inbox: Path, now: datetime) -> ComparedSite:
    """What ``colophon build`` makes of the folder ``inbox``."""
    return _build(InboxFolder(inbox), InboxFolder(inbox).keys(), now)


def build_bucket(driver: StackDriver, now: datetime) -> ComparedSite:
    """What a build makes of the inbox bucket itself, with every version that it holds."""
    return _build(Inbox(driver.stack.client("s3"), driver.stack.inbox_bucket), driver.uploaded_keys(), now)


def _build(source: InboxReader, keys: Iterable[str], now: datetime) -> ComparedSite:
    site = build_whole_site(make_plan(keys), source, now, recipe)
    return ComparedSite(
        _without_old_assets({thing.key: _compared_object(thing) for thing in site.objects}),
        {outcome.key: outcome.as_json() for outcome in site.outcomes if outcome.state != "absent"},
    )


def read_site(driver: StackDriver) -> ComparedSite:
    """What the emulated cloud made, and what its reports say."""
    reports = (
        {name: value for name, value in report.items() if name not in _REPORTED_ALONE} for report in driver.reports()
    )
    outcomes = {report["key"]: report for report in reports if report["state"] != "absent"}
    return ComparedSite(_without_old_assets(dict(_stored(driver))), outcomes)


def _without_old_assets(objects: dict[str, ComparedObject]) -> dict[str, ComparedObject]:
    """``objects`` without the assets and cards that no page needs any more: nothing is ever deleted from a site."""
    pages = b"".join(thing.content for key, thing in objects.items() if key.endswith(".html"))
    needed = {key for key in objects if not key.startswith(("assets/", "cards/")) or key.encode() in pages}
    return {key: thing for key, thing in objects.items() if key in needed}


def _stored(driver: StackDriver) -> Iterator[tuple[str, ComparedObject]]:
    for key in driver.objects():
        stored = driver.site_object(key)
        if stored["Metadata"].get("kind") not in _IGNORED_KINDS:
            thing = SiteObject(key, stored["Body"], stored["ContentType"], stored["CacheControl"], stored["Metadata"])
            yield key, _compared_object(thing)


def _compared_object(thing: SiteObject) -> ComparedObject:
    metadata = {name: value for name, value in thing.metadata.items() if name not in _IGNORED_METADATA}
    return ComparedObject(masked(thing.content), thing.content_type, thing.cache_control, metadata)
