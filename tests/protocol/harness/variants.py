"""The functions that a schedule can be played with, by name: the real ones, and each with one rule left out."""

from collections.abc import Mapping

from msgspec.structs import replace

from tests.protocol.harness.broken_publish import BROKEN
from tests.protocol.harness.functions import REAL, Functions

VARIANTS: Mapping[str, Functions] = {
    "real": REAL,
    **{name: replace(REAL, publish_clients=clients) for name, clients in BROKEN.items()},
}
