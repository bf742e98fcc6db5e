"""What each function may do: the statements of its role, the managed policies it names, and the buckets' policies.

Each call that a function makes is checked against the function's own role, as AWS would check it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

from msgspec import Struct

from colophon_emulator.account import bucket_arn
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.iam import Request, Statement, decision, requests, statements_of
from colophon_emulator.invocation import current
from colophon_emulator.lock import replaced

_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_FROM_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_FROM_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")
_MANAGED = {
    "AWSLambdaBasicExecutionRole": _LOGS,
    "AWSLambdaSQSQueueExecutionRole": (*_FROM_QUEUE, *_LOGS),
    "AWSLambdaDynamoDBExecutionRole": (*_FROM_STREAM, *_LOGS),
}


class Permissions:
    """The statements that speak of each function, and which of them were ever of use."""

    def __init__(self, deployment: Deployment) -> None:
        roles = {role.arn: role for role in deployment.of_type("AWS::IAM::Role")}
        self._roles: dict[str, str] = {}
        self._own: dict[str, tuple[Statement, ...]] = {}
        self._managed: dict[str, tuple[Statement, ...]] = {}
        for function in deployment.of_type("AWS::Lambda::Function"):
            role = roles[function.properties["Role"]]
            self._roles[function.logical_id] = role.arn
            self._own[function.logical_id] = tuple(_inline(role))
            self._managed[function.logical_id] = tuple(_managed(role))
        self._of_buckets = tuple(_of_buckets(deployment))
        self._used: set[tuple[str, str, str]] = set()

    def allows(self, function: str, request: Request) -> bool:
        """Whether the function may; a grant that says so counts as used."""
        asked = Request(request.action, request.resource, request.context, self._roles[function])
        own = self._own[function]
        deciding = decision(chain(own, self._managed[function], self._of_buckets), asked)
        allowed = deciding is not None and deciding.effect == "Allow"
        if allowed:
            self._used.update((function, *pair) for statement in own for pair in _fitting_pairs(statement, asked))
        return allowed

    def unused(self) -> tuple[str, ...]:
        """``Function: action on resource`` for every grant of a function's own role that was never needed."""
        granted = (
            (function, action, resource)
            for function, statements in self._own.items()
            for statement in statements
            for action, resource in _pairs(statement)
        )
        return tuple(f"{grant[0]}: {grant[1]} on {grant[2]}" for grant in granted if grant not in self._used)

    def standing_needs(self, deployment: Deployment) -> Iterator[tuple[str, Request]]:
        """What Lambda itself does with each function's role: writes logs, reads sources, notes what failed."""
        for function in deployment.of_type("AWS::Lambda::Function"):
            given_group = function.properties.get("LoggingConfig", {}).get("LogGroup")
            group = given_group or f"/aws/lambda/{function.ref}"
            stream = f"arn:aws:logs:us-east-1:123456789012:log-group:{group}:log-stream:local"
            for action in _LOGS[1:] if given_group else _LOGS:
                yield function.logical_id, Request(action, stream, {})
        names = {function.ref: function.logical_id for function in deployment.of_type("AWS::Lambda::Function")}
        for mapping in deployment.of_type("AWS::Lambda::EventSourceMapping"):
            function_id = names.get(mapping.properties["FunctionName"], mapping.properties["FunctionName"])
            source = mapping.properties["EventSourceArn"]
            for action in _FROM_QUEUE if ":sqs:" in source else _FROM_STREAM:
                yield function_id, Request(action, source, {})
            failed = mapping.properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
            if failed:
                yield function_id, Request("sqs:SendMessage", failed, {})


def _pairs(statement: Statement) -> Iterator[tuple[str, str]]:
    if statement.effect == "Allow":
        yield from ((action, resource) for action in statement.actions for resource in statement.resources)


def _fitting_pairs(statement: Statement, request: Request) -> Iterator[tuple[str, str]]:
    for action, resource in _pairs(statement) if statement.fits(request) else ():
        narrow = Statement("Allow", (action,), (resource,), statement.conditions)
        if narrow.fits(request):
            yield action, resource


def _inline(role: Resource) -> Iterator[Statement]:
    for policy in role.properties.get("Policies", []):
        yield from statements_of(policy["PolicyDocument"], role.logical_id)


def _managed(role: Resource) -> Iterator[Statement]:
    for policy_arn in role.properties.get("ManagedPolicyArns", []):
        name = policy_arn.rsplit("/", 1)[-1]
        if name not in _MANAGED:
            raise EmulationError(
                f"{role.logical_id} has the managed policy {name}, whose statements are not known here."
            )
        yield Statement("Allow", _MANAGED[name], ("*",))


def _of_buckets(deployment: Deployment) -> Iterator[Statement]:
    for policy in deployment.of_type("AWS::S3::BucketPolicy"):
        yield from statements_of(policy.properties["PolicyDocument"], policy.logical_id)


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
