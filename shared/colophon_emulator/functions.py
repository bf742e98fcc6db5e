"""The functions of the template, loaded from its CodeUri and Handler and called as Lambda calls them."""

import json
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.invocation import Invocation, running
from colophon_emulator.sandbox import context, environment, loaded


class Failure(Struct, frozen=True):
    """An invocation that ended in an exception, with Python's own account of it."""

    function: str
    error: BaseException
    account: str

    def __str__(self) -> str:
        return f"{self.function}: {type(self.error).__name__}: {self.error}"


class InvocationFailed(Exception):
    """What the caller of a function sees when its handler raised."""


class Functions:
    """Every function of a deployment, by logical id. May be called from any thread, and from several at once."""

    def __init__(self, deployment: Deployment) -> None:
        self._functions = {resource.logical_id: resource for resource in deployment.of_type("AWS::Lambda::Function")}
        self._layers = {resource.ref: resource for resource in deployment.of_type("AWS::Lambda::LayerVersion")}
        self._warm: dict[str, _Sandbox] = {}
        self._loading = threading.RLock()
        self.counts: Counter[str] = Counter()
        self._ended = 0
        self.failures: list[Failure] = []
        self.logs: dict[str, list[str]] = {logical_id: [] for logical_id in self._functions}

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def named(self, reference: str) -> str:
        """The logical id for a function's logical id, name or ARN. Raises EmulationError if there is none."""
        for logical_id, resource in self._functions.items():
            if reference in (logical_id, resource.ref, resource.arn):
                return logical_id
        raise EmulationError(f"There is no function {reference}.")

    def cold_start(self, reference: str | None = None) -> None:
        """The next call loads the function (or every function) anew, as a fresh Lambda sandbox would."""
        for logical_id in [self.named(reference)] if reference else list(self._functions):
            self._warm.pop(logical_id, None)

    def invoke(self, reference: str, event: Mapping[str, Any]) -> Any:
        """What the handler answers, as Lambda passes it on: event and answer go through JSON.

        Raises InvocationFailed when the handler raises or its answer is no JSON; the failure is kept in ``failures``.
        """
        logical_id = self.named(reference)
        resource = self._functions[logical_id]
        self.counts[logical_id] += 1
        try:
            sandbox = self._sandbox(resource)
            with running(sandbox.invocation):
                return json.loads(json.dumps(sandbox.handler(json.loads(json.dumps(event)), context(resource))))
        except Exception as error:
            self.failures.append(Failure(logical_id, error, traceback.format_exc()))
            raise InvocationFailed(f"{logical_id} failed: {type(error).__name__}: {error}") from error
        finally:
            self._ended += 1

    @property
    def at_work(self) -> bool:
        """Whether one of them runs at this moment."""
        return self.counts.total() > self._ended

    def _sandbox(self, function: Resource) -> "_Sandbox":
        logical_id = function.logical_id
        with self._loading:
            if logical_id not in self._warm:
                invocation = Invocation(logical_id, environment(function), self.logs[logical_id].append)
                layers = [self._layers[layer].local_path for layer in function.properties.get("Layers", [])]
                with running(invocation):
                    self._warm[logical_id] = _Sandbox(loaded(function, layers), invocation)
            return self._warm[logical_id]


class _Sandbox(Struct, frozen=True):
    handler: Callable[[Any, Any], Any]
    invocation: Invocation
