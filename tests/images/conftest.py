"""One decoder for all the images of this folder, with the limits that the image function has."""

from collections.abc import Iterator

import pytest

from colophon.stores.decoder import Decoder


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    with Decoder() as opened:
        yield opened
