"""Which values of two texts have no counterpart in the other."""

from collections.abc import Sequence

from msgspec import Struct

from colophon.fidelity.value import Value, has_other_measure, is_converted, is_same


class NumberDifference(Struct, frozen=True):
    there: Value | None
    here: Value | None


def compare_values(there: Sequence[Value], here: Sequence[Value]) -> list[NumberDifference]:
    """Values in digits without a counterpart; two of them in the same place are one difference."""
    missing = _without_counterpart(there, here)
    added = _without_counterpart(here, there)
    pairs = [NumberDifference(*pair) for pair in zip(missing, added)]
    rest = [NumberDifference(value, None) for value in missing[len(pairs):]]
    return [*pairs, *rest, *(NumberDifference(None, value) for value in added[len(pairs):])]


def _find(value: Value, others: Sequence[Value]) -> bool:
    return any(is_same(value, other) or is_converted(value, other) for other in others)


def _without_counterpart(values, others):
    """Each counterpart serves one value, except words"""
    result = []
    used = set()
    for value in values:
        if not value.has_digits: continue
        options = [i for i, other in enumerate(others) if is_same(value, other) or is_converted(value, other)]
        free = [i for i in options if i not in used]
        if not free: result.append(value)
        else:
            used.add(min(free, key=lambda i: (not others[i].has_digits, not (others[i].unit == value.unit), i)))
    return result
