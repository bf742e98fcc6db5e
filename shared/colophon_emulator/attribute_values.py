"""An attribute's value of DynamoDB answered as it is: moto looks for it as ten kinds, under every name of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from colophon_emulator.lock import replaced

# What a value may be: AttributeValue in DynamoDB's API Reference.
_KINDS = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})


@contextmanager
def values_as_they_are() -> Iterator[None]:
    """For the time of the block a value is looked for once, as the kind that it is."""
    from moto.core.serialize import ResponseSerializer

    with replaced(ResponseSerializer, "get_value", _value_as_it_is(ResponseSerializer.get_value)):
        yield


def _value_as_it_is(looked_for: Any) -> Any:
    def get_value(serializer: Any, value: Any, key: str, shape: Any) -> Any:
        if key in _KINDS and isinstance(value, dict):
            return value.get(key)
        return looked_for(serializer, value, key, shape)

    return get_value
