"""What must hold when nothing is queued, running or in the air: I1, I4, I5 and I8."""

import re
from dataclasses import dataclass
from typing import Any

from colophon.decision.outcome import Outcome
from colophon.page.site_object import SiteObject
from colophon.stores import rows
from colophon.stores.inbox import REPORTS, report_key
from colophon.upload.keys import PostRef
from colophon.verbs.build import build_clinic, build_post, build_site
from colophon.verbs.report import outcomes_in, written
from tests.protocol.harness.cloud import INBOX, Standing
from tests.protocol.harness.eyes import Violation, entries
from tests.protocol.harness.texts import CLINIC
from tests.protocol.harness.world import World, copied

_REV = re.compile(rb'<meta name="colophon-rev" content="\d+">')


@dataclass
class Clean:
    """A clean build of the inbox: what must stand, and what is said of every upload."""

    objects: dict[str, tuple[bytes, Any, Any]]
    outcomes: dict[str, Any]


def clean_build(world: World) -> Clean:
    """The site as ``colophon build`` makes it, reading the versions that the bucket holds."""
    inbox, now = world.inbox, world.now
    site, clinic = build_site(inbox), build_clinic(CLINIC, inbox, now)
    objects: list[SiteObject] = []
    outcomes: list[Outcome] = [*clinic.outcomes, *([site.outcome] if site.outcome else [])]
    for post in sorted({"/".join(key.split("/")[1:3]) for key in world.cloud.inbox() if key.startswith("posts/")}):
        built = build_post(PostRef(*post.split("/")), inbox, clinic, site, now, copied)
        objects += built.objects
        outcomes += built.outcomes
    standing = {o.key: Standing(o.content, dict(o.metadata), (o.content_type, o.cache_control)) for o in objects}
    return Clean({k: _masked(s) for k, s in standing.items()}, {o.key: o.as_json() for o in outcomes})


def check_rest(world: World, clean: Clean) -> None:
    """Raise Violation for the first difference between what stands and what a clean build makes."""
    site = world.cloud.site()
    for key, wanted in clean.objects.items():
        if key not in site:
            raise Violation(f"I1: {key} is not there")
        if _masked(site[key]) != wanted:
            raise Violation(f"I1: {key} differs: {_difference(_masked(site[key]), wanted)}")
    for key, standing in site.items():
        lasting = key.startswith("images/") and standing.status == "410"
        if key not in clean.objects and not lasting and standing.status != "404":
            raise Violation(f"I1: {key} stands, and nothing in the inbox makes it")
    _check_index(world, clean)
    if world.reporting:
        _check_reports(world)


def check_replay(world: World) -> None:
    """Answer every message of the schedule once more: nothing may be written (I8)."""
    again = [message for message in dict.fromkeys(world.sent) if message.to != "report"]
    written = [call for call in world.stage.calls if _counts(call)]
    before = world.cloud.items()
    world.waiting += again
    world.settle()
    more = [call for call in world.stage.calls if _counts(call)][len(written) :]
    if more:
        rows_changed = [
            f"{key}: {before.get(key)} -> {item}"
            for key, item in world.cloud.items().items()
            if before.get(key) != item
        ]
        raise Violation(f"I8: a replay writes: {'; '.join(map(str, more))}; {'; '.join(rows_changed)}")


def _check_index(world: World, clean: Clean) -> None:
    items = world.cloud.items()
    outcomes = {key: o.as_json() for (pk, _), item in items.items() for key, o in outcomes_in(pk, item).items()}
    for key in sorted(clean.outcomes.keys() | outcomes.keys()):
        if outcomes.get(key) != clean.outcomes.get(key):
            raise Violation(f"I5: of {key} it says {outcomes.get(key)}, and should say {clean.outcomes.get(key)}")
    posts = [rows.read_post(PostRef(*pk[5:].split("/")), item) for (pk, _), item in items.items() if pk[:5] == "post#"]
    facts = {part.facts.path: part.facts for post in posts for part in post.pages.values() if part.facts}
    bodies = {f"/{key.removesuffix('index.html')}" for key, wanted in clean.objects.items() if _is_body(key, wanted)}
    if facts.keys() != bodies:
        raise Violation(f"I1: rows say live {sorted(facts)}, and {sorted(bodies)} have a body")
    listed = {entry.facts.path: entry.facts for entry in entries(world.cloud) if entry.facts}
    if listed != facts:
        raise Violation(f"I4: listings say {listed}, and rows {facts}")


def _check_reports(world: World) -> None:
    """Every upload's report says what the index says of it, and there is no other."""
    items = world.cloud.items().items()
    wanted = {report_key(key): written(o) for (pk, _), item in items for key, o in outcomes_in(pk, item).items()}
    bucket = world.cloud.bucket(INBOX).keys
    found = {key: bucket[key].value for key in bucket if key.startswith(REPORTS)}
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) != found.get(key):
            raise Violation(f"I5: {key} says {found.get(key)!r:.300}, and should say {wanted.get(key)!r:.300}")


def _is_body(key: str, wanted: tuple[bytes, Any, Any]) -> bool:
    return key.endswith(".html") and "status" not in wanted[1]


def _counts(call: Any) -> bool:
    return call.writes and not call.place.startswith("queue")


def _masked(standing: Standing) -> tuple[bytes, Any, Any]:
    metadata = {name: value for name, value in standing.metadata.items() if name not in ("rev", "fp")}
    return _REV.sub(b"", standing.content), metadata, standing.served


def _difference(found: tuple[bytes, Any, Any], wanted: tuple[bytes, Any, Any]) -> str:
    if found[1:] != wanted[1:]:
        return f"{found[1:]} instead of {wanted[1:]}"
    pairs = zip(found[0].splitlines(), wanted[0].splitlines(), strict=False)
    return next((f"{one!r:.300} instead of {other!r:.300}" for one, other in pairs if one != other), "its length")
