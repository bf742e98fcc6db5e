"""A transaction reads as many items as DynamoDB allows, and no more."""

import pytest
from botocore.exceptions import ClientError

from colophon_emulator.engine import make_client, run_moto


def test_a_transaction_reads_a_hundred_items_and_no_more() -> None:
    with run_moto():
        dynamodb = make_client("dynamodb")
        dynamodb.create_table(
            TableName="table",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        gets = [{"Get": {"TableName": "table", "Key": {"pk": {"S": str(number)}}}} for number in range(101)]
        assert len(dynamodb.transact_get_items(TransactItems=gets[:100])["Responses"]) == 100
        with pytest.raises(ClientError, match="less than or equal to 100"):
            dynamodb.transact_get_items(TransactItems=gets)
