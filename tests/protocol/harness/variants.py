"""What a schedule can be played with, by name: the real code, and each with one rule left out."""

from collections.abc import Mapping

from msgspec.structs import replace

from colophon.stores.site import Site
from tests.protocol.harness.broken_publish import BROKEN, BROKEN_SITES
from tests.protocol.harness.functions import REAL, Functions

VARIANTS: Mapping[str, Functions] = {
    "real": REAL,
    **{name: replace(REAL, publish_clients=clients) for name, clients in BROKEN.items()},
}
# The same for the functions' own handlers: what they put and read pages with.
SITES: Mapping[str, type[Site]] = {"real": Site, **BROKEN_SITES}
