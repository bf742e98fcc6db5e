"""Who needs whom: the order in which a template's resources can be made."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from colophon_emulator.errors import EmulationError

_NAME_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")


def needs(resource: Mapping[str, Any], among: Mapping[str, Any]) -> frozenset[str]:
    """The logical ids of ``among`` that this resource names, by DependsOn or in a function of its properties."""
    explicit = resource.get("DependsOn", [])
    named = {explicit} if isinstance(explicit, str) else set(explicit)
    named.update(_named(resource.get("Properties", {})))
    return frozenset(named & among.keys())


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _named(child)
    if not isinstance(node, dict):
        return
    for key, child in node.items():
        if key == "Ref":
            yield child
        elif key == "Fn::GetAtt":
            yield child.split(".", 1)[0] if isinstance(child, str) else child[0]
        elif key == "Fn::Sub":
            yield from _NAME_IN_TEXT.findall(child if isinstance(child, str) else child[0])
            yield from _named([] if isinstance(child, str) else child[1])
        else:
            yield from _named(child)


def in_order(resources: Mapping[str, Any]) -> list[str]:
    """The logical ids, each after all it needs, otherwise as the template lists them.

    Raises EmulationError naming the resources when some of them need each other in a circle.
    """
    waiting = {logical_id: set(needs(resource, resources)) for logical_id, resource in resources.items()}
    ordered: list[str] = []
    while waiting:
        ready = [logical_id for logical_id, needed in waiting.items() if needed <= set(ordered)]
        if not ready:
            raise EmulationError(f"These resources need each other in a circle: {', '.join(waiting)}.")
        ordered.extend(ready)
        for logical_id in ready:
            del waiting[logical_id]
    return ordered


def needs_in_all(logical_id: str, resources: Mapping[str, Any]) -> frozenset[str]:
    """All that one resource needs, directly or through others: what is sure to be there before it, on AWS too."""
    found: set[str] = set()
    open_ids = [logical_id]
    while open_ids:
        for needed in needs(resources[open_ids.pop()], resources) - found:
            found.add(needed)
            open_ids.append(needed)
    return frozenset(found)
