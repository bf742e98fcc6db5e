"""A stack: a template deployed into emulated AWS, with its functions ready to run."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from colophon_emulator.account import REGION
from colophon_emulator.bucket_policies import enforce_bucket_policies
from colophon_emulator.clock import Clock, set_service_times, system_clock
from colophon_emulator.deploy import deploy
from colophon_emulator.deployment import Deployment
from colophon_emulator.dispatch import Dispatcher
from colophon_emulator.engine import SECRET_KEY, HttpEndpoint, check_is_running, make_client, run_moto
from colophon_emulator.faults import Faults
from colophon_emulator.invalidations import Invalidations
from colophon_emulator.lambda_runtime import Functions
from colophon_emulator.limits import DEFAULT_LIMITS, Limits
from colophon_emulator.roles import Denial, RoleEnforcer
from colophon_emulator.stack_api import StackDescription, answer_invocations
from colophon_emulator.turns import sleep_by_turns


class EmulatedStack:
    """The stack of ``template`` within the ``with`` block.

    ``parameters`` are the template's; a missing one takes its default. ``serve_s3`` opens an HTTP endpoint on 127.0.0.1
    (``port`` 0: a free one) to the same buckets. ``clock`` is the clock of the CDN's cache and its invalidations, with
    ``follows_clock`` also of S3, queues, streams and schedules. ``limits`` say what runs at once. ``large_run`` turns
    on speed-ups for thousands of objects (``moto_speed``). With ``in_open_account``, the stack is deployed into the
    account that the caller has opened (``engine.run_moto``), beside others; what it made stays there when the block
    ends. ``imported`` are logical ids of resources that exist there already (``deploy.deploy``).

    Raises EmulationError for a template that can't be deployed, and when another account is open in this process.
    """

    STACK_NAME = "emulated"

    def __init__(
        self,
        template: Path,
        *,
        parameters: Mapping[str, str] | None = None,
        serve_s3: bool = False,
        port: int = 0,
        stack_name: str = "",
        clock: Clock = system_clock,
        follows_clock: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        large_run: bool = False,
        in_open_account: bool = False,
        imported: Collection[str] = (),
    ) -> None:
        self._template, self._parameters, self._stack_name = (
            template,
            dict(parameters or {}),
            stack_name or self.STACK_NAME,
        )
        self._serve_s3, self._port, self._large_run = serve_s3, port, large_run
        self._in_open_account, self._imported = in_open_account, imported
        self.clock, self._follows_clock, self._limits = clock, follows_clock, limits
        self._cleanup = ExitStack()
        self._endpoint: HttpEndpoint | None = None
        self.deployment: Deployment
        self.functions: Functions
        self.dispatcher: Dispatcher
        self.invalidations: Invalidations
        self.faults = Faults(clock if follows_clock else system_clock, limits.seed)
        self._roles: RoleEnforcer

    def __enter__(self) -> Self:
        with ExitStack() as cleanup:
            clock = self.clock if self._follows_clock else system_clock
            if self._in_open_account:
                check_is_running()
            else:
                cleanup.enter_context(run_moto(large_run=self._large_run))
            cleanup.enter_context(set_service_times(clock))
            cleanup.enter_context(sleep_by_turns())
            cleanup.enter_context(self.faults.strike())
            self.deployment = deploy(self._template, self._parameters, self._stack_name, self._imported)
            distributions = [each.ref for each in self.deployment.of_type("AWS::CloudFront::Distribution")]
            self.invalidations = Invalidations(distributions, self.clock)
            cleanup.enter_context(self.invalidations.patch_cloudfront())
            self._roles = RoleEnforcer(self.deployment)
            cleanup.enter_context(self._roles.enforce(StackDescription(self.deployment).attach))
            cleanup.enter_context(enforce_bucket_policies(self.deployment, self._roles.principal_arn))
            self.functions = Functions(self.deployment)
            cleanup.enter_context(answer_invocations(self.functions))
            self.dispatcher = Dispatcher(self.deployment, self.functions, cache(make_client), self._limits, clock)
            cleanup.callback(self.dispatcher.cancel)
            if self._serve_s3:
                self._endpoint = cleanup.enter_context(HttpEndpoint(self._port))
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def client(self, service: str, caller: str = "") -> Any:
        """A boto3 client of the emulated account, with full permissions or those of ``caller``.

        That is a function, by its logical id, or an identity of ``add_identity``.
        """
        return make_client(service, self._roles.access_key(caller)) if caller else make_client(service)

    def add_identity(
        self, name: str, policies: Iterable[str | Mapping[str, Any]], tags: Mapping[str, str] | None = None
    ) -> Mapping[str, str]:
        """Let a user called ``name`` do what ``policies`` allow, and nothing else; returns arguments for boto3.

        ``policies`` are ARNs of managed policies of the stack, and policy documents. Only clients of boto3 in this
        process are held to them. Raises EmulationError for a policy that can't be evaluated.
        """
        self._roles.add_identity(name, policies, tags or {})
        return {
            "aws_access_key_id": self._roles.access_key(name),
            "aws_secret_access_key": SECRET_KEY,
            "region_name": REGION,
        }

    @property
    def outputs(self) -> Mapping[str, str]:
        """The stack's outputs, as ``aws cloudformation describe-stacks`` would show them."""
        return self.deployment.outputs

    @property
    def endpoint(self) -> str:
        """The URL of the HTTP endpoint; empty without ``serve_s3``."""
        return self._endpoint.url if self._endpoint else ""

    @property
    def not_emulated(self) -> tuple[str, ...]:
        """``LogicalId.Property`` of everything in the template that the emulation does not apply."""
        return self.deployment.not_emulated

    @property
    def denials(self) -> tuple[Denial, ...]:
        """Calls by a function, or by Lambda on its behalf, that no statement of its role allows."""
        return tuple(self._roles.denials)

    @property
    def refusals(self) -> tuple[Denial, ...]:
        """Calls by an identity that its policies do not allow, or that a bucket policy denies."""
        return tuple(self._roles.refusals)

    def unused_grants(self, identity: str = "") -> tuple[str, ...]:
        """Grants of the functions' roles, or of an identity's policies, that no call has needed so far."""
        return self._roles.list_unused(identity)
