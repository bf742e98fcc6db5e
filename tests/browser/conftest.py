"""One site and one browser for all tests of this folder; without a browser they are skipped, and say why."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import installed_tools
from tests.browser.page_visit import SiteBrowser, open_browser
from tests.browser.served_site import ServedSite, serve_site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By a mark, so that the end of a run tells the reason once for each file and not for each test."""
    missing = installed_tools.describe_missing()
    if missing and not installed_tools.is_required():
        for item in items:
            if item.path.parent == Path(__file__).parent:
                item.add_marker(pytest.mark.skip(f"Checks in a browser: {missing}."))


@pytest.fixture(scope="session")
def _tools() -> None:
    if missing := installed_tools.describe_missing():
        pytest.fail(f"The checks in a browser are required, and there is {missing}.")


@pytest.fixture(scope="session")
def site(_tools: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    run = tmp_path_factory.getbasetemp()
    # Of several workers the first makes the site for all: they share the folder above their own.
    shared = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    with serve_site(shared / "site.pickle") as site:
        yield site


@pytest.fixture(scope="package")
def browser(site: ServedSite) -> Iterator[SiteBrowser]:
    """Closed before tests of other folders begin: its driver keeps an event loop running, which disturbs them."""
    with open_browser(site) as browser:
        yield browser
