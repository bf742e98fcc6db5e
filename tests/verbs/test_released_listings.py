"""A row of listings names no object that its group has given up: another row has it, or none."""

from msgspec.structs import replace

from colophon.decision.rows import PageToken
from colophon.listings.kind import ListingSnapshot
from colophon.listings.kinds import kind_of
from colophon.listings.kinds.tags import MAX_KNOWN, TAGS, TagInputs, TagsRow, TagState
from colophon.stores.listing_index import ListingIndex
from colophon.stores.row_encoding import decode_row, encode_row, make_key
from colophon.stores.site import Site
from colophon.verbs.clients import AssetWriter
from colophon.verbs.listings import ListingClients, is_up_to_date, rebuild
from tests.decision.builder import folder
from tests.decision.files import CLINIC, text
from tests.verbs.account import Account

DECISIONS = folder().put("en.md", text("Coughs")).decide()
GROUP = TAGS.group("en", CLINIC)


def made_from(row: TagsRow) -> tuple[Account, ListingClients]:
    """A table with ``row``, a clinic that has no tags any longer, and a site."""
    key = make_key(*kind_of(GROUP).item_key(GROUP))
    items = {
        key["pk"]["S"]: {**key, **encode_row(row)},
        f"clinic#{CLINIC}": encode_row(DECISIONS.clinic()),
        "site": encode_row(DECISIONS.site),
    }
    account = Account({}, items)
    site = Site(account, "site")  # type: ignore[arg-type]
    return account, ListingClients(ListingIndex(account, "index"), site, AssetWriter(site))  # type: ignore[arg-type]


def test_a_rebuild_forgets_the_tokens_of_what_it_releases() -> None:
    known = {f"tag-{number:03}": TagState(is_live=False, since=1) for number in range(MAX_KNOWN + 1)}
    row = TagsRow("en", CLINIC, n=1, known=known)
    there = TAGS.decide(ListingSnapshot(row, DECISIONS.site, DECISIONS.clinic()), TagInputs({}, {})).listings
    row = replace(row, tokens={listing.key: PageToken('"there"', 1, listing.fp) for listing in there})
    account, clients = made_from(row)
    assert len(rebuild(GROUP, clients).tokens) == 0
    (put,) = account.asked_of("put_item")
    recorded = decode_row(TagsRow, put["Item"])
    assert (recorded.known, recorded.tokens) == ({}, {})
    assert account.asked_of("put_object") == []
    _, clients = made_from(recorded)
    assert is_up_to_date(GROUP, clients.index)
