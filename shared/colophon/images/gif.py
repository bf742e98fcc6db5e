"""GIF (GIF89a specification, CompuServe 1990): the first image and its transparency, and whether more follow."""

import struct

from msgspec import Struct

from colophon.images.kinds import GIF, malformed_refusal, truncated_refusal
from colophon.images.layout import Layout
from colophon.images.mark import ImageMark, is_manifest_store
from colophon.images.xmp import find_packet, read_source_type
from colophon.problem import Refused

_HEADER_BYTES = 13
_IMAGE, _EXTENSION, _TRAILER, _CONTROL = 0x2C, 0x21, 0x3B, 0xF9
_DESCRIPTOR_BYTES = 10
# C2PA Technical Specification, A.3: the application extension of Content Credentials. A sub-block follows.
_CREDENTIALS = b"\x21\xff\x0bC2PA_GIF\x01\0\0"
# A decoder holds the canvas, four bytes a pixel, and unpacks into at most two more.
_DECODER_BYTES_PER_PIXEL = 6


def read_gif_layout(content: bytes) -> Layout:
    """The layout of the first image of a GIF file. Raises Refused if it is malformed or truncated."""
    if len(content) < _HEADER_BYTES:
        raise truncated_refusal(GIF)
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    palette = _HEADER_BYTES + _palette_bytes(flags)
    first = _find_first_image(content, palette)
    left, top, across, down = struct.unpack_from("<HHHH", content, first.start + 1)
    if not width or not height or not across or not down or left + across > width or top + down > height:
        raise malformed_refusal(GIF)
    bare = content[:palette] + first.control + content[first.start : first.end] + bytes([_TRAILER])
    decoder_bytes = width * height * _DECODER_BYTES_PER_PIXEL
    is_animated = _has_image(content, first.end)
    mark = ImageMark(read_source_type(find_packet(content)), _has_credentials(content))
    return Layout(GIF, width, height, bare, decoder_bytes=decoder_bytes, is_animated=is_animated, mark=mark)


class _FirstImage(Struct, frozen=True):
    start: int
    end: int
    control: bytes


def _find_first_image(content: bytes, at: int) -> _FirstImage:
    control = b""
    while True:
        block = content[at : at + 1]
        if block == bytes([_EXTENSION]):
            end = _find_sub_blocks_end(content, at + 2)
            if content[at + 1] == _CONTROL:
                control = content[at:end]
            at = end
        elif block == bytes([_IMAGE]) and at + _DESCRIPTOR_BYTES < len(content):
            packed = at + _DESCRIPTOR_BYTES + _palette_bytes(content[at + 9])
            return _FirstImage(at, _find_sub_blocks_end(content, packed + 1), control)
        else:
            raise malformed_refusal(GIF) if block and block != bytes([_IMAGE]) else truncated_refusal(GIF)


def _has_image(content: bytes, at: int) -> bool:
    """Whether an image follows at ``at`` or after extensions. What else is there does not count, damaged or not."""
    while content[at : at + 1] == bytes([_EXTENSION]):
        try:
            at = _find_sub_blocks_end(content, at + 2)
        except Refused:
            return False
    return content[at : at + 1] == bytes([_IMAGE])


def _has_credentials(content: bytes) -> bool:
    at = content.find(_CREDENTIALS) + len(_CREDENTIALS) + 1
    return at > len(_CREDENTIALS) and is_manifest_store(content[at : at + 128])


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _find_sub_blocks_end(content: bytes, at: int) -> int:
    """The end of a sequence of sub-blocks. Each begins with its length; a length of 0 ends the sequence."""
    while at < len(content):
        length = content[at]
        at += 1 + length
        if not length:
            return at
    raise truncated_refusal(GIF)
