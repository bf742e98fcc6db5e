"""The functions of the template, loaded from its CodeUri and Handler and called as Lambda calls them.

A function's code loaded and its surroundings made, as Lambda does at a cold start.
"""

import importlib.util
import json
import sys
import threading
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec import Struct

from colophon_emulator.account import REGION
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.engine import ACCESS_KEY, SECRET_KEY
from colophon_emulator.errors import EmulationError
from colophon_emulator.invocation import Invocation, running


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


def loaded(function: Resource, layers: Iterable[str]) -> Callable[[Any, Any], Any]:
    """The handler of a function, its module freshly executed, with the folders of its layers on the path.

    Has to be called while the function's invocation is the current one. Raises EmulationError if there is no such code.
    """
    module_name, function_name = function.properties["Handler"].rsplit(".", 1)
    path = Path(function.local_path, *module_name.split(".")).with_suffix(".py")
    if not function.local_path or not path.is_file():
        raise EmulationError(f"{function.logical_id} has no code: there is no {path}.")
    with _importable([*layers, function.local_path]):
        module = _module(f"lambda_{function.logical_id.replace('/', '_')}", path)
    if not hasattr(module, function_name):
        raise EmulationError(f"{function.logical_id} has no handler: {path} does not define {function_name}.")
    handler: Callable[[Any, Any], Any] = getattr(module, function_name)
    return handler


@dataclass
class Context:
    """What a handler gets as its second argument: the fields and the one method of Lambda's context object."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    timeout_seconds: float
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    log_group_name: str = ""
    log_stream_name: str = "local"
    identity: None = None
    client_context: None = None
    _started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        left = self.timeout_seconds - (time.monotonic() - self._started)
        return max(0, int(left * 1000))


def environment(function: Resource) -> dict[str, str]:
    """A function's whole environment: its own variables and what Lambda sets beside them.

    Source: "Defined runtime environment variables" in the AWS Lambda Developer Guide.
    """
    own = function.properties.get("Environment", {}).get("Variables", {})
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_SESSION_TOKEN": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.properties['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": function.ref,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(_memory(function)),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": _log_group(function),
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": function.local_path,
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
        "_HANDLER": function.properties["Handler"],
        **{name: str(value) for name, value in own.items()},
    }


def context(function: Resource) -> Context:
    """The context of one call of the function that starts now."""
    timeout = float(function.properties.get("Timeout", 3))
    return Context(function.ref, _memory(function), function.arn, timeout, log_group_name=_log_group(function))


def _memory(function: Resource) -> int:
    return int(function.properties.get("MemorySize", 128))


def _log_group(function: Resource) -> str:
    return str(function.properties.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{function.ref}"))


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise EmulationError(f"{path} can't be loaded as Python.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _importable(folders: Iterable[str]) -> Iterator[None]:
    added = [folder for folder in folders if folder and folder not in sys.path]
    sys.path.extend(added)
    try:
        yield
    finally:
        for folder in added:
            sys.path.remove(folder)
