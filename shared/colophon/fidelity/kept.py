"""What is kept of a text, so that it can be compared later without the text: its outline in a few hundred bytes.

The form is msgpack of arrays, compressed. Quotes are cut, because they only name a block in a message.
"""

import zlib
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

import msgspec
from msgspec import Struct

from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.placed_blocks import BlockKind
from colophon.fidelity.value import Value
from colophon.fidelity.value_pairs import gather_values

_MAX_QUOTED = 16
_Value: TypeAlias = tuple[tuple[str, ...], str, str, int, bool, bool]


class _Block(Struct, frozen=True, array_like=True, omit_defaults=True):
    """A ``TextBlock``; ``sums`` refer to the values by their places."""

    kind: BlockKind
    number: int
    line: int
    quote: str
    length: int
    sentences: int
    values: tuple[_Value, ...] = ()
    sums: tuple[tuple[_Value, int, int], ...] = ()
    links: tuple[str, ...] = ()
    figure: str = ""
    claims: dict[str, str] = {}
    foreign: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    clinics: tuple[str, ...] = ()
    topics: tuple[int | str, ...] = ()


class _Kept(Struct, frozen=True, array_like=True):
    lang: str
    blocks: tuple[_Block, ...]


def encode_outline(outline: TextOutline) -> bytes:
    """What ``decode_outline`` makes the outline from again, but for the ends of its quotes."""
    kept = _Kept(outline.lang, tuple(map(_pack, outline.blocks)))
    return zlib.compress(msgspec.msgpack.encode(kept), 9)


def decode_outline(kept: bytes) -> TextOutline:
    """The outline that ``kept`` holds."""
    decoded = msgspec.msgpack.decode(zlib.decompress(kept), type=_Kept)
    return TextOutline(decoded.lang, tuple(map(_unpack, decoded.blocks)))


def _pack(block: TextBlock) -> _Block:
    single = block.values.single
    return _Block(
        block.kind,
        block.number,
        block.line,
        block.quote if block.kind == "title" else block.quote[:_MAX_QUOTED],
        round(block.length),
        block.sentences,
        tuple(map(_pack_value, single)),
        tuple(
            (_pack_value(value), single.index(one), single.index(other)) for value, (one, other) in block.values.sums
        ),
        *(
            block.links,
            block.figure,
            dict(block.claims),
            block.foreign,
            block.words,
            block.clinics,
            tuple(sorted(block.topics, key=str)),
        ),
    )


def _places(values: Sequence[Value], parts: tuple[Value, Value]) -> tuple[int, int]:
    return values.index(parts[0]), values.index(parts[1])


def _pack_value(value: Value) -> _Value:
    readings = tuple(sorted(map(str, value.readings)))
    return readings, value.unit, value.text, value.start, value.has_digits, value.counts


def _unpack(block: _Block) -> TextBlock:
    single = tuple(map(_unpack_value, block.values))
    sums = tuple((_unpack_value(value), (single[one], single[other])) for value, one, other in block.sums)
    fields = {name: getattr(block, name) for name in _Block.__struct_fields__ if name != "sums"}
    fields |= {"values": gather_values(single, sums), "topics": frozenset(block.topics)}
    plain = not (block.links or block.claims or block.foreign or block.words or block.clinics)
    return TextBlock(**fields, plain=plain)


def _unpack_value(packed: _Value) -> Value:
    return Value(frozenset(map(Fraction, packed[0])), *packed[1:])
