"""A resource's properties, and a memory of which of them were applied.

What a service's file is given to make one resource, and what it gives back.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from colophon_emulator.account import generated
from colophon_emulator.deployment import Resource


class Properties:
    """Resolved properties that know what nobody took; that is what the emulation leaves out."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._taken: set[str] = set()
        self._inside: dict[str, Properties] = {}
        self._each: dict[str, list[Properties]] = {}

    def take(self, name: str, default: Any = None) -> Any:
        """The property's value; it counts as applied, all that lies in it too."""
        self._taken.add(name)
        return self._values.get(name, default)

    def inside(self, name: str) -> "Properties":
        """The properties within one; each of them has to be taken by itself."""
        if name not in self._inside:
            self._inside[name] = Properties(self._values.get(name) or {})
        return self._inside[name]

    def each(self, name: str) -> "list[Properties]":
        """The entries of a list, each with properties of its own to be taken."""
        if name not in self._each:
            self._each[name] = [Properties(entry) for entry in self._values.get(name) or []]
        return self._each[name]

    def left(self) -> Iterator[str]:
        """Dotted paths of the properties that nobody took, in the template's order; of a list, those of any entry."""
        for name in self._values:
            if name in self._inside:
                yield from (f"{name}.{inner}" for inner in self._inside[name].left())
            elif name in self._each:
                left = (inner for entry in self._each[name] for inner in entry.left())
                yield from dict.fromkeys(f"{name}.{inner}" for inner in left)
            elif name not in self._taken:
                yield name


class Made(Struct, frozen=True):
    """What Ref and GetAtt give for the resource."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class Making(Struct, frozen=True):
    """One resource to be made.

    ``before`` holds the resources that are sure to exist first on AWS too, because this one needs them, directly or
    through others. ``client`` gives a boto3 client by service name.
    """

    logical_id: str
    resource_type: str
    stack_name: str
    properties: Properties
    client: Callable[[str], Any]
    before: Mapping[str, Resource] = field(default_factory=dict)

    def name(self, property_name: str, limit: int = 63) -> str:
        """The name that the template gives in this property, else one made up as CloudFormation does."""
        return self.properties.take(property_name) or generated(self.stack_name, self.logical_id, limit)

    def before_of_type(self, resource_type: str) -> list[Resource]:
        return [resource for resource in self.before.values() if resource.type == resource_type]


Maker = Callable[[Making], Made]
