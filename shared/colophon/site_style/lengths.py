"""What the lengths of a declaration come to: estimated in pixels, for a text of 16 pixels in a window of a width."""

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from colophon.site_style.sheet import Node, children, drop_whitespace, walk

TEXT, WINDOW, NARROW_WINDOW = 16.0, 1000.0, 320.0
# Pixels by unit, for a 16-pixel text. Other units (vw, vh, cqw ...) count as a hundredth of the window.
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "em": 16.0, "rem": 16.0}
_PIXELS |= {"ch": 8.0, "rch": 8.0, "ex": 8.0, "rex": 8.0, "lh": 24.0, "rlh": 24.0, "ic": 16.0, "cap": 11.0}
_MATH = frozenset({"calc", "min", "max", "clamp"})
# Of the values that var() may have in a sheet, so many are looked at.
_MAX_EXPANSIONS, _MAX_DEPTH = 16, 4


def find_lengths(value: Iterable[Node], whole: float, window: float = WINDOW) -> Iterator[float]:
    """Every length in ``value`` in pixels, and the results of calc(), min(), max() and clamp(); 100 % is ``whole``."""
    for token in value:
        if token.type == "function":
            result = _compute_function(token, whole, window) if token.lower_name in _MATH else None
            yield from find_lengths(children(token), whole, window) if result is None else [result]
        elif token.type == "number":
            # A multiple of the text size, as in line-height.
            yield token.value * TEXT
        elif (length := _to_pixels(token, whole, window)) is not None:
            yield length
        else:
            yield from find_lengths(children(token), whole, window)


def expand_variables(value: Sequence[Node], variables: Mapping[str, list[list[Node]]]) -> Iterator[list[Node]]:
    """``value`` with each var() replaced by every value that ``variables`` has for it; at most 16 of the results."""
    return islice(_expand(list(value), variables, 0), _MAX_EXPANSIONS)


def _expand(value: list[Node], variables: Mapping[str, list[list[Node]]], depth: int) -> Iterator[list[Node]]:
    index = next((index for index, token in enumerate(value) if _holds_variable(token, variables)), None)
    if index is None or depth > _MAX_DEPTH:
        yield value
        return
    token, before, after = value[index], value[:index], value[index + 1 :]
    for replacement in _replacements(token, variables, depth):
        for rest in _expand(after, variables, depth):
            yield [*before, *replacement, *rest]


def _replacements(token: Node, variables: Mapping[str, list[list[Node]]], depth: int) -> Iterator[list[Node]]:
    if token.type == "function" and token.lower_name == "var":
        name, *fallback = drop_whitespace(token.arguments) or [None]
        values = [*variables.get(getattr(name, "value", ""), []), *([fallback[1:]] if fallback else [])]
        for value in values:
            yield from _expand(value, variables, depth + 1)
        return
    for inside in _expand(children(token), variables, depth + 1):
        changed = copy.copy(token)
        setattr(changed, "arguments" if hasattr(token, "arguments") else "content", inside)
        yield [changed]


def _holds_variable(token: Node, variables: Mapping[str, list[list[Node]]]) -> bool:
    """Whether there is a var() in ``token`` that has a value in ``variables``, or one of its own."""
    for inside, _ in walk([token]):
        if inside.type == "function" and inside.lower_name == "var":
            name, *fallback = drop_whitespace(inside.arguments) or [None]
            if fallback or getattr(name, "value", "") in variables:
                return True
    return False


def _to_pixels(token: Node, whole: float, window: float) -> float | None:
    if token.type == "dimension":
        return float(token.value * _PIXELS.get(token.lower_unit, window / 100))
    return token.value / 100 * whole if token.type == "percentage" else None


def _compute_function(token: Node, whole: float, window: float) -> float | None:
    """The result of a math function of CSS Values and Units Level 4, 10; None where it is not understood."""
    arguments = [_compute_sum(part, whole, window) for part in _split(drop_whitespace(token.arguments), ",")]
    known = [argument for argument in arguments if argument is not None]
    if len(known) != len(arguments):
        return None
    match token.lower_name, known:
        case "calc", [result]:
            return result
        case "clamp", [least, ideal, most]:
            return max(least, min(ideal, most))
        case (("min" | "max"), [_, *_]):
            return min(known) if token.lower_name == "min" else max(known)
    return None


def _compute_sum(tokens: list[Node], whole: float, window: float) -> float | None:
    total, sign = 0.0, 1.0
    product: list[Node] = []
    for token in [*tokens, None]:
        if token is None or (token.type == "literal" and token.value in "+-" and product):
            result = _compute_product(product, whole, window)
            if result is None:
                return None
            total, product = total + sign * result, []
            sign = -1.0 if token is not None and token.value == "-" else 1.0
        else:
            product.append(token)
    return total


def _compute_product(tokens: list[Node], whole: float, window: float) -> float | None:
    result, operator = 1.0, "*"
    for index, token in enumerate(tokens):
        if index % 2:
            operator = token.value if token.type == "literal" else ""
            continue
        factor = _compute_factor(token, whole, window)
        if factor is None or operator not in ("*", "/") or (operator == "/" and not factor):
            return None
        result = result * factor if operator == "*" else result / factor
    return result if len(tokens) % 2 else None


def _compute_factor(token: Node, whole: float, window: float) -> float | None:
    if token.type == "number":
        return float(token.value)
    if token.type == "() block":
        return _compute_sum(drop_whitespace(token.content), whole, window)
    if token.type == "function":
        return _compute_function(token, whole, window) if token.lower_name in _MATH else None
    return _to_pixels(token, whole, window)


def _split(tokens: list[Node], separator: str) -> Iterator[list[Node]]:
    part: list[Node] = []
    for token in tokens:
        if token.type == "literal" and token.value == separator:
            yield part
            part = []
        else:
            part.append(token)
    yield part
