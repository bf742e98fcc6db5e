"""One site and one browser for all tests of this folder; without a browser they are skipped, and say why."""

from collections.abc import Iterator

import pytest

from tests.browser import tools
from tests.browser.looking import Eyes, eyes_on
from tests.browser.served import Served, served_site


@pytest.fixture(scope="session")
def _tools() -> None:
    lacking = tools.lacking()
    if lacking and tools.required():
        pytest.fail(f"The checks in a browser are required, and there is {lacking}.")
    if lacking:
        pytest.skip(f"Checks in a browser: {lacking}.")


@pytest.fixture(scope="session")
def site(_tools: None) -> Iterator[Served]:
    with served_site() as site:
        yield site


@pytest.fixture(scope="session")
def eyes(site: Served) -> Iterator[Eyes]:
    with eyes_on(site) as eyes:
        yield eyes
