"""One emulated stack for each file of tests; every test works with clinics of its own."""

from collections.abc import Callable, Iterator

import pytest

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from tests.emulated.open_stack import Failures, watch
from tests.emulated.shell import Shell
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack(TEMPLATE, clock=ManualClock()) as stack:
        yield stack


@pytest.fixture(scope="module")
def failures(stack: LocalStack) -> Failures:
    return watch(stack)


@pytest.fixture(autouse=True)
def _check_no_failures(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever was uploaded in a test, at its end no call was denied and no message came back or is a dead letter."""
    failures = request.getfixturevalue("failures") if "stack" in request.fixturenames else None
    yield
    assert failures is None or failures.found() == []


@pytest.fixture(scope="module")
def empty_driver(stack: LocalStack) -> Iterator[StackDriver]:
    """A stack into which nothing was uploaded yet."""
    with serve_site(stack, 0) as server:
        yield StackDriver(stack, server.url)


@pytest.fixture(scope="module")
def driver(empty_driver: StackDriver) -> StackDriver:
    """A stack with a valid ``site.yaml``."""
    empty_driver.put("site.yaml", SITE)
    empty_driver.settle()
    return empty_driver


@pytest.fixture(scope="module")
def _names() -> Iterator[str]:
    return (f"clinic-{number}" for number in range(1000))


@pytest.fixture
def new_clinic(driver: StackDriver, _names: Iterator[str]) -> Callable[[], Clinic]:
    """Makes a clinic that no other test knows, its record uploaded but not yet answered for."""

    def made() -> Clinic:
        clinic = Clinic(next(_names))
        driver.put(clinic.key, clinic.record())
        return clinic

    return made


@pytest.fixture
def clinic(new_clinic: Callable[[], Clinic]) -> Clinic:
    return new_clinic()


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    """``colophon`` as a person types it; what it prints is not mixed with what the functions log."""
    return Shell(capsys)
