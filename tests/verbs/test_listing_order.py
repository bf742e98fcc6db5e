"""The order in which the listings of a group are put: none ever links to one that is not there."""

from collections.abc import Sequence
from typing import Any

from colophon.decision.rows import PageToken
from colophon.listings.kind import Listing
from colophon.page.objects import SiteObject
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.verbs import listings
from colophon.verbs.clients import AssetWriter
from colophon.verbs.listings import ListingClients
from colophon.verbs.swap import PageSwapper
from tests.verbs.account import Account


def listing(key: str) -> Listing:
    """A listing whose object only has its key."""
    return Listing(key, f"new {key}", lambda rev: SiteObject(key, b"", "text/html", "", {"rev": str(rev)}))


class _Backwards:
    """Runs tasks from the last to the first, as threads may; ``counts`` are how many it was given."""

    def __init__(self) -> None:
        self.counts: list[int] = []

    def __call__(self, tasks: Sequence[Any]) -> list[Any]:
        self.counts.append(len(tasks))
        return [task() for task in reversed(tasks)][::-1]


def test_new_listings_are_put_one_by_one_in_the_order_of_their_kind_and_only_others_side_by_side() -> None:
    account, run = Account({}), _Backwards()
    client: Any = account
    site = Site(client, "site")
    clients = ListingClients(ListingIndex(client, "index"), site, AssetWriter(site), run_swaps=run)
    old, same = PageToken('"old"', 1, "old"), PageToken('"same"', 4, "new same")
    recorded = {"old-1": old, "same": same, "old-2": old}
    some = [listing(key) for key in ("old-1", "first", "same", "second", "old-2", "third")]
    tokens = listings._swap(some, recorded, PageSwapper(site), clients)
    puts = [asked["Key"] for asked in account.asked_of("put_object")]
    assert puts == ["first", "second", "third", "old-2", "old-1"]
    assert run.counts == [2]
    assert tokens.keys() == {"old-1", "first", "second", "old-2", "third"}
    conditions = [asked.get("IfMatch") or asked["IfNoneMatch"] for asked in account.asked_of("put_object")]
    assert conditions == ["*", "*", "*", '"old"', '"old"']


def test_what_other_listings_link_to_is_put_where_nothing_is_and_never_replaced() -> None:
    account = Account({})
    client: Any = account
    site = Site(client, "site")
    clients = ListingClients(ListingIndex(client, "index"), site, AssetWriter(site))
    listings._put_linked([listing("a"), listing("b")], clients)
    puts = [(asked["Key"], asked["IfNoneMatch"]) for asked in account.asked_of("put_object")]
    assert puts == [("a", "*"), ("b", "*")]
