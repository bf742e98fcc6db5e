"""What must hold when nothing is queued, running or in the air: I1, I4, I5 and I8."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.rows import Outcome
from colophon.listings.kinds.search import SEARCH
from colophon.page.entry import Entry
from colophon.page.objects import AWAITED_KIND, SiteObject
from colophon.stores import listing_keys, row_encoding
from colophon.stores.inbox import REPORTS, report_key
from colophon.upload.keys import PostRef
from colophon.verbs.reading import InboxReader
from colophon.verbs.report import compare_versions, encode_report, outcomes_in_item
from colophon_ops.build.moves import build_redirects
from colophon_ops.build.plan import make_plan
from colophon_ops.build.posts import build_posts
from colophon_ops.build.rows import build_clinic_row, build_site_row
from colophon_ops.build.site import build_whole_site, decide_shared_outcomes, find_profile_of_tag
from tests.protocol.harness.cloud import INBOX, StoredObject
from tests.protocol.harness.invariants import Items, Violation, entries, histories
from tests.protocol.harness.links import FILES, PICTURES, is_listing, is_page, links_in, moved_to
from tests.protocol.harness.tally import PLAYED
from tests.protocol.harness.world import World, cached_copier

_REV = re.compile(
    rb'<meta name="colophon-rev" content="[0-9]+">|<!-- rev [0-9]+ -->|"rev": [0-9]+|^# rev [0-9]+$', re.MULTILINE
)
Masked = tuple[bytes, dict[str, str], tuple[str, str]]
Listed = frozenset[tuple[date, Entry]]


class CleanBuild(Struct, frozen=True):
    """A clean build of the inbox: what must stand, what is said of every upload, and what listings would list.

    ``listed`` is None where the listings themselves are among the objects.
    """

    objects: dict[str, Masked]
    outcomes: dict[str, Any]
    listed: Listed | None = None


def clean_build(world: World, source: InboxReader | None = None) -> CleanBuild:
    """The site as ``colophon build`` makes it, reading the versions that the bucket holds, or ``source`` shows."""
    inbox, now = source or world.inbox, world.now
    plan = make_plan(key for key in world.cloud.inbox() if not key.startswith(REPORTS))
    if world.listing:
        ever_listed, limits = entries(world.cloud, "entries#"), world.functions.limits
        whole = build_whole_site(plan, inbox, now, cached_copier, ever_listed, limits)
        return _as_clean_build(whole.objects, whole.outcomes)
    site = build_site_row(inbox, now)
    posts = list(build_posts(plan.posts, inbox, site, now, cached_copier))
    claimants = [item for post in posts for item in post.claimants]
    unmatched = [item for post in posts for item in post.unresolved]
    posts.append(build_redirects(claimants, unmatched, inbox, site, now, cached_copier))
    clinics = [build_clinic_row(clinic, inbox, site, now) for clinic in plan.clinics]
    outcomes = [
        *decide_shared_outcomes(plan, inbox, site, clinics),
        *(outcome for post in posts for outcome in post.outcomes),
    ]
    clean = _as_clean_build((thing for post in posts for thing in post.objects), outcomes)
    listed = frozenset((row.posted, row.entry) for post in posts for row in post.entries if row.entry)
    return replace(clean, listed=listed)


def _as_clean_build(objects: Iterable[SiteObject], outcomes: Iterable[Outcome]) -> CleanBuild:
    stored = {o.key: StoredObject(o.content, dict(o.metadata), (o.content_type, o.cache_control)) for o in objects}
    return CleanBuild({key: _masked(one) for key, one in stored.items()}, {o.key: o.as_json() for o in outcomes})


def built_site(clean: CleanBuild) -> dict[str, StoredObject]:
    """The objects of a build. Their revisions are left out, also the member of a JSON file that has no other before."""
    objects = {key: StoredObject(*masked) for key, masked in clean.objects.items()}
    return {key: replace(one, content=one.content.replace(b"{,", b"{", 1)) for key, one in objects.items()}


def check_at_rest(world: World, clean: CleanBuild) -> None:
    """Raise Violation for the first difference between what stands and what a clean build makes."""
    _count(world, clean)
    site = {key: s for key, s in world.cloud.site().items() if _is_checked(key, world)}
    for key, wanted in ((key, wanted) for key, wanted in clean.objects.items() if _is_checked(key, world)):
        if key not in site:
            raise Violation(f"I1: {key} is not there")
        if _masked(site[key]) != wanted:
            raise Violation(f"I1: {key} differs: {_describe_difference(_masked(site[key]), wanted)}")
    for key, stored in site.items():
        lasting = key.startswith("assets/") or (key.startswith(PICTURES) and stored.status == "410")
        # Earlier cards stay, as caches may still name them, until the clinic is withdrawn.
        lasting |= key.startswith("cards/") and not _is_clinic_withdrawn(world, key.split("/")[1])
        if key in clean.objects or lasting or _is_awaited(stored):
            continue
        profile = clean.objects.get(find_profile_of_tag(key))
        covered = profile if profile and not _is_body(profile) else None
        if covered and _masked(stored) != covered:
            raise Violation(
                f"I1: {key} is not as withdrawn as its clinic: {_describe_difference(_masked(stored), covered)}"
            )
        if not covered and stored.status != "404":
            raise Violation(f"I1: {key} stands, and nothing in the inbox makes it")
    _check_index(world, clean)
    _check_histories(world)
    _check_links(site)
    if world.reporting:
        _check_reports(world)


def _count(world: World, clean: CleanBuild) -> None:
    """Which invariants hold if there is no difference: also that none of the rest depends on what is refused."""
    refused = any(outcome["state"] == "refused" for outcome in clean.outcomes.values())
    numbers = ["I1", "I4", "I5", *(["I6"] if refused else []), *([] if world.is_refreshed else ["I11"])]
    PLAYED.invariants.update(numbers)


def _is_clinic_withdrawn(world: World, clinic: str) -> bool:
    item = world.cloud.items().get((f"clinic#{clinic}", "clinic"), {})
    return row_encoding.decode_clinic(clinic, item).withdrawal is not None


def _is_checked(key: str, world: World) -> bool:
    return world.searching or (not SEARCH.group_of_key(key) if world.listing else not is_listing(key))


def _check_histories(world: World) -> None:
    """The last version that a page's history tells of is the one that stands.

    Where rows were lost a tombstone may be left of which no row tells: at an address to which nothing was uploaded.
    """
    items = world.cloud.items()
    recorded = histories(items)
    known = recorded.keys() | _pages_with_rows(items)
    for key, stored in world.cloud.site().items():
        if world.is_index_lost and stored.status and key not in known:
            continue
        if is_page(key) and (newest := max(recorded.get(key, {0: ""}))) != int(stored.metadata["rev"]):
            raise Violation(f"I5: {key} shows rev {stored.metadata['rev']}, and its history ends with {newest}")


def _pages_with_rows(items: Items) -> set[str]:
    return {
        f"{name.removeprefix(row_encoding.PAGE_PREFIX)}/{pk.removeprefix('post#')}/index.html"
        for (pk, _), item in items.items()
        if pk.startswith("post#")
        for name in item
        if name.startswith(row_encoding.PAGE_PREFIX)
    }


def _check_links(site: Mapping[str, StoredObject]) -> None:
    """Whatever has a body, or is a redirect, leads only to bodies; ``site`` may be without its listings, to which
    anything may lead."""
    for key, stored in site.items():
        if _is_awaited(stored):
            continue
        if (new := moved_to(stored.metadata)) and (new not in site or site[new].status):
            raise Violation(f"I4: {key} sends its readers to {new}, where no page is")
        if stored.status or key.startswith(FILES):
            continue
        for linked in sorted(links_in(stored.content)):
            if linked in site and site[linked].status:
                raise Violation(f"I4: {key} leads to {linked}, where nothing is any more")


def _is_awaited(stored: StoredObject) -> bool:
    """Whether it is what publish puts before a month is made. It stays, with no word of anything, if none is made."""
    return stored.metadata.get("kind") == AWAITED_KIND


def check_replay(world: World) -> None:
    """Answer every message of the schedule once more: nothing may be written (I8)."""
    PLAYED.invariants["I8"] += 1
    again = [message for message in dict.fromkeys(world.handled) if message.to != "report"]
    written = [call for call in world.transport.calls if _is_checked_write(call)]
    before = world.cloud.items()
    world.queued += again
    world.run_until_quiet()
    more = [call for call in world.transport.calls if _is_checked_write(call)][len(written) :]
    if more:
        rows_changed = [
            f"{key}: {before.get(key)} -> {item}"
            for key, item in world.cloud.items().items()
            if before.get(key) != item
        ]
        raise Violation(f"I8: a replay writes: {'; '.join(map(str, more))}; {'; '.join(rows_changed)}")


def _check_index(world: World, clean: CleanBuild) -> None:
    items = world.cloud.items()
    outcomes = {key: o.as_json() for (pk, _), item in items.items() for key, o in outcomes_in_item(pk, item).items()}
    for key in sorted(clean.outcomes.keys() | outcomes.keys()):
        if outcomes.get(key) != clean.outcomes.get(key):
            raise Violation(f"I5: of {key} it says {outcomes.get(key)}, and should say {clean.outcomes.get(key)}")
    posts = [
        row_encoding.decode_post(PostRef(*pk[5:].split("/")), item)
        for (pk, _), item in items.items()
        if pk[:5] == "post#"
    ]
    facts = {
        page_row.facts.path: page_row.facts for post in posts for page_row in post.pages.values() if page_row.facts
    }
    bodies = {
        f"/{k.removesuffix('index.html')}" for k, stored in clean.objects.items() if is_page(k) and _is_body(stored)
    }
    if facts.keys() != bodies:
        raise Violation(f"I1: rows say live {sorted(facts)}, and {sorted(bodies)} have a body")
    if clean.listed is not None:
        live = [row for row in entries(world.cloud) if row.entry]
        listed = frozenset((row.posted, row.entry) for row in live)
        if listed != clean.listed:
            raise Violation(f"I1: the index lists {set(listed ^ clean.listed)}, or should")
        if missing := [row for row in live if row_encoding.split_key(listing_keys.recent_day_key(row)) not in items]:
            raise Violation(f"I1: no day is noted for {missing}")


def _check_reports(world: World) -> None:
    """Every upload's report says what the index says of it, and there is no other."""
    items = world.cloud.items().items()
    wanted = {
        report_key(key): encode_report(compare_versions(o, world.inbox))
        for (pk, _), item in items
        for key, o in outcomes_in_item(pk, item).items()
    }
    bucket = world.cloud.bucket(INBOX).keys
    found = {key: bucket[key].value for key in bucket if key.startswith(REPORTS)}
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) != found.get(key):
            raise Violation(f"I5: {key} says {found.get(key)!r:.300}, and should say {wanted.get(key)!r:.300}")


def _is_body(wanted: Masked) -> bool:
    return "status" not in wanted[1]


def _is_checked_write(call: Any) -> bool:
    return call.writes and not call.resource.startswith("queue")


def _masked(stored: StoredObject) -> Masked:
    metadata = {name: value for name, value in stored.metadata.items() if name not in ("rev", "fp")}
    return _without_rev(stored.content), metadata, stored.served


@lru_cache(maxsize=20000)
def _without_rev(content: bytes) -> bytes:
    return _REV.sub(b"", content)


def _describe_difference(found: Masked, wanted: Masked) -> str:
    if found[1:] != wanted[1:]:
        return f"{found[1:]} instead of {wanted[1:]}"
    pairs = zip(found[0].splitlines(), wanted[0].splitlines(), strict=False)
    return next((f"{one!r:.300} instead of {other!r:.300}" for one, other in pairs if one != other), "its length")
