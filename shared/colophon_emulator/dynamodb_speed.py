"""Faster implementations of what moto and botocore do for each value and each expression of a DynamoDB request.

None of these patches changes an answer; ``tests/emulator/test_request_speed.py`` compares the answers with moto's own.
Every stack and every schedule of the tests needs them. The figures in the docstrings are processor time per call, of an
item with some twenty values.
"""

import base64
import pickle
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from functools import cache, lru_cache
from typing import Any

from botocore.parsers import BaseJSONParser
from moto.core import parse as moto_parse
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.utilities import bytesize
from moto.dynamodb.parsing import ast_nodes, expressions, validators

from colophon_emulator.lock import patch

# They have no types.
_BOTOCORE_PARSER: Any = BaseJSONParser
_MOTO_PARSER: Any = moto_parse.BaseJSONParser
_NODES: Any = ast_nodes
_PARSER: Any = expressions.UpdateExpressionParser  # type: ignore[attr-defined]
# The shape of a value in botocore's description of DynamoDB.
_VALUE_SHAPE = "AttributeValue"


@contextmanager
def convert_values_whole() -> Iterator[None]:
    """Write and read a DynamoDB value by its own type. moto and botocore look in each value for all ten types.

    A TransactGetItems takes 1.0 instead of 1.4 ms.
    """
    serialize, parse_request = BaseJSONSerializer._serialize_type_structure, _MOTO_PARSER._parse_structure
    parse = _BOTOCORE_PARSER._handle_structure

    def serialize_structure(serializer: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if key and shape.name == _VALUE_SHAPE and isinstance(value, dict):
            serializer._default_serialize(serialized, _encode_value(value), shape, key)
        else:
            serialize(serializer, serialized, value, shape, key)

    def parse_structure(parser: Any, shape: Any, value: Any) -> Any:
        if shape.name == _VALUE_SHAPE and isinstance(value, dict):
            return _decode_value(value)
        return parse(parser, shape, value)

    def parse_request_structure(parser: Any, shape: Any, value: Any) -> Any:
        if shape.name == _VALUE_SHAPE and isinstance(value, dict) and parser.MAP_TYPE is dict:
            return _decode_value(value)
        return parse_request(parser, shape, value)

    with (
        patch(BaseJSONSerializer, "_serialize_type_structure", serialize_structure),
        patch(_BOTOCORE_PARSER, "_handle_structure", parse_structure),
        patch(_MOTO_PARSER, "_parse_structure", parse_request_structure),
    ):
        yield


def _encode_value(value: dict[str, Any]) -> dict[str, Any]:
    return {kind: _ENCODE[kind](part) for kind, part in value.items() if part is not None and kind in _ENCODE}


def _decode_value(value: dict[str, Any]) -> dict[str, Any]:
    return {kind: _DECODE[kind](part) for kind, part in value.items() if part is not None and kind in _DECODE}


def _encode_bytes(content: bytes | str) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


def _same(content: Any) -> Any:
    return content


# The types of a value: AttributeValue in the DynamoDB API Reference.
_ENCODE: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": str,
    "B": _encode_bytes,
    "SS": lambda content: [str(one) for one in content],
    "NS": lambda content: [str(one) for one in content],
    "BS": lambda content: [_encode_bytes(one) for one in content],
    "M": lambda content: {key: _encode_value(one) for key, one in content.items()},
    "L": lambda content: [_encode_value(one) for one in content],
    "NULL": _same,
    "BOOL": _same,
}
_DECODE: dict[str, Callable[[Any], Any]] = {
    "S": _same,
    "N": _same,
    "B": base64.b64decode,
    "SS": _same,
    "NS": _same,
    "BS": lambda content: [base64.b64decode(one) for one in content],
    "M": lambda content: {key: _decode_value(one) for key, one in content.items()},
    "L": lambda content: [_decode_value(one) for one in content],
    "NULL": _same,
    "BOOL": _same,
}


@contextmanager
def parse_updates_once() -> Iterator[None]:
    """Parse an update expression once, and copy its tree as bytes. moto parses it twice for each request.

    moto changes only copies of the tree. Together with ``find_processors_once`` an UpdateItem takes half the time.
    """

    make = _PARSER.make

    @lru_cache(maxsize=4096)
    def parse(expression: str) -> Any:
        tree = make(expression)
        tree.as_bytes = pickle.dumps(tree)
        return tree

    def copy_tree(value: Any) -> Any:
        if isinstance(value, _NODES.Node) and hasattr(value, "as_bytes"):
            return pickle.loads(value.as_bytes)  # noqa: S301 - made by ``parse``
        return deepcopy(value)

    with patch(_PARSER, "make", staticmethod(parse)), patch(validators, "deepcopy", copy_tree):
        yield


@contextmanager
def split_conditions_once() -> Iterator[None]:
    """Split a condition into its words once. moto compiles all its patterns for each word, and parses it twice."""
    split = ConditionExpressionParser._lex_condition_expression

    @lru_cache(maxsize=4096)
    def words(condition: str) -> tuple[Any, ...]:
        return tuple(split(ConditionExpressionParser(condition, None, None)))

    def split_once(parser: Any) -> Any:
        return deque(words(parser.condition_expression))

    with patch(ConditionExpressionParser, "_lex_condition_expression", split_once):
        yield


@contextmanager
def find_processors_once() -> Iterator[None]:
    """Find out once for each kind of node in an expression what processes it. moto lists all kinds for each node."""
    with (
        patch(_NODES.DepthFirstTraverser, "traverse_node_recursively", _traverse),
        patch(_NODES.Node, "find_clauses", _find_clauses),
    ):
        yield


@cache
def _is_a(kind: Any, known: Any) -> bool:
    """As isinstance, which takes ten times as long where ``known`` is an abstract class."""
    return issubclass(kind, known)


def _traverse(traverser: Any, node: Any, child_id: int = -1) -> Any:
    """As moto's own: bottom up, each processed node in the place of what it was made from."""
    processors = list(traverser._processing_map().items())
    by_kind: dict[Any, Any] = {}

    def walk(node: Any, child_id: int) -> Any:
        kind: Any = type(node)
        if not _is_a(kind, _NODES.Node):
            return node
        parent = node.parent
        if node.children is not None:
            for place, child in enumerate(node.children):
                traverser.pre_processing_of_child(node, place)
                walk(child, place)
        if kind not in by_kind:
            by_kind[kind] = next((each for known, each in processors if _is_a(kind, known)), None)
        if by_kind[kind] is None:
            return node
        made = by_kind[kind](node)
        made.parent = parent
        if parent:
            parent.children[child_id] = made
        return made

    return walk(node, child_id)


def _find_clauses(node: Any, kinds: list[type]) -> list[Any]:
    found: list[Any] = []
    for child in node.children or ():
        kind: Any = type(child)
        if kind in kinds:
            found.append(child)
        elif _is_a(kind, _NODES.Expression) or _is_a(kind, _NODES.UpdateExpressionFunction):
            found += _find_clauses(child, kinds)
    return found


@contextmanager
def copy_values_once() -> Iterator[None]:
    """Copy each part of a stored value once; moto copies the parts of a map again at every depth.

    And measure a value without a copy of it.
    """
    with ExitStack() as patches:
        patches.enter_context(patch(Item, "__deepcopy__", _copy_item))
        for name, replacement in (("__deepcopy__", _copy), ("to_regular_json", _as_json), ("size", _size)):
            patches.enter_context(patch(DynamoType, name, replacement))
        yield


def _copy_item(item: Any, _: Any = None) -> Any:
    made = object.__new__(Item)
    made.hash_key, made.range_key = _copy(item.hash_key), item.range_key and _copy(item.range_key)
    # Past its check of the size: what is copied was checked.
    made.attrs = LimitedSizeDict()
    dict.update(made.attrs, {name: _copy(value) for name, value in item.attrs.items()})
    return made


def _copy(value: Any, _: Any = None) -> Any:
    made = object.__new__(DynamoType)
    made.type, content = value.type, value.value
    if isinstance(content, dict):
        content = {key: _copy(one) for key, one in content.items()}
    elif isinstance(content, list):
        content = [_copy(one) if isinstance(one, DynamoType) else one for one in content]
    made.value = content
    return made


def _as_json(value: Any) -> dict[str, Any]:
    content = value.value
    if isinstance(content, dict):
        content = {key: _as_json(one) for key, one in content.items()}
    elif isinstance(content, list):
        content = [_as_json(one) if isinstance(one, DynamoType) else one for one in content]
    elif value.type == "B" and isinstance(content, str):
        content = base64.b64decode(content)
    return {value.type: content}


def _size(value: Any) -> int:
    kind, content = value.type, value.value
    if kind == "N":
        return len(str(content))
    if kind == "M":
        return sum(bytesize(key) + _size(one) for key, one in content.items())
    if kind == "L":
        return sum(map(_size, content))
    if kind in ("SS", "NS", "BS"):
        return sum(_size(DynamoType({kind[0]: one})) for one in content)
    return 1 if isinstance(content, bool) else bytesize(content)


SPEED_UPS = (
    convert_values_whole,
    parse_updates_once,
    split_conditions_once,
    find_processors_once,
    copy_values_once,
)
