"""The one door: template.yaml deployed into emulated AWS, its functions running."""

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from colophon_emulator.clock import Clock, system_clock
from colophon_emulator.deploy import deploy
from colophon_emulator.deployment import Deployment
from colophon_emulator.dispatch import Dispatcher
from colophon_emulator.engine import Endpoint, client, engine
from colophon_emulator.invalidations import Invalidations
from colophon_emulator.lambda_runtime import Functions
from colophon_emulator.roles import Denial, Roles


class LocalStack:
    """A stack from ``template``, for the time of the ``with`` block.

    ``parameters`` are the template's; what is not given takes its default. ``serve_s3`` opens an HTTP endpoint on
    127.0.0.1 (``port`` 0: a free one) that shares the same buckets. By ``clock`` the edge keeps and forgets.

    Raises EmulationError for a template that could not be deployed, and when another LocalStack runs in this process.
    """

    def __init__(
        self,
        template: Path,
        *,
        parameters: Mapping[str, str] | None = None,
        serve_s3: bool = False,
        port: int = 0,
        stack_name: str = "colophon",
        clock: Clock = system_clock,
    ) -> None:
        self._template, self._parameters, self._stack_name = template, dict(parameters or {}), stack_name
        self._serve_s3, self._port = serve_s3, port
        self.clock = clock
        self._parts = ExitStack()
        self._endpoint: Endpoint | None = None
        self.deployment: Deployment
        self.functions: Functions
        self.dispatcher: Dispatcher
        self.invalidations: Invalidations
        self._roles: Roles

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            parts.enter_context(engine())
            self.deployment = deploy(self._template, self._parameters, self._stack_name)
            distributions = [each.ref for each in self.deployment.of_type("AWS::CloudFront::Distribution")]
            self.invalidations = Invalidations(distributions, self.clock)
            parts.enter_context(self.invalidations.answering())
            self._roles = Roles(self.deployment)
            parts.enter_context(self._roles.enforced())
            self.functions = Functions(self.deployment)
            self.dispatcher = Dispatcher(self.deployment, self.functions, cache(client))
            parts.callback(self.dispatcher.stop)
            if self._serve_s3:
                self._endpoint = parts.enter_context(Endpoint(self._port))
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    def client(self, service: str) -> Any:
        """A boto3 client of the emulated account with every right."""
        return client(service)

    @property
    def outputs(self) -> Mapping[str, str]:
        """The stack's outputs, as ``aws cloudformation describe-stacks`` would show them."""
        return self.deployment.outputs

    @property
    def inbox_bucket(self) -> str:
        return self.outputs["InboxBucket"]

    @property
    def site_bucket(self) -> str:
        return self.outputs["SiteBucket"]

    @property
    def table(self) -> str:
        return self.outputs["Table"]

    @property
    def endpoint(self) -> str:
        """Where an S3 client finds the buckets; empty unless ``serve_s3``."""
        return self._endpoint.url if self._endpoint else ""

    @property
    def not_emulated(self) -> tuple[str, ...]:
        """``LogicalId.Property`` of everything that the template says and the local run does not do."""
        return self.deployment.not_emulated

    @property
    def denied(self) -> tuple[Denial, ...]:
        """Calls that a function made, or Lambda for it, without a statement in its role that allows them."""
        return tuple(self._roles.denied)

    def unused(self) -> tuple[str, ...]:
        """Grants of the functions' roles that nothing has needed so far."""
        return self._roles.unused()
