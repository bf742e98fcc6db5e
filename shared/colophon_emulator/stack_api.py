"""What CloudFormation and Lambda answer about the emulated stack, which moto does not know.

Sources: the CloudFormation and AWS Lambda API references.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.awslambda.responses import LambdaResponse

from colophon_emulator.account import format_stack_id
from colophon_emulator.deployment import Deployment
from colophon_emulator.errors import EmulationError
from colophon_emulator.lambda_runtime import Functions, InvocationFailed
from colophon_emulator.lock import patch, release_lock

_PARAMETERS = "emulator_parameters"
# An emulated stack was never young: S3 versions everything from the start.
_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_REQUEST_ID = {"x-amzn-RequestId": "local"}
Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class StackDescription:
    """CloudFormation's answers about one deployment, for clients of boto3 in this process."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._answers: Mapping[str, Answer] = {
            "DescribeStacks": self._describe_stacks,
            "DescribeStackResource": self._describe_resource,
            "ListStackResources": self._list_resources,
        }

    def attach(self, client: Any) -> None:
        """Have ``client``, if it is one of CloudFormation, get these answers."""
        events = client.meta.events
        for operation in self._answers if client.meta.service_model.service_name == "cloudformation" else ():
            events.register(f"provide-client-params.cloudformation.{operation}", _keep_parameters)
            events.register(f"before-call.cloudformation.{operation}", self._answer)

    def _answer(self, model: Any, context: Mapping[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        try:
            found, status = dict(self._answers[model.name](context[_PARAMETERS])), 200
        except LookupError as missing:
            found, status = {"Error": {"Code": "ValidationError", "Message": str(missing)}}, 400
        return AWSResponse("", status, HTTPHeaders(), None), {**found, "ResponseMetadata": {"HTTPStatusCode": status}}

    def _check_name(self, parameters: Mapping[str, Any]) -> None:
        name = self._deployment.stack_name
        if parameters.get("StackName") not in (name, format_stack_id(name)):
            raise LookupError(f"Stack with id {parameters.get('StackName')} does not exist")

    def _describe_stacks(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        self._check_name(parameters)
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._deployment.outputs.items()]
        name = self._deployment.stack_name
        stack = {"StackName": name, "StackId": format_stack_id(name), "StackStatus": "CREATE_COMPLETE"}
        return {"Stacks": [{**stack, "CreationTime": _CREATED, "Outputs": outputs}]}

    def _describe_resource(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        self._check_name(parameters)
        logical_id = parameters["LogicalResourceId"]
        for found in self._resources():
            if found["LogicalResourceId"] == logical_id:
                return {"StackResourceDetail": found}
        raise LookupError(f"Resource {logical_id} does not exist for stack {parameters['StackName']}")

    def _list_resources(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        self._check_name(parameters)
        return {"StackResourceSummaries": list(self._resources())}

    def _resources(self) -> Iterator[dict[str, str]]:
        for each in self._deployment.resources.values():
            # The resources of a nested stack are listed by that stack.
            if "/" not in each.logical_id:
                yield {
                    "LogicalResourceId": each.logical_id,
                    "PhysicalResourceId": each.ref,
                    "ResourceType": each.type,
                    "ResourceStatus": "CREATE_COMPLETE",
                }


def _keep_parameters(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[_PARAMETERS] = params


@contextmanager
def answer_invocations(functions: Functions) -> Iterator[None]:
    """Within the block, Lambda's Invoke runs a function of the stack and returns its answer; over HTTP, too."""

    def invoke(response: Any) -> tuple[int, dict[str, str], str]:
        name = unquote(response.path.rsplit("/", 2)[-2])
        try:
            with release_lock():
                answer = functions.invoke(name, json.loads(response.body or "{}"))
            return 200, _REQUEST_ID, json.dumps(answer)
        except EmulationError as unknown:
            # moto takes the status from the headers.
            error = {"status": "404", "x-amzn-errortype": "ResourceNotFoundException"}
            return 404, error, json.dumps({"Message": str(unknown)})
        except InvocationFailed as failure:
            return 200, {**_REQUEST_ID, "X-Amz-Function-Error": "Unhandled"}, json.dumps({"errorMessage": str(failure)})

    with patch(LambdaResponse, "invoke", invoke):
        yield
