"""The control of ``colophon verify``: damage of every kind, planted in a settled stack, must be named, each by itself.

``python -m tests.protocol.verify_control`` plants all of it and prints what was found by kind; ``--only WORDS`` a part.
``DAMAGE`` is the table: what is damaged, how, what ``verify`` must say (no more and no less), and whether its repair
leaves nothing to say.
"""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct

from colophon.problem import Misconfigured
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import emulated_cloud
from tests.protocol.harness.damage import (
    LISTING,
    OBJECTS,
    PAGE,
    Damage,
    Named,
    body_for_tombstone,
    entry_lost,
    extra,
    header,
    listing_rows,
    metadata,
    object_lost,
    one_byte,
    other_location,
    outcomes,
    provenance,
    purge_lost,
    report_changed,
    report_lost,
    row_damaged,
    row_edited,
    row_lost,
    row_older,
    rows,
    tag_count_lost,
    tag_lost,
)
from tests.protocol.harness.settled_stack import CLINIC, CLOSED, POSTS, STRAY, SettledStack
from tests.protocol.harness.transport import Transport, without_sleep

EN, KO, PICTURE = (f"{contents.POST}{name}" for name in ("en.md", "ko.md", "room.png"))
POST_ITEM = (f"post#{CLINIC}/a-quiet-room", "post")
DAMAGE: tuple[Damage, ...] = (
    *(Damage("object lost", name, object_lost(key)) for name, key in OBJECTS.items()),
    *(Damage("object: one byte changed", name, one_byte(key)) for name, key in OBJECTS.items()),
    Damage("object: metadata changed", "cache tag of a page", metadata(PAGE, "cache-tag", "p:another/post")),
    Damage("object: metadata changed", "cache tag of a listing", metadata(LISTING, "cache-tag", "l:ko")),
    Damage("object: metadata changed", "status of a tombstone", metadata(OBJECTS["a withdrawn post"], "status", "404")),
    Damage("object: metadata changed", "where a redirect leads", other_location),
    Damage("object: metadata changed", "revision of a page", provenance(PAGE, "rev", "1", *rows(EN))),
    Damage("object: metadata changed", "fingerprint of a page", provenance(PAGE, "fp", "0", *rows(EN))),
    Damage(
        "object: metadata changed",
        "revision of a listing",
        provenance(OBJECTS["a tag"], "rev", "1", *listing_rows(f"tags#en {CLINIC}")),
    ),
    Damage("object: headers changed", "type of a page", header(PAGE, "ContentType", "text/plain")),
    Damage("object: headers changed", "type of a picture", header(OBJECTS["a picture"], "ContentType", "text/html")),
    Damage(
        "object: headers changed", "cache lifetime of a feed", header(OBJECTS["a feed"], "CacheControl", "no-store")
    ),
    Damage(
        "object: headers changed", "type of a style sheet", header(OBJECTS["a style sheet"], "ContentType", "text/html")
    ),
    Damage(
        "tombstone replaced by a body",
        "a withdrawn post",
        body_for_tombstone(OBJECTS["a withdrawn post"], "different", "served otherwise"),
    ),
    Damage(
        "tombstone replaced by a body",
        "a withdrawn clinic's post",
        body_for_tombstone(f"en/{CLOSED}/a/index.html", "different", "served otherwise"),
    ),
    Damage(
        "tombstone replaced by a body",
        "a withdrawn clinic's tag",
        body_for_tombstone(f"en/{CLOSED}/tags/sleep/index.html", "different", "served otherwise"),
    ),
    Damage("tombstone replaced by a body", "a deleted post", body_for_tombstone(f"en/{CLINIC}/i/index.html", "extra")),
    Damage(
        "tombstone replaced by a body",
        "a tag that is gone",
        body_for_tombstone(f"en/{CLINIC}/tags/rest/index.html", "extra"),
    ),
    Damage(
        "tombstone replaced by a body", "a replaced picture", body_for_tombstone(r"images/.*room.*-11\.jpg", "extra")
    ),
    Damage(
        "tombstone replaced by a body", "a withdrawn picture", body_for_tombstone(r"images/.*door.*-13\.jpg", "extra")
    ),
    Damage(
        "tombstone replaced by a body", "a withdrawn clinic's card", body_for_tombstone(f"cards/{CLOSED}/en.*", "extra")
    ),
    Damage("object extra", "a page", extra(f"en/{CLINIC}/never/index.html"), repaired=False),
    Damage("object extra", "a month", extra(f"en/{CLINIC}/2019/03/index.html"), repaired=False),
    Damage("object extra", "a picture", extra(f"images/{CLINIC}/b/never.000000000000-9.png"), repaired=False),
    Damage("object extra", "at the root", extra("never.html"), repaired=False),
    Damage("row lost", "a post", row_lost(*POST_ITEM, *outcomes(EN, KO, PICTURE))),
    Damage(
        "row lost",
        "a withdrawn post",
        row_lost(f"post#{CLINIC}/c", "post", *outcomes(f"{POSTS}/c/en.md", f"{POSTS}/c/withdrawal.yaml")),
    ),
    # The post that claims the address is asked to claim it again.
    Damage("row lost", "an earlier address", row_lost(f"post#{CLINIC}/a", "post", *rows(f"{POSTS}/b/en.md"))),
    Damage("row lost", "a clinic", row_lost(f"clinic#{CLINIC}", "clinic", *outcomes(f"clinics/{CLINIC}/clinic.yaml"))),
    Damage(
        "row lost",
        "a withdrawn clinic",
        row_lost(
            f"clinic#{CLOSED}",
            "clinic",
            *outcomes(f"clinics/{CLOSED}/clinic.yaml", f"clinics/{CLOSED}/withdrawal.yaml"),
        ),
    ),
    Damage("row lost", "the site", row_lost("site", "site", *outcomes("site.yaml", "site.css"))),
    # Of the versions before it nothing else knows.
    Damage(
        "row lost", "the version that stands", row_lost(f"history#{CLINIC}/a-quiet-room", "ko#000000003", *rows(KO))
    ),
    Damage("row lost", "a stray key", row_lost("stray", STRAY, *outcomes(STRAY))),
    *(
        Damage("row lost", name, row_lost(pk, sk, *listing_rows(f"{pk} {sk}")))
        for name, (pk, sk) in {
            "a year": (f"years#en/{CLINIC}", "2026"),
            "a year's page": (f"yearpages#en/{CLINIC}", "2026"),
            "a clinic's tags": ("tags#en", CLINIC),
            "a withdrawn clinic's tags": ("tags#en", CLOSED),
            "an archive": ("archives#en", CLINIC),
            "a directory": ("directory", "en"),
            "a home page": ("home", "en"),
            "the front page": ("front", "front"),
            "a search": ("search", "en"),
        }.items()
    ),
    Damage(
        "row older",
        "a post",
        row_older(
            *POST_ITEM,
            *outcomes(EN, PICTURE),
            *(("entry", key) for key in (EN, KO)),
            *(("report", key) for key in (EN, PICTURE)),
        ),
    ),
    Damage(
        "row older",
        "a withdrawn post",
        row_older(
            f"post#{CLINIC}/c",
            "post",
            *outcomes(f"{POSTS}/c/en.md", f"{POSTS}/c/withdrawal.yaml"),
            ("entry", f"{POSTS}/c/en.md"),
            ("report", f"{POSTS}/c/en.md"),
        ),
    ),
    Damage(
        "row older",
        "a deleted post",
        row_older(
            f"post#{CLINIC}/i",
            "post",
            *outcomes(f"{POSTS}/i/en.md"),
            ("entry", f"{POSTS}/i/en.md"),
            ("report", f"{POSTS}/i/en.md"),
        ),
    ),
    Damage(
        "row older",
        "a withdrawn clinic",
        row_older(f"clinic#{CLOSED}", "clinic", *outcomes(f"clinics/{CLOSED}/withdrawal.yaml")),
    ),
    Damage("row older", "the site", row_older("site", "site", *outcomes("site.css"))),
    Damage("row older", "a page that was put again", row_edited(*POST_ITEM, "L#ko", '"rev":3', '"rev":2', *rows(KO))),
    *(
        Damage("row older", name, row_older(pk, sk, *listing_rows(f"{pk} {sk}")))
        for name, (pk, sk) in {
            "a year": (f"years#en/{CLINIC}", "2026"),
            "a clinic's tags": ("tags#en", CLINIC),
            "a withdrawn clinic's tags": ("tags#en", CLOSED),
            "an archive": ("archives#en", CLINIC),
            "a directory": ("directory", "en"),
            "a home page": ("home", "en"),
            "a search": ("search", "en"),
        }.items()
    ),
    *(
        Damage("row damaged", name, row_damaged(*place), repaired=False)
        for name, place in {
            "a page": (*POST_ITEM, "L#en"),
            "a picture": (*POST_ITEM, "I#room.png"),
            "a claim": (f"post#{CLINIC}/a", "post", f"M#en#{CLINIC}/b"),
            "a clinic": (f"clinic#{CLINIC}", "clinic"),
            "the site": ("site", "site"),
            "a stray key": ("stray", STRAY),
            "a year": (f"years#en/{CLINIC}", "2026"),
            "a clinic's tags": ("tags#en", CLINIC),
            "a home page": ("home", "en"),
            "a search": ("search", "en"),
            "a published version": (f"history#{CLINIC}/a-quiet-room", "en#000000002"),
        }.items()
    ),
    Damage("listing entry lost", "a post's", entry_lost(f"entries#en/{CLINIC}", "2026/03/02#b", f"{POSTS}/b/en.md")),
    Damage(
        "listing entry lost",
        "a withdrawn post's",
        entry_lost(f"entries#en/{CLINIC}", "2026/02/27#c", f"{POSTS}/c/en.md"),
    ),
    Damage("listing entry lost", "a day", entry_lost("recent#ko", f"2026/03/02#{CLINIC}", KO)),
    Damage(
        "listing entry older",
        "a withdrawn post's",
        row_older(f"entries#en/{CLINIC}", "2026/02/27#c", ("entry", f"{POSTS}/c/en.md")),
    ),
    Damage("listing entry damaged", "a post's", row_damaged(f"entries#en/{CLINIC}", "2026/03/02#b"), repaired=False),
    Damage("report lost", "a post's", report_lost(EN)),
    Damage("report lost", "a refused text's", report_lost(f"{POSTS}/h/en.md")),
    Damage("report lost", "a stray key's", report_lost(STRAY)),
    Damage("report changed", "the site's", report_changed),
    Damage("tag lost", "one with a page", tag_lost("sleep")),
    Damage("tag lost", "one that is gone", tag_lost("rest")),
    Damage("tag lost", "a withdrawn clinic's", tag_lost("sleep", CLOSED)),
    Damage("tag lost", "from the counts of a year", tag_count_lost),
    Damage("image size lost", "a file", object_lost(r"images/.*room.*-12\.webp")),
    Damage(
        "image size lost",
        "from the row",
        row_edited(*POST_ITEM, "I#room.png", '"widths":[12]', '"widths":[]', *rows(PICTURE)),
    ),
    Damage("image size changed", "a file", one_byte(r"images/.*room.*-12\.webp")),
    Damage(
        "image size changed",
        "in the row",
        row_edited(*POST_ITEM, "I#room.png", '"widths":[12]', '"widths":[14]', *rows(PICTURE)),
    ),
    Damage("purge lost", "a withdrawn picture", purge_lost(r"images/.*door.*-13\.jpg")),
    Damage("purge lost", "a replaced picture", purge_lost(r"images/.*room.*-11\.jpg")),
    Damage("purge lost", "a withdrawn post", purge_lost(OBJECTS["a withdrawn post"])),
    Damage(
        "due date lost",
        "a text's",
        row_lost("due#0", f"2026-06-04T12:00:00.000000Z {POSTS}/d/en.md", *rows(f"{POSTS}/d/en.md")),
        repaired=False,
    ),
    Damage(
        "due date lost",
        "a hold's",
        row_lost("due#0", f"2026-06-04T12:00:00.000000Z {POSTS}/e/en.md", *rows(f"{POSTS}/e/en.md")),
        repaired=False,
    ),
)


# What the index holds of which nothing is compared, by the beginning of its partition, and why.
NOT_COMPARED: Mapping[str, str] = {
    "claimed#": "only lets a clinic's change reach an earlier address at once; the daily scan finds it by the claims",
    "waits#": "only lets a claim be made at once when it may be; the daily scan finds it by the page's row",
    "round": "without it the daily scan begins again",
    "strays": "without it every prefix is read again",
    "course": "without it an operator's command begins again",
    "months#": "as years#: rows of listings are compared alike, whatever their kind",
    "days#": "as years#",
    "prefixes#": "as years#",
}


class Trial(Struct, frozen=True):
    """What became of one damage: what ``verify`` should have named, what it named, and what was left after a repair."""

    damage: Damage
    wanted: Named
    named: Named
    left: Named

    @property
    def is_found(self) -> bool:
        return self.named == self.wanted

    @property
    def is_as_said(self) -> bool:
        return self.is_found and self.left == (frozenset() if self.damage.repaired else self.wanted)


def try_damage(stack: SettledStack, damage: Damage) -> Trial:
    """Plant ``damage`` in the settled stack, verify, repair, and verify again."""
    stack.restore()
    wanted = frozenset(damage.make(stack))
    named = _verify(stack)
    left = named
    if not any(what == "unreadable" for what, _ in named) and named:
        stack.verified.repair(stack.verified.verify())
        left = _verify(stack)
    return Trial(damage, wanted, named, left)


def _verify(stack: SettledStack) -> Named:
    try:
        return frozenset((each.what, each.key) for each in stack.verified.verify().differences)
    except Misconfigured as error:
        pk, sk = re.findall("“([^”]*)”", str(error))[:2]
        return frozenset({("unreadable", f"{pk} {sk}")})


def verify_untouched(stack: SettledStack) -> Named:
    """What ``verify`` names in the settled stack."""
    stack.restore()
    return _verify(stack)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="WORDS", help="only damage with these words")
    options = parser.parse_args()
    began, failed = time.monotonic(), 0
    planted, found, repaired = Counter[str](), Counter[str](), Counter[str]()
    with without_sleep(), emulated_cloud() as account:
        stack = SettledStack(account, Transport(account.s3, account.dynamodb))
        untouched = verify_untouched(stack)
        for damage in (each for each in DAMAGE if options.only in f"{each.kind}: {each.name}"):
            trial = try_damage(stack, damage)
            planted[damage.kind] += 1
            found[damage.kind] += trial.is_found
            repaired[damage.kind] += not trial.left
            failed += not trial.is_as_said
            for line in _describe(trial):
                print(line, flush=True)
    print(f"{'damage':32} {'planted':>8} {'found':>8} {'repaired':>9}")
    for kind in planted:
        print(f"{kind:32} {planted[kind]:8} {found[kind]:8} {repaired[kind]:9}")
    total = f"{planted.total()} planted, {found.total()} found, {repaired.total()} repaired"
    print(f"verify: {total}; untouched: {len(untouched)} differences; {time.monotonic() - began:.0f} s")
    return 1 if failed or untouched else 0


def _describe(trial: Trial) -> Iterator[str]:
    name = f"{trial.damage.kind}: {trial.damage.name}"
    if not trial.is_found:
        yield f"{name}: named {sorted(trial.named)}, should have named {sorted(trial.wanted)}"
    if not trial.is_as_said:
        yield f"{name}: after the repair {sorted(trial.left)}"


if __name__ == "__main__":
    sys.exit(main())
