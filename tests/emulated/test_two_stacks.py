"""Two stacks of the template beside each other in one account: neither touches what is the other's."""

from collections.abc import Iterator
from typing import Any

import pytest

from colophon_cli.local_site import serve_site
from colophon_cli.local_stack import LocalStack
from colophon_emulator.engine import run_moto
from colophon_emulator.errors import EmulationError
from tests.emulated.open_stack import watch
from tests.emulated.stack_driver import TEMPLATE, StackDriver
from tests.emulated.uploads import SITE, Clinic, edition, original

POST = Clinic("sorae").post()


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[StackDriver, StackDriver]]:
    with (
        run_moto(),
        LocalStack(TEMPLATE, in_open_account=True) as first,
        LocalStack(TEMPLATE, stack_name="colophon-staging", in_open_account=True) as second,
        serve_site(first, 0) as one,
        serve_site(second, 0) as two,
    ):
        failures = [watch(first), watch(second)]
        drivers = StackDriver(first, one.url), StackDriver(second, two.url)
        for driver in drivers:
            driver.settle()
        yield drivers
        assert [each.found() for each in failures] == [[], []]


@pytest.mark.parametrize("turn", [1, -1], ids=["first", "second"])
def test_uploads_and_a_withdrawal_reach_nothing_of_the_other(pair: tuple[StackDriver, StackDriver], turn: int) -> None:
    used, other = pair[::turn]
    before = _contents(other.stack)
    for key, content in (("site.yaml", SITE), (Clinic("sorae").key, Clinic("sorae").record())):
        used.put(key, content)
    used.put(POST.key("ko.md"), original())
    used.put(POST.key("en.md"), edition())
    used.settle()
    assert used.fetch(POST.path("en")).status == 200
    used.put(POST.key("withdrawal.yaml"), "kind: gone\nreason: clinic-request\n")
    used.settle()
    assert used.fetch(POST.path("en")).status == 410
    assert {each.distribution for each in used.stack.invalidations.accepted} == {used.stack.outputs["DistributionId"]}
    used.stack.dispatcher.fire("SweepFunctionEveryMinute")
    used.settle()
    assert _contents(other.stack) == before


def test_no_name_of_one_is_in_a_permission_of_the_other(pair: tuple[StackDriver, StackDriver]) -> None:
    kinds = ("AWS::IAM::Role", "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy")
    for one, other in ((pair[0].stack, pair[1].stack), (pair[1].stack, pair[0].stack)):
        policies = str([each.properties for kind in kinds for each in one.deployment.of_type(kind)])
        assert all(name in policies for name in (one.inbox_bucket, one.site_bucket, one.table))
        assert [value for value in other.outputs.values() if value in policies] == []


def test_no_physical_name_is_in_both(pair: tuple[StackDriver, StackDriver]) -> None:
    one, other = ({(each.type, each.ref) for each in driver.stack.deployment.resources.values()} for driver in pair)
    # These have no name of their own: the emulation knows them by their place in the template.
    nameless = {kind for kind, ref in one & other}
    assert nameless <= {
        "AWS::CloudFormation::Stack",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Version",
        "AWS::Logs::MetricFilter",
        "AWS::SQS::QueuePolicy",
    }


def test_a_stack_name_that_is_taken_is_refused(pair: tuple[StackDriver, StackDriver]) -> None:
    with (
        pytest.raises(EmulationError, match="already exists in this account"),
        LocalStack(TEMPLATE, in_open_account=True),
    ):
        pass


def _contents(stack: LocalStack) -> dict[str, Any]:
    """Everything of a stack that a run could change."""
    s3, dynamodb = stack.client("s3"), stack.client("dynamodb")
    versions = {
        bucket: [
            (each["Key"], each["VersionId"], each["ETag"])
            for each in s3.list_object_versions(Bucket=bucket).get("Versions", [])
        ]
        for bucket in (stack.inbox_bucket, stack.site_bucket)
    }
    return {
        "objects": versions,
        "items": dynamodb.scan(TableName=stack.table)["Items"],
        "waiting": stack.dispatcher.count_waiting(),
        "dead letters": stack.dispatcher.dead_letters(),
        "logs": {name: list(lines) for name, lines in stack.functions.logs.items()},
        "runs": dict(stack.functions.counts),
        "invalidations": list(stack.invalidations.accepted),
        "denials": stack.denials,
    }
