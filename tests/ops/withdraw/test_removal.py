"""The checks after a withdrawal: which there are for each target, and in which phase each is read."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.listings.kind import EntryTraits
from colophon.listings.kinds.search import SEARCH
from colophon.listings.periods import prefix_of
from colophon.upload.keys import (
    ClinicWithdrawal,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
)
from colophon_ops.site_reader import PublicSite, SiteBucket
from colophon_ops.withdraw.clients import WithdrawClients
from colophon_ops.withdraw.evidence import Evidence
from colophon_ops.withdraw.footprint import EditionFootprint, Footprint, covers
from colophon_ops.withdraw.listings import (
    listings_that_mention,
    part_listings_that_mention,
    search_files_that_mention,
)
from colophon_ops.withdraw.proof import Check, Phase
from colophon_ops.withdraw.removal import Removal, removal_checks
from colophon_ops.withdraw.subject import WithdrawalTarget

POST, EARLIER = PostRef("sorae", "cough"), PostRef("sorae", "old")
IMAGES = (ImageRef(POST, "ear.jpg"), ImageRef(POST, "nose.jpg"))
LISTED_BY = EntryTraits(frozenset({date(2026, 1, 15)}), frozenset({"Late coughs"}))
EDITIONS = tuple(EditionFootprint(PageRef(POST, lang), True, frozenset(), LISTED_BY) for lang in ("en", "ko"))
PHASES = {
    "index": Phase.INDEX,
    "page": Phase.BUCKET,
    "image": Phase.BUCKET,
    "images": Phase.BUCKET,
    "images left there": Phase.BUCKET,
    "card": Phase.BUCKET,
    "cards": Phase.BUCKET,
    "sibling": Phase.BUCKET,
    "moved from": Phase.LISTINGS,
    "listing": Phase.LISTINGS,
    "listing parts": Phase.LISTINGS,
    "public site": Phase.LISTINGS,
    "public page": Phase.PUBLIC,
    "public image": Phase.PUBLIC,
    "public card": Phase.PUBLIC,
    "public sibling": Phase.PUBLIC,
    "public moved from": Phase.PUBLIC,
    "public listing": Phase.PUBLIC,
    "public listing parts": Phase.PUBLIC,
}
_CARDS = {"card", "cards", "public card"}
TARGETS: list[tuple[WithdrawalTarget, set[str]]] = [
    (ClinicWithdrawal("sorae"), set(PHASES) - {"sibling", "public sibling"}),
    (PostWithdrawal(POST), set(PHASES) - _CARDS - {"sibling", "public sibling"}),
    (PageWithdrawal(EDITIONS[0].page), set(PHASES) - _CARDS - {"image", "images", "public image"}),
    (ImageWithdrawal(IMAGES[0]), set(PHASES) - _CARDS - {"page", "public page"}),
]


def footprint_of(target: WithdrawalTarget) -> Footprint:
    return Footprint(
        target,
        tuple(edition for edition in EDITIONS if covers(target, edition.page)),
        tuple(edition for edition in EDITIONS if not covers(target, edition.page)),
        tuple(image for image in IMAGES if covers(target, image)),
        tuple(image for image in IMAGES if not covers(target, image)),
        (),
        (PageRef(EARLIER, "en"),),
    )


def checks_of(target: WithdrawalTarget) -> list[Check]:
    """The checks of ``target``; none of them is read."""
    none: Any = None
    bucket, public = SiteBucket(none, "site"), PublicSite("https://posts.example")
    clients = WithdrawClients(none, "inbox", none, none, none, bucket, public, None, ())
    footprint = footprint_of(target)
    keys = ("images/sorae/cough/ear.0b69d44b6962-480.webp",) if footprint.images else ()
    cards = ("cards/sorae/en.0b69d44b6962.png",) if footprint.card_folder else ()
    removal = Removal(footprint, "gone", Evidence(frozenset(), (), {}, lambda lang: ""), keys, cards)
    return list(removal_checks(removal, clients))


@pytest.mark.parametrize(("target", "kinds"), TARGETS)
def test_each_kind_of_check_is_read_in_its_phase(target: WithdrawalTarget, kinds: set[str]) -> None:
    checks = checks_of(target)
    assert {check.kind for check in checks} == kinds
    assert {check.kind: check.phase for check in checks} == {kind: PHASES[kind] for kind in kinds}


@pytest.mark.parametrize("target", [target for target, _ in TARGETS])
def test_a_check_needs_only_checks_of_earlier_phases(target: WithdrawalTarget) -> None:
    order, checks = list(Phase), checks_of(target)
    assert all(order.index(need.phase) < order.index(check.phase) for check in checks for need in check.needs)
    assert {need for check in checks for need in check.needs} <= set(checks)


@pytest.mark.parametrize("target", [target for target, _ in TARGETS])
def test_every_object_of_the_site_is_read_in_the_bucket_and_by_readers(target: WithdrawalTarget) -> None:
    checks = checks_of(target)
    stored = sorted(check.kind for check in checks if f"public {check.kind}" in PHASES)
    assert stored == sorted(check.kind.removeprefix("public ") for check in checks if check.phase is Phase.PUBLIC)


def test_every_listing_that_could_mention_a_post_is_known() -> None:
    found = [key for lang, key in listings_that_mention(footprint_of(PageWithdrawal(EDITIONS[0].page)), ("en",))]
    assert len(found) == len(set(found))
    assert {key.removeprefix("en/") for key in found if key.startswith("en/")} == {
        "index.html",
        "feed.xml",
        "feed.json",
        "about/index.html",
        "search/index.html",
        "sitemap-clinics.xml",
        "sitemap.xml",
        "sorae/index.html",
        "sorae/profile/index.html",
        "sorae/feed.xml",
        "sorae/feed.json",
        "sorae/sitemap-2026.xml",
        "sorae/search-2026.json",
        "sorae/2026/index.html",
        "sorae/2026/01/index.html",
        "sorae/tags/late-coughs/index.html",
    }
    assert {key for key in found if not key.startswith(("en/", "ko/"))} == {"index.html", "404.html"}


def test_the_search_of_every_language_is_read() -> None:
    files = list(search_files_that_mention(footprint_of(PageWithdrawal(EDITIONS[0].page)), ("en", "ja")))
    assert [each.folder for each in files] == ["en/search/", "ja/search/", "ko/search/"]
    assert files[0].keys >= {"en/search/index.json", "en/search/00.json", "en/search/63.json"}
    assert all(SEARCH.group_of_key(key) == SEARCH.group("en") for key in files[0].keys)


def test_every_part_of_a_year_that_could_mention_a_post_is_known_and_found_by_few_prefixes() -> None:
    (parts,) = part_listings_that_mention(replace(footprint_of(PageWithdrawal(EDITIONS[0].page)), siblings=()))
    assert (parts.lang, parts.clinic, parts.folder) == ("en", "sorae", "en/sorae/")
    prefix = prefix_of("cough")
    assert {key.removeprefix("en/sorae/") for key in parts.keys} == {
        *(f"2026/{path}index.html" for path in ("01/", "01/15/", f"01/15/{prefix}/")),
        *(f"sitemap-2026-{name}.xml" for name in ("01", "01-15", f"01-15-{prefix}")),
        *(f"search-2026-{name}.json" for name in ("01", "01-15", f"01-15-{prefix}")),
    }
    assert set(parts.prefixes) == {"en/sorae/2026/01/", "en/sorae/search-2026-01", "en/sorae/sitemap-2026-01"}
    assert all(key.startswith(parts.prefixes) for key in parts.keys)
