"""Each call that a function makes is checked against the function's own role, as AWS would check it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from colophon_emulator.actions import requests
from colophon_emulator.deployment import Deployment
from colophon_emulator.invocation import current
from colophon_emulator.lock import replaced
from colophon_emulator.names import bucket_arn
from colophon_emulator.permissions import Permissions
from colophon_emulator.policy import Request

_TELL_WHAT_IS_ABSENT = ("GetObject", "HeadObject", "PutObject")


class Denial(Struct, frozen=True):
    """A call that the function's role does not cover: what was asked for, in the words of IAM."""

    function: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.function} may not {self.action} on {self.resource}"


class Roles:
    """The check, and what it found: ``denied`` in the order it happened, ``unused`` what was granted for nothing."""

    def __init__(self, deployment: Deployment) -> None:
        self._permissions = Permissions(deployment)
        self.denied: list[Denial] = []
        for function, request in self._permissions.standing_needs(deployment):
            self._allowed(function, request)

    def unused(self) -> tuple[str, ...]:
        return self._permissions.unused()

    @contextmanager
    def enforced(self) -> Iterator[None]:
        """For the time of the block every boto3 client is made with the check; it speaks up inside functions only."""
        from botocore.client import ClientCreator

        create = ClientCreator.create_client

        def create_checked(creator: ClientCreator, *arguments: Any, **named: Any) -> Any:
            client = create(creator, *arguments, **named)
            maker = current()
            _Check(self, maker.function if maker else None, client.meta.service_model.service_name).attach(client)
            return client

        with replaced(ClientCreator, "create_client", create_checked):
            yield

    def _allowed(self, function: str, request: Request) -> bool:
        allowed = self._permissions.allows(function, request)
        if not allowed:
            self.denied.append(Denial(function, request.action, request.resource))
        return allowed

    def refuse_unless_allowed(self, function: str, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Raises botocore's ClientError as AWS words it, when any permission that the call needs is missing."""
        for request in requests(service, operation, parameters):
            if not self._allowed(function, request):
                raise _access_denied(function, service, operation, request)

    def may_know_what_is_absent(self, function: str, bucket: str) -> bool:
        """S3 says 404 for a missing key only to those who may list the bucket; the key is no prefix of a listing."""
        return self._permissions.allows(function, Request("s3:ListBucket", bucket_arn(bucket), {}))


class _Check:
    def __init__(self, roles: Roles, maker: str | None, service: str) -> None:
        self._roles, self._maker, self._service = roles, maker, service

    def attach(self, client: Any) -> None:
        client.meta.events.register_first("provide-client-params", self._before)
        if self._service == "s3":
            client.meta.events.register_first("after-call.s3", self._after)

    def _function(self) -> str | None:
        invocation = current()
        return invocation.function if invocation else self._maker

    def _before(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        function = self._function()
        if function is not None:
            self._roles.refuse_unless_allowed(function, self._service, model.name, params)
            context["colophon_bucket"] = params.get("Bucket")

    def _after(self, http_response: Any, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        function, bucket = self._function(), context.get("colophon_bucket")
        absent = http_response.status_code == 404 and model.name in _TELL_WHAT_IS_ABSENT
        if function is None or bucket is None or not absent or parsed.get("Error", {}).get("Code") == "NoSuchBucket":
            return
        if not self._roles.may_know_what_is_absent(function, bucket):
            parsed["ResponseMetadata"]["HTTPStatusCode"] = 403
            code = "403" if model.name == "HeadObject" else "AccessDenied"
            parsed["Error"] = {"Code": code, "Message": "Forbidden" if code == "403" else "Access Denied"}
            self._roles.denied.append(Denial(function, "s3:ListBucket", bucket_arn(bucket)))


def _access_denied(function: str, service: str, operation: str, request: Request) -> Exception:
    from botocore.exceptions import ClientError

    code = {"dynamodb": "AccessDeniedException", "sqs": "AccessDenied"}.get(service, "AccessDenied")
    code = "403" if operation.startswith("Head") else code
    message = f"The role of {function} has no statement that allows {request.action} on {request.resource}."
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return ClientError(answer, operation)  # type: ignore[arg-type]
