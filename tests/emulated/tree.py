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
from colophon.verbs.reading import Source
from colophon_ops.build.plan import make_plan
from colophon_ops.build.site import build_whole_site
from tests.emulated.desk import Desk
from tests.revisions import masked

# What depends on how often and by whom a page was made, and never on what is in the inbox.
_OF_THE_MAKING = ("rev", "fp")
# In a site built anew nothing stands there.
_SAME_AS_NOTHING = ("absent", "image")


class Standing(Struct, frozen=True):
    """One object of a site: its revision masked, and what is stored beside it."""

    content: bytes
    content_type: str
    cache_control: str
    metadata: Mapping[str, str]


class Whole(Struct, frozen=True):
    """A whole site by key, and every upload's outcome by key."""

    objects: Mapping[str, Standing]
    outcomes: Mapping[str, Any]

    def bodies(self) -> dict[str, Standing]:
        """What is there to be read: everything but the tombstones."""
        return {key: thing for key, thing in self.objects.items() if "status" not in thing.metadata}

    def differences(self, other: "Whole") -> list[str]:
        """The keys that differ, each with what it is; empty for equal sites."""
        mine = {**self.objects, **{f"outcome of {key}": outcome for key, outcome in self.outcomes.items()}}
        others = {**other.objects, **{f"outcome of {key}": outcome for key, outcome in other.outcomes.items()}}
        keys = sorted(mine.keys() | others.keys())
        return [f"{key}: {mine.get(key)} / {others.get(key)}" for key in keys if mine.get(key) != others.get(key)]


def built(inbox: Path, now: datetime) -> Whole:
    """What ``colophon build`` makes of the folder ``inbox``."""
    return _built(InboxFolder(inbox), InboxFolder(inbox).keys(), now)


def built_from(desk: Desk, now: datetime) -> Whole:
    """What a build makes of the inbox bucket itself, with every version that it holds."""
    return _built(Inbox(desk.stack.client("s3"), desk.stack.inbox_bucket), desk.uploaded(), now)


def _built(source: Source, keys: Iterable[str], now: datetime) -> Whole:
    whole = build_whole_site(make_plan(keys), source, now, recipe)
    return Whole(
        _without_old_assets({thing.key: _standing(thing) for thing in whole.objects}),
        {outcome.key: outcome.as_json() for outcome in whole.outcomes if outcome.state != "absent"},
    )


def standing_in(desk: Desk) -> Whole:
    """What the emulated cloud made, and what its reports say."""
    reports = ({name: value for name, value in report.items() if name != "version"} for report in desk.reports())
    outcomes = {report["key"]: report for report in reports if report["state"] != "absent"}
    return Whole(_without_old_assets(dict(_stored(desk))), outcomes)


def _without_old_assets(objects: dict[str, Standing]) -> dict[str, Standing]:
    """``objects`` without the assets that no page needs any more: nothing is ever deleted from a site."""
    pages = b"".join(thing.content for key, thing in objects.items() if key.endswith(".html"))
    return {key: thing for key, thing in objects.items() if not key.startswith("assets/") or key.encode() in pages}


def _stored(desk: Desk) -> Iterator[tuple[str, Standing]]:
    for key in desk.objects():
        stored = desk.site_object(key)
        if stored["Metadata"].get("kind") not in _SAME_AS_NOTHING:
            thing = SiteObject(key, stored["Body"], stored["ContentType"], stored["CacheControl"], stored["Metadata"])
            yield key, _standing(thing)


def _standing(thing: SiteObject) -> Standing:
    metadata = {name: value for name, value in thing.metadata.items() if name not in _OF_THE_MAKING}
    return Standing(masked(thing.content), thing.content_type, thing.cache_control, metadata)
