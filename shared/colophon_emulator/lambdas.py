"""Functions, layers, roles, event source mappings and schedules: kept with the deployment, run by its dispatcher.

None of them is made in moto: its mappings empty the stream, send one record a call and know no partial failures.
"""

from colophon_emulator.errors import EmulationError
from colophon_emulator.making import Made, Making
from colophon_emulator.names import ACCOUNT, arn
from colophon_emulator.policy import Request, decision, statements_of


def make_function(making: Making) -> Made:
    """A function by name and ARN; its code stays where the template points."""
    for applied in ("Code", "Handler", "Role", "Layers"):
        making.properties.take(applied)
    making.properties.inside("Environment").take("Variables")
    name = making.name("FunctionName", 64)
    return Made(name, {"Arn": arn("lambda", f"function:{name}")})


def make_layer(making: Making) -> Made:
    """A layer version; the runner puts its folder on the functions' path."""
    making.properties.take("Content")
    name = making.name("LayerName", 140)
    version = arn("lambda", f"layer:{name}:1")
    return Made(version, {"LayerVersionArn": version, "Arn": version})


def make_role(making: Making) -> Made:
    """A role, its inline policies checked for what can be evaluated. Raises EmulationError if Lambda can't take it."""
    name = making.name("RoleName", 64)
    making.properties.take("ManagedPolicyArns")
    for policy in making.properties.take("Policies", []):
        statements_of(policy["PolicyDocument"], making.logical_id)
    trust = statements_of(making.properties.take("AssumeRolePolicyDocument"), making.logical_id)
    services = ("lambda.amazonaws.com", "scheduler.amazonaws.com")
    if not any(
        decision(trust, Request("sts:AssumeRole", "*", {"aws:sourceaccount": ACCOUNT}, service)) for service in services
    ):
        raise EmulationError(f"{making.logical_id} may be assumed by neither Lambda nor the scheduler.")
    return Made(name, {"Arn": arn("iam", f"role/{name}", region=""), "RoleId": f"AROA{name[:16].upper()}"})


def make_mapping(making: Making) -> Made:
    """An event source mapping; the dispatcher reads it from the deployment."""
    for applied in (
        "BatchSize",
        "BisectBatchOnFunctionError",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "MaximumRetryAttempts",
        "StartingPosition",
    ):
        making.properties.take(applied)
    making.properties.inside("DestinationConfig").inside("OnFailure").take("Destination")
    return Made(making.logical_id, {"Id": making.logical_id})


def make_schedule(making: Making) -> Made:
    """A schedule; the dispatcher fires it when told, and at its rate while it serves."""
    making.properties.take("ScheduleExpression")
    for applied in ("Arn", "Input", "RoleArn"):
        making.properties.inside("Target").take(applied)
    name = making.name("Name", 64)
    return Made(name, {"Arn": arn("scheduler", f"schedule/default/{name}")})
