"""A stack whose functions run as they were built: each in a sandbox of its own, with the built layers alone.

Buckets, table, queues and the mappings of events are the emulation's. The functions reach it over HTTP.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.clock import ManualClock
from colophon_emulator.deployment import Resource
from colophon_emulator.lambda_runtime import build_environment
from tests.built.sandbox import Call, Sandbox
from tests.emulated.stack_driver import StackDriver


class Sandboxes:
    """A sandbox for each function of ``stack``, started by its first event.

    ``calls`` are what each function did, by its verb and the service that its event came from.
    """

    def __init__(self, stack: LocalStack) -> None:
        self._stack, self._open = stack, ExitStack()
        self._functions = {each.logical_id: each for each in stack.deployment.of_type("AWS::Lambda::Function")}
        self._layers = {each.ref: each for each in stack.deployment.of_type("AWS::Lambda::LayerVersion")}
        self._running: dict[str, Sandbox] = {}
        self.calls: dict[tuple[str, str], list[Call]] = {}

    def invoke(self, reference: str, event: Mapping[str, Any]) -> Any:
        """The answer of a function's handler. Raises RuntimeError, with the function's log, if it raises."""
        function = self._functions[self._stack.functions.find_id(reference)]
        if function.logical_id not in self._running:
            self._running[function.logical_id] = self._open.enter_context(self._make_sandbox(function))
        call = self._running[function.logical_id].invoke(event)
        verb, records = function.logical_id.removesuffix("Function").lower(), event.get("Records", [{}])
        self.calls.setdefault((verb, records[0].get("eventSource", "")), []).append(call)
        return call.answer

    def _make_sandbox(self, function: Resource) -> Sandbox:
        layers = [Path(self._layers[layer].local_path) / "python" for layer in function.properties["Layers"]]
        variables = {**build_environment(function), "AWS_ENDPOINT_URL": self._stack.endpoint}
        return Sandbox(Path(function.local_path), layers, variables)

    def close(self) -> None:
        self._open.close()


@contextmanager
def open_built_stack(built: Path) -> Iterator[tuple[StackDriver, Sandboxes]]:
    """The stack of the template that `sam build` wrote into ``built``, with the code beside it, within the block."""
    with ExitStack() as cleanup:
        stack = cleanup.enter_context(LocalStack(built / "template.yaml", serve_s3=True, clock=ManualClock()))
        server = cleanup.enter_context(serve_site(stack, 0))
        sandboxes = Sandboxes(stack)
        cleanup.callback(sandboxes.close)
        stack.functions.invoke = sandboxes.invoke  # type: ignore[method-assign]
        yield StackDriver(stack, server.url), sandboxes
