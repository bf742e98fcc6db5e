"""The template's functions, loaded from CodeUri and Handler and invoked as Lambda invokes them."""

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
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from moto.logs.models import logs_backends
from msgspec import Struct

from colophon_emulator.account import ACCOUNT, LOG_STREAM, REGION, format_access_key
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.engine import SECRET_KEY
from colophon_emulator.errors import EmulationError
from colophon_emulator.invocation import Invocation, run_as


class Failure(Struct, frozen=True):
    """An invocation that ended in an exception."""

    function: str
    error: BaseException
    traceback: str

    def __str__(self) -> str:
        return f"{self.function}: {type(self.error).__name__}: {self.error}"


class InvocationFailed(Exception):
    """Raised to the caller of a function whose handler raised."""


class Functions:
    """Every function of a deployment. Thread-safe: several may run at once.

    ``counts`` (invocations), ``errors`` (those that raised), ``at_once`` (the most that ran at the same time) and
    ``logs`` (what it printed) are by logical id, ``most_at_once`` is of all together; ``failures`` are in order.
    ``environment`` is added to the variables of each function when it is loaded.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._functions = {resource.logical_id: resource for resource in deployment.of_type("AWS::Lambda::Function")}
        self._layers = {resource.ref: resource for resource in deployment.of_type("AWS::Lambda::LayerVersion")}
        self._idle: dict[str, list[_ExecutionEnvironment]] = {logical_id: [] for logical_id in self._functions}
        self._cold_starts: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.at_once: Counter[str] = Counter()
        self.most_at_once = 0
        self.failures: list[Failure] = []
        self.environment: dict[str, str] = {}
        self.logs: dict[str, list[str]] = {logical_id: [] for logical_id in self._functions}

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def find_id(self, reference: str) -> str:
        """The logical id for a function's logical id, name or ARN, or for an alias. Raises EmulationError."""
        found = self._deployment.find_function(reference)
        if found is None:
            raise EmulationError(f"There is no function {reference}.")
        return found.logical_id

    def force_cold_start(self, reference: str | None = None) -> None:
        """Load the function, or every function, again at its next invocation, as in a new execution environment."""
        with self._lock:
            for logical_id in [self.find_id(reference)] if reference else list(self._functions):
                self._idle[logical_id].clear()
                self._cold_starts[logical_id] += 1

    def invoke(self, reference: str, event: Mapping[str, Any]) -> Any:
        """Run the handler and return its answer. Event and answer are converted through JSON, as Lambda does.

        Raises InvocationFailed when the handler raises or its answer is not JSON; also adds it to ``failures``.
        """
        logical_id = self.find_id(reference)
        resource = self._functions[logical_id]
        self._count_start(logical_id)
        try:
            with self._execution_environment(resource) as environment, run_as(environment.invocation):
                answer = environment.handler(json.loads(json.dumps(event)), make_context(resource))
                return json.loads(json.dumps(answer))
        except Exception as error:
            self.errors[logical_id] += 1
            self.failures.append(Failure(logical_id, error, traceback.format_exc()))
            raise InvocationFailed(f"{logical_id} failed: {type(error).__name__}: {error}") from error
        finally:
            with self._lock:
                self._running[logical_id] -= 1

    @property
    def is_running(self) -> bool:
        """Whether any function runs at this moment."""
        return self._running.total() > 0

    def _log(self, logical_id: str, group: str, text: str) -> None:
        self.logs[logical_id].append(text)
        _append_to_group(group, text)

    def _count_start(self, logical_id: str) -> None:
        with self._lock:
            self.counts[logical_id] += 1
            self._running[logical_id] += 1
            self.at_once[logical_id] = max(self.at_once[logical_id], self._running[logical_id])
            self.most_at_once = max(self.most_at_once, self._running.total())

    @contextmanager
    def _execution_environment(self, function: Resource) -> Iterator["_ExecutionEnvironment"]:
        """The environment that was used last and is idle, else a new one. Within the block it is not shared."""
        logical_id = function.logical_id
        with self._lock:
            environment = self._idle[logical_id].pop() if self._idle[logical_id] else None
            cold_starts = self._cold_starts[logical_id]
        environment = environment or self._load(function)
        try:
            yield environment
        finally:
            with self._lock:
                if cold_starts == self._cold_starts[logical_id]:
                    self._idle[logical_id].append(environment)

    def _load(self, function: Resource) -> "_ExecutionEnvironment":
        variables = {**build_environment(function), **self.environment}
        log = partial(self._log, function.logical_id, _log_group(function))
        invocation = Invocation(function.logical_id, variables, log, self._deployment.stack_name)
        layers = [self._layers[layer].local_path for layer in function.properties.get("Layers", [])]
        with run_as(invocation):
            return _ExecutionEnvironment(load_handler(function, layers), invocation)


class _ExecutionEnvironment(Struct, frozen=True):
    """A function's module, loaded for itself alone: its clients and its memory serve one invocation at a time.

    Modules that the function imports are loaded once in this process; what they keep is shared, unlike on Lambda.
    """

    handler: Callable[[Any, Any], Any]
    invocation: Invocation


def load_handler(function: Resource, layers: Iterable[str]) -> Callable[[Any, Any], Any]:
    """Execute a function's module, with the folders of its layers on the path, and return its handler.

    Must be called within ``run_as`` for this function. Raises EmulationError if the code or handler does not exist.
    """
    module_name, function_name = function.properties["Handler"].rsplit(".", 1)
    path = Path(function.local_path, *module_name.split(".")).with_suffix(".py")
    if not function.local_path or not path.is_file():
        raise EmulationError(f"{function.logical_id} has no code: there is no {path}.")
    with _extend_path([*layers, function.local_path]):
        module = _execute_module(f"lambda_{function.logical_id.replace('/', '_')}", path)
    if not hasattr(module, function_name):
        raise EmulationError(f"{function.logical_id} has no handler: {path} does not define {function_name}.")
    handler: Callable[[Any, Any], Any] = getattr(module, function_name)
    return handler


@dataclass
class LambdaContext:
    """A handler's second argument: the fields and the one method of Lambda's context object."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    timeout_seconds: float
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    log_group_name: str = ""
    log_stream_name: str = LOG_STREAM
    identity: None = None
    client_context: None = None
    _started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        left = self.timeout_seconds - (time.monotonic() - self._started)
        return max(0, int(left * 1000))


def build_environment(function: Resource) -> dict[str, str]:
    """A function's whole environment: its own variables and those that Lambda sets.

    Source: "Defined runtime environment variables" in the AWS Lambda Developer Guide.
    """
    own = function.properties.get("Environment", {}).get("Variables", {})
    return {
        "AWS_ACCESS_KEY_ID": format_access_key(function.ref),
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_SESSION_TOKEN": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.properties['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": function.ref,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(_memory_size(function)),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": _log_group(function),
        "AWS_LAMBDA_LOG_STREAM_NAME": LOG_STREAM,
        "LAMBDA_TASK_ROOT": function.local_path,
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
        "_HANDLER": function.properties["Handler"],
        **{name: str(value) for name, value in own.items()},
    }


def make_context(function: Resource) -> LambdaContext:
    """The context of an invocation that starts now."""
    timeout = float(function.properties.get("Timeout", 3))
    return LambdaContext(
        function.ref, _memory_size(function), function.arn, timeout, log_group_name=_log_group(function)
    )


def _append_to_group(group: str, text: str) -> None:
    """Add what a function printed to its log group in moto, so that a query finds it; nothing if there is no group."""
    found: Any = logs_backends[ACCOUNT][REGION].groups.get(group)
    if found is not None and text.strip():
        event = {"timestamp": int(time.time() * 1000), "message": text.rstrip("\n")}
        found.put_log_events(LOG_STREAM, [event])


def _memory_size(function: Resource) -> int:
    return int(function.properties.get("MemorySize", 128))


def _log_group(function: Resource) -> str:
    return str(function.properties.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{function.ref}"))


def _execute_module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise EmulationError(f"{path} can't be loaded as Python.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _extend_path(folders: Iterable[str]) -> Iterator[None]:
    added = [folder for folder in folders if folder and folder not in sys.path]
    sys.path.extend(added)
    try:
        yield
    finally:
        for folder in added:
            sys.path.remove(folder)
