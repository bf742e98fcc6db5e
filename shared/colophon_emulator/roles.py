"""Every AWS call of a function is checked against the function's own role, as AWS would check it.

The statements that count are those of the role, of the managed policies it names, and of the bucket policies.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

from botocore.client import ClientCreator
from botocore.exceptions import ClientError
from msgspec import Struct

from colophon_emulator.account import format_arn, format_bucket_arn
from colophon_emulator.bucket_policies import bucket_statements
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.iam import (
    AuthorizationRequest,
    Statement,
    find_deciding_statement,
    list_required_permissions,
    parse_statements,
)
from colophon_emulator.invocation import current_invocation
from colophon_emulator.lock import patch

_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_FROM_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_FROM_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
_MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole": _LOGS,
    "AWSLambdaSQSQueueExecutionRole": (*_FROM_QUEUE, *_LOGS),
    "AWSLambdaDynamoDBExecutionRole": (*_FROM_STREAM, *_LOGS),
}
# Calls whose answer reveals that a key does not exist.
_REVEALING_ABSENCE = ("GetObject", "HeadObject", "PutObject")


class Permissions:
    """The statements that apply to each function, and which of them a call has needed."""

    def __init__(self, deployment: Deployment) -> None:
        roles = {role.arn: role for role in deployment.of_type("AWS::IAM::Role")}
        self._roles: dict[str, str] = {}
        self._own: dict[str, tuple[Statement, ...]] = {}
        self._managed: dict[str, tuple[Statement, ...]] = {}
        for function in deployment.of_type("AWS::Lambda::Function"):
            role = roles[function.properties["Role"]]
            self._roles[function.logical_id] = role.arn
            self._own[function.logical_id] = tuple(_inline_statements(role))
            self._managed[function.logical_id] = tuple(_managed_statements(role))
        self._bucket_policies = tuple(bucket_statements(deployment))
        self._used: set[tuple[str, str, str]] = set()

    def is_allowed(self, function: str, request: AuthorizationRequest) -> bool:
        """Whether the function may do this. The grants that allow it count as used."""
        checked = AuthorizationRequest(request.action, request.resource, request.context, self._roles[function])
        own = self._own[function]
        deciding = find_deciding_statement(chain(own, self._managed[function], self._bucket_policies), checked)
        allowed = deciding is not None and deciding.effect == "Allow"
        if allowed:
            self._used.update((function, *pair) for statement in own for pair in _matching_grants(statement, checked))
        return allowed

    def list_unused(self) -> tuple[str, ...]:
        """``Function: action on resource`` for every grant of a function's own role that no call has needed."""
        granted = (
            (function, action, resource)
            for function, statements in self._own.items()
            for statement in statements
            for action, resource in _grants(statement)
        )
        return tuple(f"{grant[0]}: {grant[1]} on {grant[2]}" for grant in granted if grant not in self._used)

    def list_service_needs(self, deployment: Deployment) -> Iterator[tuple[str, AuthorizationRequest]]:
        """What Lambda itself does with each function's role: write logs, read sources, report failed batches."""
        for function in deployment.of_type("AWS::Lambda::Function"):
            given_group = function.properties.get("LoggingConfig", {}).get("LogGroup")
            group = given_group or f"/aws/lambda/{function.ref}"
            stream = format_arn("logs", f"log-group:{group}:log-stream:local")
            for action in _LOGS[1:] if given_group else _LOGS:
                yield function.logical_id, AuthorizationRequest(action, stream, {})
        for mapping in deployment.of_type("AWS::Lambda::EventSourceMapping"):
            reader = deployment.find_function(mapping.properties["FunctionName"])
            function_id = reader.logical_id if reader else mapping.properties["FunctionName"]
            source = mapping.properties["EventSourceArn"]
            for action in _FROM_QUEUE if ":sqs:" in source else _FROM_STREAM:
                yield function_id, AuthorizationRequest(action, source, {})
            failed = mapping.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
            if failed:
                yield function_id, AuthorizationRequest("sqs:SendMessage", failed, {})


def _grants(statement: Statement) -> Iterator[tuple[str, str]]:
    if statement.effect == "Allow":
        yield from ((action, resource) for action in statement.actions for resource in statement.resources)


def _matching_grants(statement: Statement, request: AuthorizationRequest) -> Iterator[tuple[str, str]]:
    for action, resource in _grants(statement) if statement.matches(request) else ():
        narrow = Statement("Allow", (action,), (resource,), statement.conditions)
        if narrow.matches(request):
            yield action, resource


def _inline_statements(role: Resource) -> Iterator[Statement]:
    for policy in role.properties.get("Policies", []):
        yield from parse_statements(policy["PolicyDocument"], role.logical_id)


def _managed_statements(role: Resource) -> Iterator[Statement]:
    for policy_arn in role.properties.get("ManagedPolicyArns", []):
        name = policy_arn.rsplit("/", 1)[-1]
        if name not in _MANAGED_POLICIES:
            raise EmulationError(f"{role.logical_id} has the managed policy {name}, whose statements are unknown.")
        yield Statement("Allow", _MANAGED_POLICIES[name], ("*",))


class Denial(Struct, frozen=True):
    """A call that no statement allows the function, in IAM's terms."""

    function: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.function} may not {self.action} on {self.resource}"


class RoleEnforcer:
    """Checks the calls of a deployment's functions; ``denials`` lists the denied ones in order."""

    def __init__(self, deployment: Deployment) -> None:
        self._stack = deployment.stack_name
        self._permissions = Permissions(deployment)
        self.denials: list[Denial] = []
        for function, request in self._permissions.list_service_needs(deployment):
            self._record_decision(function, request)

    def list_unused(self) -> tuple[str, ...]:
        """Grants that no call has needed so far."""
        return self._permissions.list_unused()

    @contextmanager
    def enforce(self) -> Iterator[None]:
        """Within the block, every new boto3 client checks its calls. Only calls by functions are ever denied."""
        create = ClientCreator.create_client

        def create_checked(creator: ClientCreator, *arguments: Any, **named: Any) -> Any:
            client = create(creator, *arguments, **named)
            invocation = current_invocation()
            if invocation and invocation.stack != self._stack:
                return client
            owner = invocation.function if invocation else None
            _ClientCheck(self, owner, client.meta.service_model.service_name).attach(client)
            return client

        with patch(ClientCreator, "create_client", create_checked):
            yield

    def _record_decision(self, function: str, request: AuthorizationRequest) -> bool:
        allowed = self._permissions.is_allowed(function, request)
        if not allowed:
            self.denials.append(Denial(function, request.action, request.resource))
        return allowed

    def check_allowed(self, function: str, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Raises botocore's ClientError, worded as by AWS, when a permission that the call needs is missing."""
        for request in list_required_permissions(service, operation, parameters):
            if not self._record_decision(function, request):
                raise _make_access_denied(function, service, operation, request)

    def may_learn_absence(self, function: str, bucket: str) -> bool:
        """S3 answers 404 for a missing key only to a caller that may list the bucket, else 403.

        The key does not count as the prefix of a listing.
        """
        request = AuthorizationRequest("s3:ListBucket", format_bucket_arn(bucket), {})
        return self._permissions.is_allowed(function, request)


class _ClientCheck:
    """The check of one client. ``owner`` is the function that created it: its threads count as the function."""

    def __init__(self, roles: RoleEnforcer, owner: str | None, service: str) -> None:
        self._roles, self._owner, self._service = roles, owner, service

    def attach(self, client: Any) -> None:
        client.meta.events.register_first("provide-client-params", self._check_call)
        if self._service == "s3":
            client.meta.events.register_first("after-call.s3", self._hide_absence)

    def _function(self) -> str | None:
        invocation = current_invocation()
        return invocation.function if invocation else self._owner

    def _check_call(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        function = self._function()
        if function is not None:
            self._roles.check_allowed(function, self._service, model.name, params)
            context["emulator_bucket"] = params.get("Bucket")

    def _hide_absence(
        self, http_response: Any, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        function, bucket = self._function(), context.get("emulator_bucket")
        is_absent = http_response.status_code == 404 and model.name in _REVEALING_ABSENCE
        if function is None or bucket is None or not is_absent or parsed.get("Error", {}).get("Code") == "NoSuchBucket":
            return
        if not self._roles.may_learn_absence(function, bucket):
            parsed["ResponseMetadata"]["HTTPStatusCode"] = 403
            code = "403" if model.name == "HeadObject" else "AccessDenied"
            parsed["Error"] = {"Code": code, "Message": "Forbidden" if code == "403" else "Access Denied"}
            self._roles.denials.append(Denial(function, "s3:ListBucket", format_bucket_arn(bucket)))


def _make_access_denied(function: str, service: str, operation: str, request: AuthorizationRequest) -> Exception:
    code = {"dynamodb": "AccessDeniedException", "sqs": "AccessDenied"}.get(service, "AccessDenied")
    code = "403" if operation.startswith("Head") else code
    message = f"The role of {function} has no statement that allows {request.action} on {request.resource}."
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return ClientError(answer, operation)  # type: ignore[arg-type]
