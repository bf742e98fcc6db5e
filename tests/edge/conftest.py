"""The distribution of the template, in front of a bucket that is a dictionary."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from colophon_emulator.deploy import deploy
from colophon_emulator.deployment import Deployment
from colophon_emulator.distribution import Distribution, Fetch, load_distribution
from colophon_emulator.edge_function import EdgeFunction
from colophon_emulator.engine import run_moto

Stored = Mapping[str, tuple[Mapping[str, str], bytes]]


@pytest.fixture(scope="session")
def stack() -> Deployment:
    with run_moto():
        return deploy(Path(__file__).parents[2] / "template.yaml", {}, "colophon")


@pytest.fixture(scope="session")
def cdn(stack: Deployment) -> Distribution:
    return load_distribution(stack)


@pytest.fixture(scope="session")
def address(cdn: Distribution) -> EdgeFunction:
    assert cdn.request_function is not None
    return cdn.request_function


@pytest.fixture(scope="session")
def status(cdn: Distribution) -> EdgeFunction:
    assert cdn.response_function is not None
    return cdn.response_function


@pytest.fixture(scope="session")
def bucket() -> Callable[[Stored], Fetch]:
    """Makes the origin: keys to headers and body; S3's answer for a missing key."""

    def make_fetch(stored: Stored) -> Fetch:
        def fetch(key: str) -> tuple[int, Mapping[str, str], bytes]:
            if key not in stored:
                return 404, {"content-type": "application/xml", "server": "AmazonS3"}, b"<Error>NoSuchKey</Error>"
            headers, body = stored[key]
            return 200, {"server": "AmazonS3", "x-amz-request-id": "8D1F", **headers}, body

        return fetch

    return make_fetch
