"""CloudFormation and Lambda answer about the emulated stack, as operators' commands ask them."""

import json

import pytest
from botocore.exceptions import ClientError

from colophon_emulator.stack import EmulatedStack


def test_cloudformation_knows_the_outputs_and_the_resources(stack: EmulatedStack) -> None:
    client = stack.client("cloudformation")
    [described] = client.describe_stacks(StackName="emulated")["Stacks"]
    assert {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]} == dict(stack.outputs)
    pages = client.get_paginator("list_stack_resources").paginate(StackName="emulated")
    listed = {each["LogicalResourceId"]: each for page in pages for each in page["StackResourceSummaries"]}
    assert listed["Orders"]["PhysicalResourceId"] == stack.outputs["Orders"]
    asked = {"StackName": described["StackId"], "LogicalResourceId": "Index"}
    assert (
        client.describe_stack_resource(**asked)["StackResourceDetail"]["PhysicalResourceId"] == stack.outputs["Table"]
    )


def test_an_unknown_stack_or_resource_is_a_validation_error(stack: EmulatedStack) -> None:
    client = stack.client("cloudformation")
    with pytest.raises(ClientError, match=r"ValidationError.*other does not exist"):
        client.describe_stacks(StackName="other")
    with pytest.raises(ClientError, match=r"ValidationError.*Nothing does not exist"):
        client.describe_stack_resource(StackName="emulated", LogicalResourceId="Nothing")


def test_a_function_can_be_invoked(stack: EmulatedStack) -> None:
    client = stack.client("lambda")
    event = json.dumps({"Records": [{"messageId": "1", "body": '{"do": "nothing"}'}]}).encode()
    answer = client.invoke(FunctionName="Answer", Payload=event)
    assert json.loads(answer["Payload"].read()) == {"batchItemFailures": []}
    assert stack.functions.counts["Answer"] == 1
    assert "FunctionError" in client.invoke(FunctionName="Answer", Payload=b"{}")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.invoke(FunctionName="Nothing", Payload=b"{}")
    with pytest.raises(ClientError, match="not authorized to perform: lambda:InvokeFunction"):
        stack.client("lambda", "Answer").invoke(FunctionName="Answer", Payload=event)
