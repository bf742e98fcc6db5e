"""What holds of queues, their readers, functions, schedule and rollout in the transformed templates."""

from collections.abc import Iterator

from tests.template.expectation import Expectation, expect, expect_that, lacks
from tests.template.transformed import Check, Templates, get, put

QUEUES = {
    "IntakeQueue": "PublishFunction",
    "SlowQueue": "PublishFunction",
    "ImageQueue": "ImageFunction",
    "ListingQueue": "RelistFunction",
    "PurgeQueue": "PurgeFunction",
}
READERS = {
    "PublishFunctionIntake": "IntakeQueue",
    "PublishFunctionSlow": "SlowQueue",
    "ImageFunctionImages": "ImageQueue",
    "RelistFunctionListings": "ListingQueue",
    "PurgeFunctionTags": "PurgeQueue",
}
STREAM_READERS = {"RelistFunctionChanges": "RelistFailedQueue", "ReportFunctionChanges": "ReportFailedQueue"}
FUNCTIONS = [f"{verb}Function" for verb in ("Publish", "Image", "Relist", "Report", "Sweep", "Purge")]
CANARY_SECONDS = 300


def run_expectations() -> Iterator[Expectation]:
    yield from _queues()
    yield from _readers()
    yield from _functions()
    yield from _rollout()
    yield from _schedule()


def _queues() -> Iterator[Expectation]:
    for queue, function in QUEUES.items():
        dead = queue.replace("Queue", "DeadQueue")
        redrive = f"{queue}/Properties/RedrivePolicy"
        yield Expectation(
            f"{queue} hides a message six times as long as {function} may run",
            _hides_long_enough(queue, function),
            put(f"{function}/Properties/Timeout", 900),
        )
        yield expect(
            f"{queue} gives up into {dead}",
            f"{redrive}/deadLetterTargetArn",
            {"Fn::GetAtt": [dead, "Arn"]},
            {"Fn::GetAtt": ["RelistFailedQueue", "Arn"]},
        )
        yield expect_that(f"{queue} outlasts throttling", f"{redrive}/maxReceiveCount", lambda count: count >= 10, 5)
        yield Expectation(
            f"{dead} keeps messages ten days longer",
            _keeps_longer(dead, queue),
            put(f"{dead}/Properties/MessageRetentionPeriod", 345600),
        )
        yield expect(
            f"{dead} takes messages from {queue} alone",
            f"{dead}/Properties/RedriveAllowPolicy/redrivePermission",
            "byQueue",
            "allowAll",
        )
    for queue in (*QUEUES, *(queue.replace("Queue", "DeadQueue") for queue in QUEUES), *STREAM_READERS.values()):
        yield expect(f"{queue} is encrypted", f"{queue}/Properties/SqsManagedSseEnabled", True, False)
    condition = "IntakeQueuePolicy/Properties/PolicyDocument/Statement/0/Condition"
    account = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    yield expect(
        "S3 may send for this account's buckets alone", f"{condition}/StringEquals", account["StringEquals"], {}
    )
    yield expect_that(
        "S3 may send for the inbox alone", f"{condition}/ArnEquals", lambda found: "aws:SourceArn" in found, {}
    )
    yield expect("S3 may send before the bucket is told to", "InboxBucket/DependsOn", "IntakeQueuePolicy", "SiteBucket")


def _hides_long_enough(queue: str, function: str) -> Check:
    def check(templates: Templates) -> None:
        (reader,) = (name for name, source in READERS.items() if source == queue)
        window = get(templates, f"{reader}/Properties").get("MaximumBatchingWindowInSeconds", 0)
        needed = 6 * get(templates, f"{function}/Properties/Timeout") + window
        assert get(templates, f"{queue}/Properties/VisibilityTimeout") >= needed

    return check


def _keeps_longer(dead: str, queue: str) -> Check:
    def check(templates: Templates) -> None:
        kept = [get(templates, f"{name}/Properties/MessageRetentionPeriod") for name in (dead, queue)]
        assert kept[0] - kept[1] >= 10 * 86_400

    return check


def _readers() -> Iterator[Expectation]:
    for reader, queue in READERS.items():
        properties = f"{reader}/Properties"
        source = {"Fn::GetAtt": [queue, "Arn"]}
        yield expect(f"{reader} reads {queue}", f"{properties}/EventSourceArn", source, {"Fn::GetAtt": ["X", "Arn"]})
        yield expect(
            f"{reader} gives back what failed alone",
            f"{properties}/FunctionResponseTypes",
            ["ReportBatchItemFailures"],
            [],
        )
        yield Expectation(
            f"{reader} discards nothing", lacks(properties, "FilterCriteria"), put(f"{properties}/FilterCriteria", {})
        )
    for reader in ("PublishFunctionIntake", "ImageFunctionImages"):
        lanes = f"{reader}/Properties/ScalingConfig/MaximumConcurrency"
        yield expect(f"{reader} runs on as many lanes as the parameter says", lanes, {"Ref": "Lanes"}, 10)
    for reader in ("PublishFunctionSlow", "RelistFunctionListings", "PurgeFunctionTags"):
        yield expect(
            f"{reader} runs twice at once at most", f"{reader}/Properties/ScalingConfig/MaximumConcurrency", 2, 10
        )
    for reader, failed in STREAM_READERS.items():
        properties = f"{reader}/Properties"
        yield expect(
            f"{reader} begins with the first record", f"{properties}/StartingPosition", "TRIM_HORIZON", "LATEST"
        )
        yield expect(f"{reader} halves a failing batch", f"{properties}/BisectBatchOnFunctionError", True, False)
        yield expect_that(
            f"{reader} gives up in the end", f"{properties}/MaximumRetryAttempts", lambda times: 0 < times < 100, -1
        )
        yield expect(
            f"{reader} leaves a note in {failed}",
            f"{properties}/DestinationConfig/OnFailure/Destination",
            {"Fn::GetAtt": [failed, "Arn"]},
            {"Fn::GetAtt": ["IntakeQueue", "Arn"]},
        )


def _functions() -> Iterator[Expectation]:
    for function in FUNCTIONS:
        verb, properties = function.removesuffix("Function"), f"{function}/Properties"
        role, log = {"Fn::GetAtt": [f"{verb}Role", "Arn"]}, {"Ref": f"{verb}Log"}
        architecture = [{"Ref": "Architecture"}]
        yield expect(f"{function} has a role of its own", f"{properties}/Role", role, {"Fn::GetAtt": ["XRole", "Arn"]})
        yield expect(f"{function} runs on the parameter's processor", f"{properties}/Architectures", architecture, [])
        yield expect(f"{function} logs into the stack's group", f"{properties}/LoggingConfig/LogGroup", log, "/aws/x")
        yield expect(
            f"{verb}Log is kept as long as the parameter says",
            f"{verb}Log/Properties/RetentionInDays",
            {"Ref": "LogRetentionDays"},
            30,
        )
        yield expect(f"{verb}Log goes with the stack", f"{verb}Log/DeletionPolicy", "Delete", "Retain")
    for layer in ("ColophonLayer*", "ImageLayer*"):
        yield expect(
            f"{layer} is for the parameter's processor",
            f"{layer}/Properties/CompatibleArchitectures",
            [{"Ref": "Architecture"}],
            ["arm64"],
        )
        makefile = {"Fn::Sub": "shared/layer/${Architecture}"}
        yield expect(f"The makefile of {layer} is its own", f"{layer}/Metadata/ContextPath", makefile, "shared")
        yield expect(
            f"{layer} is built for it", f"{layer}/Metadata/BuildArchitecture", {"Ref": "Architecture"}, "arm64"
        )


def _rollout() -> Iterator[Expectation]:
    alias, group = "PublishFunctionAliaslive", "PublishFunctionDeploymentGroup"
    for reader in ("PublishFunctionIntake", "PublishFunctionSlow"):
        call = f"{reader}/Properties/FunctionName"
        yield expect(f"{reader} calls the alias", call, {"Ref": alias}, {"Ref": "PublishFunction"})
    yield expect_that(
        "CodeDeploy moves the alias",
        f"{alias}/UpdatePolicy",
        lambda policy: "CodeDeployLambdaAliasUpdate" in policy,
        {},
    )
    yield expect_that(
        "The alias points to a published version",
        f"{alias}/Properties/FunctionVersion",
        lambda found: found["Fn::GetAtt"][0].startswith("PublishFunctionVersion"),
        {"Fn::GetAtt": ["PublishFunction", "Version"]},
    )
    yield expect("An earlier version goes", "PublishFunctionVersion*/DeletionPolicy", "Delete", "Retain")
    yield expect(
        "A new version begins with a tenth",
        f"{group}/Properties/DeploymentConfigName/Fn::Sub/1/ConfigName",
        "Canary10Percent5Minutes",
        "AllAtOnce",
    )
    yield expect_that(
        "An alarm rolls it back",
        f"{group}/Properties/AutoRollbackConfiguration",
        lambda found: found["Enabled"] and "DEPLOYMENT_STOP_ON_ALARM" in found["Events"],
        {"Enabled": True, "Events": ["DEPLOYMENT_FAILURE"]},
    )
    yield Expectation(
        "Both alarms are watched, and there in the nested stack",
        _watches_alarms(group),
        put("Alarms:Outputs/RolloutCrashAlarm/Value", "RolloutCrashing"),
    )
    for alarm in ("RolloutFailing", "RolloutCrashing"):
        yield Expectation(
            f"{alarm} is on before the canary is over",
            _is_fast(f"Alarms:{alarm}"),
            put(f"Alarms:{alarm}/Properties/EvaluationPeriods", 10),
        )
    yield Expectation(
        "RolloutFailing counts what the log filter counts",
        _counts_errors,
        put("Alarms:PublishErrors/Properties/MetricTransformations/0/MetricName", "Errors"),
    )
    yield expect(
        "The filter counts errors",
        "Alarms:PublishErrors/Properties/FilterPattern",
        '{ $.level = "ERROR" }',
        "{ $.level = 1 }",
    )
    yield expect(
        "Nothing is watched in a hurry",
        f"{group}/Properties/AlarmConfiguration/Fn::If/2",
        {},
        {"Enabled": True, "Alarms": []},
    )


def _watches_alarms(group: str) -> Check:
    def check(templates: Templates) -> None:
        watched = get(templates, f"{group}/Properties/AlarmConfiguration/Fn::If/1/Alarms")
        names = [each["Name"]["Fn::GetAtt"][1].removeprefix("Outputs.") for each in watched]
        alarms = [get(templates, f"Alarms:Outputs/{name}/Value") for name in names]
        assert alarms == [{"Ref": "RolloutFailing"}, {"Ref": "RolloutCrashing"}]

    return check


def _is_fast(path: str) -> Check:
    def check(templates: Templates) -> None:
        alarm = get(templates, f"{path}/Properties")
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= CANARY_SECONDS / 2

    return check


def _counts_errors(templates: Templates) -> None:
    (counted,) = get(templates, "Alarms:PublishErrors/Properties/MetricTransformations")
    alarm = get(templates, "Alarms:RolloutFailing/Properties")
    assert counted["MetricName"] == alarm["MetricName"]
    assert counted["MetricNamespace"] == alarm["Namespace"] == {"Fn::Sub": "Colophon/${SiteStack}"}
    log = get(templates, "PublishLog/Properties/LogGroupName/Fn::Sub").replace("AWS::StackName", "SiteStack")
    assert get(templates, "Alarms:PublishErrors/Properties/LogGroupName") == {"Fn::Sub": log}


def _schedule() -> Iterator[Expectation]:
    schedule, retries = "SweepFunctionEveryMinute/Properties", "SweepFunctionEventInvokeConfig/Properties"
    target = {"Fn::GetAtt": ["SweepFunction", "Arn"]}
    yield expect("sweep runs every minute", f"{schedule}/ScheduleExpression", "rate(1 minute)", "rate(1 hour)")
    yield expect("The schedule calls sweep", f"{schedule}/Target/Arn", target, {"Fn::GetAtt": ["PurgeFunction", "Arn"]})
    yield expect("The schedule does not retry", f"{schedule}/Target/RetryPolicy/MaximumRetryAttempts", 0, 185)
    yield expect("Lambda does not retry a run of sweep", f"{retries}/MaximumRetryAttempts", 0, 2)
    yield expect("A run that was throttled is forgotten", f"{retries}/MaximumEventAgeInSeconds", 60, 21600)
