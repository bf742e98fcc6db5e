"""A resource's properties, and a memory of which of them were applied."""

from collections.abc import Iterator, Mapping
from typing import Any


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
