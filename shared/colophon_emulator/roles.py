"""Every AWS call of a function is checked against the function's own role, as AWS would check it.

The statements that count are those of the role, of the managed policies it names, and of the bucket policies. The same
holds for the calls of an identity (``EmulatedStack.add_identity``). A caller is known by its access key.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

from botocore.client import ClientCreator
from botocore.exceptions import ClientError
from msgspec import Struct

from colophon_emulator.account import format_access_key, format_arn, format_bucket_arn
from colophon_emulator.bucket_policies import bucket_statements
from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.iam import (
    AuthorizationRequest,
    Context,
    Statement,
    find_deciding_statement,
    parse_statements,
)
from colophon_emulator.invocation import current_invocation
from colophon_emulator.lock import patch
from colophon_emulator.required_permissions import list_required_permissions

ROOT_ARN = format_arn("iam", "root", region="")
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


class Caller(Struct, frozen=True):
    """A function or an identity: the ARN of its role or user, its statements, and the context of all of its requests.

    ``managed`` are the statements of policies that only AWS could make narrower.
    """

    arn: str
    own: tuple[Statement, ...]
    managed: tuple[Statement, ...] = ()
    context: Context = {}


class Permissions:
    """The statements that apply to each caller, and which of them a call has needed.

    Callers are known by name: a function by its logical id.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._policies = {policy.arn: policy for policy in deployment.of_type("AWS::IAM::ManagedPolicy")}
        roles = {role.arn: role for role in deployment.of_type("AWS::IAM::Role")}
        self._callers = {
            function.logical_id: self._assume(roles[function.properties["Role"]])
            for function in deployment.of_type("AWS::Lambda::Function")
        }
        self._stack_name = deployment.stack_name
        self._function_names = {each.logical_id: each.ref for each in deployment.of_type("AWS::Lambda::Function")}
        self._bucket_policies = tuple(bucket_statements(deployment))
        self._used: set[tuple[str, str, str]] = set()
        # By caller, action, resource and context: the policies stay as they are.
        self._decisions: dict[tuple[Any, ...], tuple[bool, frozenset[tuple[str, str, str]]]] = {}

    def add_identity(self, name: str, policies: Iterable[str | Mapping[str, Any]], tags: Mapping[str, str]) -> None:
        """Let ``name`` do what ``policies`` allow: ARNs of managed policies of the stack, and policy documents."""
        if any({"*", "?"} & set(value) for value in tags.values()):
            raise EmulationError(f"{name} has a tag with a wildcard, which is not emulated.")
        documents = [self._document(policy) if isinstance(policy, str) else policy for policy in policies]
        own = tuple(chain.from_iterable(parse_statements(document, name) for document in documents))
        user_arn = format_arn("iam", f"user/{name}", region="")
        context = {f"aws:principaltag/{key.lower()}": value for key, value in tags.items()}
        self._decisions.clear()
        self._callers[name] = Caller(user_arn, own, context={**context, "aws:principalarn": user_arn})

    def _document(self, policy_arn: str) -> Mapping[str, Any]:
        if policy_arn not in self._policies:
            raise EmulationError(f"The stack has no managed policy {policy_arn}.")
        document: Mapping[str, Any] = self._policies[policy_arn].properties["PolicyDocument"]
        return document

    def _assume(self, role: Resource) -> Caller:
        own = tuple(_inline_statements(role))
        return Caller(role.arn, own, tuple(_managed_statements(role)), {"aws:principalarn": role.arn})

    def find_caller(self, access_key: str) -> str | None:
        """The name of the caller that signs with ``access_key``; None for one with full permissions."""
        return next((name for name in self._callers if self.access_key(name) == access_key), None)

    def access_key(self, name: str) -> str:
        """What the caller signs with: a function, by its logical id, or an identity. No two stacks have the same."""
        return format_access_key(self._function_names.get(name, f"{self._stack_name}/{name}"))

    def arn_of(self, name: str) -> str:
        return self._callers[name].arn

    def is_allowed(self, name: str, request: AuthorizationRequest) -> bool:
        """Whether the caller may do this. The grants that allow it count as used."""
        asked = (name, request.action, request.resource, *sorted(request.context.items()))
        if asked not in self._decisions:
            self._decisions[asked] = self._decide(name, request)
        allowed, grants = self._decisions[asked]
        self._used |= grants
        return allowed

    def _decide(self, name: str, request: AuthorizationRequest) -> tuple[bool, frozenset[tuple[str, str, str]]]:
        """Whether the caller may do this, and the grants of its own that allow it, each with its name."""
        caller = self._callers[name]
        checked = AuthorizationRequest(
            request.action, request.resource, {**caller.context, **request.context}, caller.arn
        )
        deciding = find_deciding_statement(chain(caller.own, caller.managed, self._bucket_policies), checked)
        if deciding is None or deciding.effect != "Allow":
            return False, frozenset()
        return True, frozenset(
            (name, *pair) for statement in caller.own for pair in _matching_grants(statement, checked)
        )

    def list_unused(self, names: Iterable[str]) -> tuple[str, ...]:
        """``Name: action on resource`` for every grant of these callers' own that no call has needed."""
        granted = (
            (name, action, resource)
            for name in names
            for statement in self._callers[name].own
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
    """A call that no statement allows the function, in IAM's terms. An identity that is denied has its name there."""

    function: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.function} may not {self.action} on {self.resource}"


class RoleEnforcer:
    """Checks the calls of a deployment's functions; ``denials`` lists the denied ones in order.

    ``refusals`` lists those of identities: to be denied something is what they are for.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._stack = deployment.stack_name
        self._permissions = Permissions(deployment)
        self._functions = [function.logical_id for function in deployment.of_type("AWS::Lambda::Function")]
        self._partition_keys = {
            table.ref: next(key["AttributeName"] for key in table.properties["KeySchema"] if key["KeyType"] == "HASH")
            for table in deployment.of_type("AWS::DynamoDB::Table")
        }
        self.denials: list[Denial] = []
        self.refusals: list[Denial] = []
        for function, request in self._permissions.list_service_needs(deployment):
            self._record_decision(function, request)

    def add_identity(self, name: str, policies: Iterable[str | Mapping[str, Any]], tags: Mapping[str, str]) -> None:
        """As ``Permissions.add_identity``."""
        self._permissions.add_identity(name, policies, tags)

    def list_unused(self, identity: str = "") -> tuple[str, ...]:
        """Grants of the functions, or of an identity, that no call has needed so far."""
        return self._permissions.list_unused([identity] if identity else self._functions)

    def access_key(self, name: str) -> str:
        return self._permissions.access_key(name)

    def principal_arn(self, access_key: str) -> str:
        """Whose ``access_key`` it is. A caller with full permissions is the account's root user."""
        caller = self._permissions.find_caller(access_key)
        return ROOT_ARN if caller is None else self._permissions.arn_of(caller)

    @contextmanager
    def enforce(self, attach: Callable[[Any], None] = lambda _: None) -> Iterator[None]:
        """Within the block, every new boto3 client checks its calls. Only functions and identities are ever denied.

        ``attach`` is called with each of these clients.
        """
        create = ClientCreator.create_client

        def create_checked(creator: ClientCreator, *arguments: Any, **named: Any) -> Any:
            client = create(creator, *arguments, **named)
            invocation = current_invocation()
            if invocation and invocation.stack != self._stack:
                return client
            owner = invocation.function if invocation else self._find_owner(named.get("credentials"))
            attach(client)
            _ClientCheck(self, owner, client.meta.service_model.service_name).attach(client)
            return client

        with patch(ClientCreator, "create_client", create_checked):
            yield

    def _find_owner(self, credentials: Any) -> str | None:
        return self._permissions.find_caller(credentials.access_key) if credentials else None

    def _record_decision(self, caller: str, request: AuthorizationRequest) -> bool:
        allowed = self._permissions.is_allowed(caller, request)
        if not allowed:
            self.record_denial(Denial(caller, request.action, request.resource))
        return allowed

    def record_denial(self, denial: Denial) -> None:
        (self.denials if denial.function in self._functions else self.refusals).append(denial)

    def check_allowed(self, caller: str, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        """Raises botocore's ClientError, worded as by AWS, when a permission that the call needs is missing."""
        for request in list_required_permissions(service, operation, parameters, self._partition_keys):
            if not self._record_decision(caller, request):
                raise _make_access_denied(self._permissions.arn_of(caller), service, operation, request)

    def may_learn_absence(self, caller: str, bucket: str) -> bool:
        """S3 answers 404 for a missing key only to a caller that may list the bucket, else 403.

        The key does not count as the prefix of a listing.
        """
        request = AuthorizationRequest("s3:ListBucket", format_bucket_arn(bucket), {})
        return self._permissions.is_allowed(caller, request)


class _ClientCheck:
    """The check of one client. ``owner`` is the function that created it, whose threads count as the function, or the
    identity that it signs for."""

    def __init__(self, roles: RoleEnforcer, owner: str | None, service: str) -> None:
        self._roles, self._owner, self._service = roles, owner, service

    def attach(self, client: Any) -> None:
        client.meta.events.register_first("provide-client-params", self._check_call)
        if self._service == "s3":
            client.meta.events.register_first("after-call.s3", self._hide_absence)

    def _caller(self) -> str | None:
        invocation = current_invocation()
        return invocation.function if invocation else self._owner

    def _check_call(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        caller = self._caller()
        if caller is not None:
            self._roles.check_allowed(caller, self._service, model.name, params)
            context["emulator_bucket"] = params.get("Bucket")

    def _hide_absence(
        self, http_response: Any, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        caller, bucket = self._caller(), context.get("emulator_bucket")
        is_absent = http_response.status_code == 404 and model.name in _REVEALING_ABSENCE
        if caller is None or bucket is None or not is_absent or parsed.get("Error", {}).get("Code") == "NoSuchBucket":
            return
        if not self._roles.may_learn_absence(caller, bucket):
            parsed["ResponseMetadata"]["HTTPStatusCode"] = 403
            code = "403" if model.name == "HeadObject" else "AccessDenied"
            parsed["Error"] = {"Code": code, "Message": "Forbidden" if code == "403" else "Access Denied"}
            self._roles.record_denial(Denial(caller, "s3:ListBucket", format_bucket_arn(bucket)))


def _make_access_denied(principal: str, service: str, operation: str, request: AuthorizationRequest) -> Exception:
    code = {"dynamodb": "AccessDeniedException", "sqs": "AccessDenied"}.get(service, "AccessDenied")
    code = "403" if operation.startswith("Head") else code
    message = f"User: {principal} is not authorized to perform: {request.action} on resource: {request.resource}"
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    return ClientError(answer, operation)  # type: ignore[arg-type]
