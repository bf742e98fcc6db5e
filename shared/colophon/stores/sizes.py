"""The size of an item and of its attributes as DynamoDB counts it.

Developer guide, "DynamoDB item sizes and formats": all names and values count.
"""

from collections.abc import Mapping
from typing import Any

# Bytes of an item that one write unit pays for (Developer guide, "On-demand capacity mode").
WRITE_UNIT = 1024
# A map takes three bytes, and one for each of its pairs.
_MAP_BYTES, _PAIR_BYTES = 3, 1
# A number takes about a byte for two digits, and one more.
_DIGITS_PER_BYTE = 2


def value_size(value: Mapping[str, Any]) -> int:
    """The size of a stored value of one of the types that the index has, in bytes."""
    if "M" in value:
        return _MAP_BYTES + sum(_PAIR_BYTES + attribute_size(name, part) for name, part in value["M"].items())
    text = str(next(iter(value.values())))
    return len(text) // _DIGITS_PER_BYTE + 2 if "N" in value else len(text.encode())


def attribute_size(name: str, value: Mapping[str, Any]) -> int:
    """The size of an attribute with its name, in bytes."""
    return len(name.encode()) + value_size(value)


def item_size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """The size of a whole item, in bytes."""
    return sum(attribute_size(name, value) for name, value in item.items())
