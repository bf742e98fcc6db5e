"""What a deployment made: resources with their resolved properties, and what of the template was left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field


class Resource(Struct, frozen=True):
    """One resource as deployed. ``ref`` is what Ref gives, ``attributes`` what GetAtt gives, by attribute name.

    ``properties`` are the template's, every function resolved. ``local_path`` is the folder of a function's or a
    layer's code, else empty. In a nested stack the logical id is the path to it: ``Edge/Distribution``.
    """

    logical_id: str
    type: str
    ref: str
    attributes: Mapping[str, str]
    properties: Mapping[str, Any]
    local_path: str = ""

    @property
    def arn(self) -> str:
        return self.attributes["Arn"]


class Gap(Struct, frozen=True):
    """A property (dotted path, or ``*`` for the whole resource) of one resource that the emulation does not apply."""

    logical_id: str
    type: str
    property: str

    def __str__(self) -> str:
        return f"{self.logical_id}.{self.property}"


class Deployment(Struct, frozen=True):
    """Every resource of the template and of its nested stacks, in the order they were made."""

    stack_name: str
    resources: Mapping[str, Resource]
    outputs: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

    def of_type(self, resource_type: str) -> Iterator[Resource]:
        """The resources of one type (``AWS::S3::Bucket``), nested stacks included."""
        return (resource for resource in self.resources.values() if resource.type == resource_type)

    @property
    def not_emulated(self) -> tuple[str, ...]:
        """``LogicalId.Property`` of everything that the template says and the local run does not do."""
        return tuple(str(gap) for gap in self.gaps)
