"""A stack of template.yaml, opened and watched."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from tests.emulated.stack_driver import TEMPLATE, StackDriver


@dataclass(slots=True)
class Failures:
    """What no upload may ever lead to: handlers that raise, messages that come back, dead letters, denied calls."""

    stack: LocalStack
    returned: list[str] = field(default_factory=list)

    def found(self) -> list[str]:
        return [
            *(str(denial) for denial in self.stack.denials),
            *(failure.traceback for failure in self.stack.functions.failures),
            *(f"came back from {what}" for what in self.returned),
            *(f"dead letter in {queue}: {body}" for queue, body in self.stack.dispatcher.dead_letters().items()),
        ]


def watch(stack: LocalStack) -> Failures:
    """Watch the answers of the functions of ``stack`` for messages that could not be answered for."""
    failures, invoke = Failures(stack), stack.functions.invoke

    def observed(reference: str, event: Any) -> Any:
        answer = invoke(reference, event)
        failures.returned.extend(f"{reference}: {one}" for one in (answer or {}).get("batchItemFailures", []))
        return answer

    stack.functions.invoke = observed  # type: ignore[method-assign]
    return failures


@contextmanager
def open_stack() -> Iterator[StackDriver]:
    """A stack of its own for the time of the block; raises AssertionError for failures at its end."""
    with LocalStack(TEMPLATE, clock=ManualClock()) as stack, serve_site(stack, 0) as server:
        failures = watch(stack)
        yield StackDriver(stack, server.url)
        assert failures.found() == []
