"""CloudFormation's intrinsic functions and conditions."""

from typing import Any

import pytest

from colophon_emulator.deployment import Resource
from colophon_emulator.errors import EmulationError
from colophon_emulator.resolve import Scope, evaluate_conditions, resolve, resolve_parameters

QUEUE = Resource("Queue", "AWS::SQS::Queue", "https://queue", {"Arn": "arn:q"}, {})
SCOPE = Scope(
    "tall-tales",
    parameters={"Name": "hanok", "Zones": ["a", "b"]},
    mappings={"Sizes": {"large": {"width": 960}}},
    conditions={"Yes": True, "No": False},
    resources={"Queue": QUEUE},
)


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Name"}, "hanok"),
        ({"Ref": "Queue"}, "https://queue"),
        ({"Ref": "AWS::Region"}, "us-east-1"),
        ({"Ref": "AWS::AccountId"}, "123456789012"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:q"),
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:q"),
        ({"Fn::Sub": "${Name}-${Queue.Arn}-${AWS::StackName}-${!Literal}"}, "hanok-arn:q-tall-tales-${Literal}"),
        ({"Fn::Sub": ["${Short}/${Name}", {"Short": {"Ref": "Queue"}}]}, "https://queue/hanok"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-hanok"),
        ({"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
        ({"Fn::Split": ["/", "a/b"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Sizes", "large", "width"]}, 960),
        ({"Fn::If": ["Yes", 1, {"Ref": "Nobody"}]}, 1),
        ({"Fn::Base64": "hanok"}, "aGFub2s="),
        ({"a": {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, "b": [{"Ref": "AWS::NoValue"}, 2]}, {"b": [2]}),
        ({"Ref": "Name", "beside": "it"}, {"Ref": "Name", "beside": "it"}),
    ],
)
def test_an_intrinsic_function_is_resolved(node: Any, value: Any) -> None:
    assert resolve(node, SCOPE, "Here") == value


def test_the_stack_id_ends_in_a_uuid_that_is_the_same_for_a_name_and_another_for_another() -> None:
    last = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    found = [resolve(last, Scope(name), "Here") for name in ("tall-tales", "tall-tales", "short-tales")]
    assert [len(uuid) for uuid in found] == [36, 36, 36]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    ("node", "named"),
    [
        ({"Ref": "Nobody"}, "Queue.Name refers to Nobody"),
        ({"Fn::GetAtt": ["Queue", "Colour"]}, "Queue.Name asks for Queue.Colour"),
        ({"Fn::GetAtt": ["Nobody", "Arn"]}, "Queue.Name asks for Nobody.Arn"),
        ({"Fn::ImportValue": "x"}, "Queue.Name uses Fn::ImportValue"),
        ({"Fn::Cidr": []}, "Queue.Name uses Fn::Cidr"),
        ({"Fn::Select": [2, ["a", "b"]]}, "Queue.Name selects number 2 of only 2"),
        ({"Fn::FindInMap": ["Sizes", "small", "width"]}, "Queue.Name looks for Sizes / small / width"),
    ],
)
def test_an_unresolvable_function_is_named_with_its_place(node: Any, named: str) -> None:
    with pytest.raises(EmulationError, match=named):
        resolve({"Name": node}, SCOPE, "Queue")


def test_conditions_may_refer_to_each_other() -> None:
    template = {
        "Conditions": {
            "Both": {"Fn::And": [{"Condition": "Here"}, {"Fn::Not": [{"Condition": "There"}]}]},
            "Here": {"Fn::Equals": [{"Ref": "Name"}, "hanok"]},
            "There": {"Fn::Or": [{"Fn::Equals": [1, 2]}, {"Fn::Equals": [True, "false"]}]},
        }
    }
    assert evaluate_conditions(template, SCOPE) == {"Both": True, "Here": True, "There": False}


def test_circular_conditions_are_refused() -> None:
    template = {"Conditions": {"A": {"Condition": "B"}, "B": {"Fn::Not": [{"Condition": "A"}]}}}
    with pytest.raises(EmulationError, match="circular"):
        evaluate_conditions(template, SCOPE)


LANES = {"Parameters": {"Lanes": {"Type": "Number", "Default": 10, "MinValue": 2, "MaxValue": 500}}}


@pytest.mark.parametrize(("given", "value"), [({}, 10), ({"Lanes": "2"}, 2), ({"Lanes": "500"}, 500)])
def test_a_number_is_a_number(given: dict[str, str], value: int) -> None:
    assert resolve_parameters(LANES, given, "a stack") == {"Lanes": value}


@pytest.mark.parametrize("given", ["1", "501", "two", "2.5", ""])
def test_a_number_out_of_its_range_or_none_is_refused_by_name(given: str) -> None:
    with pytest.raises(EmulationError, match="a stack: Lanes must be"):
        resolve_parameters(LANES, {"Lanes": given}, "a stack")
