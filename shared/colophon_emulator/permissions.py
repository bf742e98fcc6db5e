"""What each function may do: the statements of its role, the managed policies it names, and the buckets' policies."""

from collections.abc import Iterator
from itertools import chain

from colophon_emulator.deployment import Deployment, Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.policy import Request, Statement, decision, statements_of

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
