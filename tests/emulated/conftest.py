"""One emulated stack for each file of tests; every test works with clinics of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from colophon.local.distribution import distribution
from colophon.local.site_server import SiteServer
from colophon.local.stack import LocalStack
from tests.emulated.desk import TEMPLATE, Desk
from tests.emulated.origin import origin
from tests.emulated.uploads import SITE, Clinic


@dataclass(slots=True)
class Amiss:
    """What no upload may ever lead to: handlers that raise, messages that come back, dead letters, denied calls."""

    stack: LocalStack
    returned: list[str] = field(default_factory=list)

    def found(self) -> list[str]:
        return [
            *(str(denial) for denial in self.stack.denied),
            *(failure.account for failure in self.stack.functions.failures),
            *(f"came back from {what}" for what in self.returned),
            *(f"dead letter in {queue}: {body}" for queue, body in self.stack.dispatcher.dead_letters().items()),
        ]


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack(TEMPLATE) as stack:
        yield stack


@pytest.fixture(scope="module")
def _watched(stack: LocalStack) -> Amiss:
    amiss, invoke = Amiss(stack), stack.functions.invoke

    def watched(reference: str, event: Any) -> Any:
        answer = invoke(reference, event)
        amiss.returned.extend(f"{reference}: {one}" for one in (answer or {}).get("batchItemFailures", []))
        return answer

    stack.functions.invoke = watched  # type: ignore[method-assign]
    return amiss


@pytest.fixture(autouse=True)
def amiss(_watched: Amiss) -> Iterator[Amiss]:
    """Nothing may be amiss after a test, whatever was uploaded in it."""
    yield _watched
    assert _watched.found() == []


@pytest.fixture(scope="module")
def empty_desk(stack: LocalStack) -> Iterator[Desk]:
    """A stack into which nothing was uploaded yet."""
    with SiteServer(distribution(stack.deployment), origin(stack)) as server:
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
