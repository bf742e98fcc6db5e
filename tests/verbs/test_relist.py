"""``rebuild_all``: one listing that fails stops no other, and the message fails with the first error."""

from typing import Any

import pytest

from colophon.listings.kinds.home import HOME
from colophon.listings.kinds.language import LANGUAGE
from colophon.stores.listing_index import ListingIndex
from colophon.stores.site import Site
from colophon.verbs.clients import AssetWriter
from colophon.verbs.listings import ListingClients
from colophon.verbs.relist import rebuild_all


class _NoTable:
    """A table that no row can be read of; ``asked`` are the partitions that were tried."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def transact_get_items(self, **params: Any) -> None:
        key = params["TransactItems"][0]["Get"]["Key"]
        self.asked.append(f"{key['pk']['S']} {key['sk']['S']}")
        raise OSError(self.asked[-1])


def test_every_listing_is_tried_and_the_first_error_is_raised() -> None:
    client: Any = _NoTable()
    site = Site(client, "site")
    clients = ListingClients(ListingIndex(client, "index"), site, AssetWriter(site))
    groups = [kind.group(lang) for kind in (HOME, LANGUAGE) for lang in ("en", "ko")]
    with pytest.raises(OSError, match="en") as caught:
        rebuild_all(groups, clients)
    assert len(client.asked) == len(set(client.asked)) == len(groups)
    assert str(caught.value) == client.asked[0]


def test_without_listings_nothing_is_read() -> None:
    client: Any = _NoTable()
    site = Site(client, "site")
    assert rebuild_all([], ListingClients(ListingIndex(client, "index"), site, AssetWriter(site))) == {}
