"""One emulated stack for each file of tests; every test works with clinics of its own."""

from collections.abc import Callable, Iterator

import pytest

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from tests.emulated.command import Shell
from tests.emulated.desk import TEMPLATE, Desk
from tests.emulated.open_desk import Amiss, watched
from tests.emulated.uploads import SITE, Clinic


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack(TEMPLATE, clock=ManualClock()) as stack:
        yield stack


@pytest.fixture(scope="module")
def amiss(stack: LocalStack) -> Amiss:
    return watched(stack)


@pytest.fixture(autouse=True)
def _nothing_amiss(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever was uploaded in a test, at its end no call was denied and no message came back or is a dead letter."""
    amiss = request.getfixturevalue("amiss") if "stack" in request.fixturenames else None
    yield
    assert amiss is None or amiss.found() == []


@pytest.fixture(scope="module")
def empty_desk(stack: LocalStack) -> Iterator[Desk]:
    """A stack into which nothing was uploaded yet."""
    with serve_site(stack, 0) as server:
        yield Desk(stack, server.url)


@pytest.fixture(scope="module")
def desk(empty_desk: Desk) -> Desk:
    """A stack with a valid ``site.yaml``."""
    empty_desk.put("site.yaml", SITE)
    empty_desk.settle()
    return empty_desk


@pytest.fixture(scope="module")
def _names() -> Iterator[str]:
    return (f"clinic-{number}" for number in range(1000))


@pytest.fixture
def new_clinic(desk: Desk, _names: Iterator[str]) -> Callable[[], Clinic]:
    """Makes a clinic that no other test knows, its record uploaded but not yet answered for."""

    def made() -> Clinic:
        clinic = Clinic(next(_names))
        desk.put(clinic.key, clinic.record())
        return clinic

    return made


@pytest.fixture
def clinic(new_clinic: Callable[[], Clinic]) -> Clinic:
    return new_clinic()


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    """``colophon`` as a person types it; what it prints is not mixed with what the functions log."""
    return Shell(capsys)
