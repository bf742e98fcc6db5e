"""One site and one browser for all tests of this folder; without a browser they are skipped, and say why."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import tools
from tests.browser.looking import Eyes, eyes_on
from tests.browser.served import Served, served_site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By a mark, so that the end of a run tells the reason once for each file and not for each test."""
    lacking = tools.lacking()
    if lacking and not tools.required():
        for item in items:
            if item.path.parent == Path(__file__).parent:
                item.add_marker(pytest.mark.skip(f"Checks in a browser: {lacking}."))


@pytest.fixture(scope="session")
def _tools() -> None:
    if lacking := tools.lacking():
        pytest.fail(f"The checks in a browser are required, and there is {lacking}.")


@pytest.fixture(scope="session")
def site(_tools: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    run = tmp_path_factory.getbasetemp()
    # Of several workers the first makes the site for all: they share the folder above their own.
    shared = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    with served_site(shared / "site.pickle") as site:
        yield site


@pytest.fixture(scope="package")
def eyes(site: Served) -> Iterator[Eyes]:
    """Closed before any test of another folder begins: its driver keeps an event loop running, which others mind."""
    with eyes_on(site) as eyes:
        yield eyes
