"""DynamoDB tables with their stream."""

from colophon_emulator.making import Made, Making

_AS_GIVEN = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def make_table(making: Making) -> Made:
    """A table billed on demand, with the indexes and the stream that the template gives it."""
    name = making.name("TableName", 255)
    given = {key: making.properties.take(key) for key in _AS_GIVEN}
    request = {key: value for key, value in given.items() if value}
    request["BillingMode"] = making.properties.take("BillingMode", "PAY_PER_REQUEST")
    view = making.properties.inside("StreamSpecification").take("StreamViewType")
    if view:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    description = making.client("dynamodb").create_table(TableName=name, **request)["TableDescription"]
    attributes = {"Arn": description["TableArn"]}
    if view:
        attributes["StreamArn"] = description["LatestStreamArn"]
    return Made(name, attributes)
