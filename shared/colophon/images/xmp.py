"""Reads one property out of an XMP packet (ISO 16684-1): IPTC's Digital Source Type.

This is no XML parser: it knows no entities, follows no declaration, and stops at the first thing that is malformed. A
packet that it can't read says nothing.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from colophon.images.mark import SOURCE_TYPE_PREFIX, SOURCE_TYPES

# Programs that keep a picture's whole history write packets of a few hundred kB.
MAX_PACKET_BYTES = 1024 * 1024
_MAX_TAGS = 20_000
_MAX_DEPTH = 50
_PROPERTY = b"DigitalSourceType"
_RDF = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_IPTC = b"http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_META_START, _META_END = b"<x:xmpmeta", b"</x:xmpmeta>"
# Namespace and local name.
_Name = tuple[bytes, bytes]
_SOURCE_TYPE: _Name = (_IPTC, _PROPERTY)
_PATH: list[_Name] = [(_RDF, b"RDF"), (_RDF, b"Description")]
# The full address, also with https, as an address of today would be written; and the QCode of the scheme.
_PREFIXES = (SOURCE_TYPE_PREFIX, SOURCE_TYPE_PREFIX.replace("http:", "https:"), "digsrctype:")
# Possessive, so that no input makes it try again.
_TAG = re.compile(rb"""<(/?+)([^\s<>/="'!?]++)((?:\s++[^\s<>/="']++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+)\s*+(/?+)>""")
_ATTRIBUTE = re.compile(rb"""([^\s<>/="']++)\s*+=\s*+(?:"([^"<]*+)"|'([^'<]*+)')""")
# What holds no tags, by how it begins and ends. Not a document type: with one, nothing is read.
_SKIPPED = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<![CDATA[", b"]]>"))


class _Tag(Struct, frozen=True):
    """``text`` is what stands between the tag before and this one."""

    text: bytes
    name: bytes
    attributes: dict[bytes, bytes]
    is_end: bool
    is_empty: bool


class _Element(Struct, frozen=True):
    """An element that is open. ``namespaces`` are those that it declares, by prefix."""

    tag_name: bytes
    namespaces: dict[bytes, bytes]
    name: _Name


def read_source_type(packet: bytes) -> str:
    """The term of IPTC's scheme that ``packet`` gives as the source type of its picture; empty if it gives none."""
    if len(packet) > MAX_PACKET_BYTES or _PROPERTY not in packet:
        return ""
    return next((term for value in _read_values(packet) if (term := _parse_term(value))), "")


def find_packet(content: bytes) -> bytes:
    """The first packet anywhere in ``content``, for files that store it in one piece; empty if there is none.

    XMP Specification Part 3, 3: a reader may find packets by scanning.
    """
    start = content.find(_META_START)
    end = content.find(_META_END, start, start + MAX_PACKET_BYTES) if start >= 0 else -1
    return content[start : end + len(_META_END)] if end >= 0 else b""


def _parse_term(value: bytes) -> str:
    text = value.decode(errors="replace").strip()
    prefix = next((prefix for prefix in _PREFIXES if text.startswith(prefix)), "")
    term = text.removeprefix(prefix)
    return term if term in SOURCE_TYPES else ""


def _read_values(packet: bytes) -> Iterator[bytes]:
    """The values of the property where it is one of the picture itself, and not of another that it was made from."""
    elements: list[_Element] = []
    for tag in _read_tags(packet):
        names = [element.name for element in elements]
        if tag.is_end:
            if not elements or elements[-1].tag_name != tag.name:
                return
            if names[-3:] == [*_PATH, _SOURCE_TYPE]:
                yield tag.text
            elements.pop()
            continue
        element = _open_element(tag, elements)
        opened = [*elements, element]
        if names[-1:] == _PATH[:1] and element.name == _PATH[1]:
            yield from _values_of(_SOURCE_TYPE, tag, opened)
        if names[-2:] == _PATH and element.name == _SOURCE_TYPE:
            yield from _values_of((_RDF, b"resource"), tag, opened)
        if not tag.is_empty:
            elements.append(element)
            if len(elements) > _MAX_DEPTH:
                return


def _values_of(name: _Name, tag: _Tag, opened: list[_Element]) -> Iterator[bytes]:
    return (value for attribute, value in tag.attributes.items() if _resolve(attribute, opened) == name)


def _open_element(tag: _Tag, elements: list[_Element]) -> _Element:
    declared = {
        name[6:] if name[5:6] else b"": value
        for name, value in tag.attributes.items()
        if name == b"xmlns" or name.startswith(b"xmlns:")
    }
    unnamed = _Element(tag.name, declared, (b"", b""))
    return _Element(tag.name, declared, _resolve(tag.name, [*elements, unnamed]))


def _resolve(name: bytes, elements: list[_Element]) -> _Name:
    """``name`` with the namespace that its prefix has within ``elements``; empty if it has none."""
    prefix, colon, local = name.rpartition(b":")
    for element in reversed(elements):
        if prefix in element.namespaces:
            return element.namespaces[prefix], local
    return b"", local if colon else name


def _read_tags(packet: bytes) -> Iterator[_Tag]:
    """The tags of ``packet``, up to the first thing that is none, and at most ``_MAX_TAGS``."""
    at, text_start = packet.find(b"<"), 0
    for _ in range(_MAX_TAGS):
        if at < 0:
            return
        ending = next((end for begin, end in _SKIPPED if packet.startswith(begin, at)), None)
        if ending:
            stop = packet.find(ending, at)
            if stop < 0:
                return
            after = text_start = stop + len(ending)
        else:
            match = _TAG.match(packet, at)
            if match is None:
                return
            attributes = {name: first or second for name, first, second in _ATTRIBUTE.findall(match[3])}
            yield _Tag(packet[text_start:at], match[2], attributes, bool(match[1]), bool(match[4]))
            after = text_start = match.end()
        at = packet.find(b"<", after)
