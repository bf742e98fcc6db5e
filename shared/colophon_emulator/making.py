"""What a service's file is given to make one resource, and what it gives back."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from colophon_emulator.deployment import Resource
from colophon_emulator.names import generated
from colophon_emulator.properties import Properties


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
