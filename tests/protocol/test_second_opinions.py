"""Second opinions on what functions ask of AWS: service models, the bill, IAM, and an emulator of another house."""

import json
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace

from tests.bench.call_prices import FREE, PRICED, PRICED_BY_MESSAGE, actions_of
from tests.hostile import installed_lists
from tests.protocol.harness.cloud import TABLE, Cloud
from tests.protocol.harness.dynalite import WRITES, RecordedRequest, find_disagreement, open_dynalite, record_requests
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.random_schedule import CLINIC, KEYS, SITE
from tests.protocol.harness.request_checks import BadRequest
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.rotating_seeds import DAY
from tests.template.statements import GOLDEN

_FUNCTIONS = ("PublishRole", "ImageRole", "RelistRole", "ReportRole", "SweepRole", "PurgeRole")
_UPLOADS = 12


def test_a_request_that_its_service_would_not_take_is_a_failure(account: Cloud) -> None:
    for params in ({"Key": {"pk": {"S": "a"}}}, {"TableName": TABLE, "Key": {"pk": {"S": 1}}, "Consistent": True}):
        with pytest.raises(BadRequest, match="GetItem"):
            account.dynamodb.get_item(**params)


def test_a_call_without_a_price_is_a_failure(account: Cloud, transport: Transport) -> None:
    handler = transport.start("any", lambda: account.dynamodb.scan(TableName=TABLE))
    assert isinstance(handler.failure, BadRequest)


def _granted() -> set[str]:
    """The actions of data that functions may take."""
    statements: dict[str, dict[str, Any]] = json.loads(GOLDEN.read_text())
    allowed = [
        action
        for role in _FUNCTIONS
        for name, statement in statements[role].items()
        if name not in ("AssumedBy", "Managed") and statement["Effect"] == "Allow"
        for action in statement["Action"]
    ]
    return {action for action in allowed if action.startswith(("s3:", "dynamodb:", "sqs:Send"))}


def test_what_a_function_may_do_has_a_price_and_what_has_a_price_it_may_do() -> None:
    priced = {action for operation in PRICED for action in actions_of(operation)}
    priced |= {"sqs:SendMessage"} if PRICED_BY_MESSAGE else set()
    # A version is read by the same request.
    free = {f"dynamodb:{name}" for name in FREE} | {"s3:GetObjectVersion"}
    assert _granted() - free == priced


def _play(world: World, random: Random) -> None:
    """Uploads one after the other, each answered with all that follows from it."""
    drawn = random.choices(list(KEYS), [weight for weight, _ in KEYS.values()], k=_UPLOADS)
    for number, key in enumerate((SITE, CLINIC, *drawn), 1):
        _, draw = KEYS[key]
        world.queued.append(world.put(key, draw(random, number)))
        world.run_until_quiet()


def test_dynalite_answers_as_moto_does(account: Cloud, transport: Transport) -> None:
    if missing := installed_lists.describe_missing():
        if installed_lists.is_required():
            pytest.fail(f"dynalite is required: {missing}.")
        pytest.skip(f"Needs dynalite: {missing}.")
    account.empty()
    with record_requests(account) as asked:
        _play(World(account, transport, REAL, listing=True), Random(DAY))
        # Most writes are refused the second time, by their conditions.
        for each in [each for each in asked if each.operation in WRITES]:
            with suppress(ClientError):
                getattr(account.dynamodb, WRITES[each.operation])(**each.params)
    assert len(asked) > 50
    assert sum("Error" in each.answer for each in asked) > 5
    with open_dynalite() as client:
        assert [said for each in asked if (said := find_disagreement(each, client))] == []
        # And it would have been noticed.
        refused = next(each for each in asked if each.operation in WRITES and "Error" in each.answer)
        assert find_disagreement(replace(refused, answer={}), client)
        unread = RecordedRequest(
            "GetItem", {"TableName": TABLE, "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}, {"Item": {}}
        )
        assert find_disagreement(unread, client)
