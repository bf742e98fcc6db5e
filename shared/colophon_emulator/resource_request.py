"""What the creator of a resource gets, and what it returns."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from colophon_emulator.account import generate_name
from colophon_emulator.deployment import Resource
from colophon_emulator.engine import claim_name


class Properties:
    """A resource's resolved properties. It records which of them were read: the rest is not emulated."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._read: set[str] = set()
        self._nested: dict[str, Properties] = {}
        self._entries: dict[str, list[Properties]] = {}

    def take(self, name: str, default: Any = None) -> Any:
        """The property's value. The whole value counts as read."""
        self._read.add(name)
        return self._values.get(name, default)

    def nested(self, name: str) -> "Properties":
        """The properties within one property; each of them is to be read by itself."""
        if name not in self._nested:
            self._nested[name] = Properties(self._values.get(name) or {})
        return self._nested[name]

    def entries(self, name: str) -> "list[Properties]":
        """The entries of a list; the properties of each are to be read by themselves."""
        if name not in self._entries:
            self._entries[name] = [Properties(entry) for entry in self._values.get(name) or []]
        return self._entries[name]

    def list_unread(self) -> Iterator[str]:
        """Dotted paths of the properties that were not read, in the template's order. A list counts by any entry."""
        for name in self._values:
            if name in self._nested:
                yield from (f"{name}.{inner}" for inner in self._nested[name].list_unread())
            elif name in self._entries:
                unread = (inner for entry in self._entries[name] for inner in entry.list_unread())
                yield from dict.fromkeys(f"{name}.{inner}" for inner in unread)
            elif name not in self._read:
                yield name


class CreatedResource(Struct, frozen=True):
    """What Ref (``ref``) and GetAtt (``attributes``) give for the resource."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


class ResourceRequest(Struct, frozen=True):
    """One resource to create.

    ``dependencies`` are the resources that this one needs, directly or through others: the only ones that are certain
    to exist first on AWS too. ``client`` returns a boto3 client by service name. ``is_imported``: the resource exists,
    and becomes the stack's.
    """

    logical_id: str
    resource_type: str
    stack_name: str
    properties: Properties
    client: Callable[[str], Any]
    dependencies: Mapping[str, Resource] = field(default_factory=dict)
    is_imported: bool = False

    def name(self, property_name: str, limit: int = 63) -> str:
        """The name that the template gives in this property, else a generated one, as CloudFormation does.

        Raises EmulationError if another resource of the account has the name.
        """
        name = self.properties.take(property_name) or generate_name(self.stack_name, self.logical_id, limit)
        if not self.is_imported:
            claim_name(self.resource_type, name)
        return str(name)

    def dependencies_of_type(self, resource_type: str) -> list[Resource]:
        return [resource for resource in self.dependencies.values() if resource.type == resource_type]


Creator = Callable[[ResourceRequest], CreatedResource]
