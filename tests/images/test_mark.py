"""The mark of an image: read from every kind of file, written into every copy, and nothing else of the file with it."""

import re
from time import process_time

import pytest

from colophon.images import copy as copies
from colophon.images.copy import Copy, ImageFile, Outline, image_key_base
from colophon.images.mark import SOURCE_TYPES, ImageMark, build_packet
from colophon.images.outline import read_layout
from colophon.images.recipe import make_copy, read_outline
from colophon.images.xmp import MAX_PACKET_BYTES, read_source_type
from colophon.stores.decoder import Decoder
from colophon.upload.keys import ImageRef, PostRef
from tests.images import marked
from tests.images.hostile import pngs, webps
from tests.images.hostile.case import MARKER, quarters, saved
from tests.images.hostile.jpeg_parts import plain as plain_jpeg
from tests.images.hostile.jpeg_parts import segment, with_first
from tests.images.hostile.png_parts import chunk
from tests.images.marked import AI, CONTAINERS, CREDENTIALED, FORMS, as_attribute, as_element, full, packet
from tests.images.published import parts_of, picture_in

IMAGE = ImageRef(PostRef("clinic", "post"), "a.jpg")
WITHOUT = {"JPEG": plain_jpeg, "PNG": pngs.plain, "WebP": webps.lossy}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", [full(AI), full(AI).replace("http:", "https:"), AI, f"digsrctype:{AI}"])
def test_a_source_type_is_read_from_every_container_in_every_form(container: str, form: str, value: str) -> None:
    outline = read_outline(CONTAINERS[container](FORMS[form](value)))
    assert outline
    assert outline.mark == ImageMark(AI)


@pytest.mark.parametrize("term", SOURCE_TYPES)
def test_every_term_of_the_scheme_is_read_and_written(term: str) -> None:
    assert read_source_type(as_element(full(term))) == term
    assert read_source_type(build_packet(term)) == term


@pytest.mark.parametrize("container", ["JPEG", "PNG", "WebP", "GIF", "AVIF"])
def test_every_file_of_a_copy_says_the_source_type_and_nothing_else(container: str, decoder: Decoder) -> None:
    copy = decoder.make_copy(CONTAINERS[container](as_attribute(full(AI))))
    assert copy.outline.mark == ImageMark(AI)
    for file in copy.files:
        picture_in(file, build_packet(AI))
        assert MARKER not in file.content
        assert b"GPS" not in file.content


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_packet_without_the_property_leaves_nothing_in_a_copy(container: str, decoder: Decoder) -> None:
    copy = decoder.make_copy(CONTAINERS[container](packet("")))
    assert not copy.outline.mark
    for file in copy.files:
        picture_in(file)
        assert MARKER not in file.content


@pytest.mark.parametrize("container", ["JPEG", "PNG", "WebP"])
def test_without_its_packet_a_file_is_byte_for_byte_that_of_the_unmarked_image(container: str) -> None:
    """So neither names nor places of the upload are in it, in whatever form."""
    marked_copy = make_copy(CONTAINERS[container](as_element(full(AI))))
    unmarked_copy = make_copy(WITHOUT[container]())
    assert not unmarked_copy.outline.mark
    for file, other in zip(marked_copy.files, unmarked_copy.files, strict=True):
        picture_in(other)
        own = [part for part in parts_of(file) if build_packet(AI) not in part and not part.startswith(b"VP8X")]
        assert own == parts_of(other)


def test_all_sizes_and_a_transparent_fallback_carry_the_packet() -> None:
    large = marked.jpeg(as_attribute(full(AI)), pixels=saved(quarters(1700, 900), "JPEG"))
    picture = quarters(700, 500, "RGBA")
    picture.putalpha(120)
    transparent = saved(picture, "PNG")
    told = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + as_attribute(full(AI)))
    for content, extensions in (
        (large, ["webp", "webp", "webp", "jpg"]),
        (transparent[:33] + told + transparent[33:], ["webp", "webp", "png"]),
    ):
        copy = make_copy(content)
        assert [file.extension for file in copy.files] == extensions
        for file in copy.files:
            picture_in(file, build_packet(AI))


@pytest.mark.parametrize("container", CREDENTIALED)
def test_that_content_credentials_were_there_is_kept_and_none_of_them(container: str, decoder: Decoder) -> None:
    copy = decoder.make_copy(CREDENTIALED[container]())
    assert copy.outline.mark == ImageMark(has_credentials=True)
    for file in copy.files:
        picture_in(file)
        assert b"c2pa" not in file.content.lower()


def test_a_file_may_have_both() -> None:
    app11 = segment(0xEB, b"JP\0\1\0\0\0\1" + marked.CREDENTIALS)
    outline = read_outline(marked.jpeg(as_attribute(AI), app11))
    assert outline
    assert outline.mark == ImageMark(AI, has_credentials=True)


@pytest.mark.parametrize(
    "content",
    [
        with_first(plain_jpeg(), segment(0xEB, b"JP\0\1\0\0\0\1" + marked.CREDENTIALS.replace(b"c2pa", b"d3qb"))),
        with_first(plain_jpeg(), segment(0xEB, b"XX\0\1\0\0\0\1" + marked.CREDENTIALS)),
        with_first(plain_jpeg(), segment(0xEC, b"JP\0\1\0\0\0\1" + marked.CREDENTIALS)),
        pngs.with_chunks(chunk(b"caBX", b"")),
        pngs.with_chunks(chunk(b"caBX", marked.CREDENTIALS.replace(b"jumb", b"free"))),
        pngs.with_chunks(chunk(b"caBY", marked.CREDENTIALS)),
        plain_jpeg() + marked.CREDENTIALS,
    ],
)
def test_other_boxes_are_no_content_credentials(content: bytes) -> None:
    outline = read_outline(content)
    assert outline
    assert not outline.mark


@pytest.mark.parametrize(
    "said",
    [
        packet("<Iptc4xmpExt:DigitalSourceType>made by hand</Iptc4xmpExt:DigitalSourceType>"),
        as_attribute(full(AI) + "/../../x"),
        as_attribute(full("trainedalgorithmicmedia")),
        as_attribute("http://example.org/" + AI),
        # The property of another schema, and of no schema.
        packet("", f'xmlns:o="http://example.org/" o:DigitalSourceType="{AI}"'),
        packet("", f'DigitalSourceType="{AI}"'),
        packet("", f'other:DigitalSourceType="{AI}"'),
        # A prefix that means another schema where the property stands.
        packet(f'<a:DigitalSourceType xmlns:a="http://example.org/">{AI}</a:DigitalSourceType>', prefix="a"),
        # Of a picture that this one was made from.
        packet(f'<x:from><rdf:Description Iptc4xmpExt:DigitalSourceType="{AI}"/></x:from>'),
        packet(f"<x:from><Iptc4xmpExt:DigitalSourceType>{AI}</Iptc4xmpExt:DigitalSourceType></x:from>"),
        # In a comment, in text, outside of the description.
        packet(f'<!-- <rdf:Description Iptc4xmpExt:DigitalSourceType="{AI}"/> -->'),
        packet(f"<![CDATA[<Iptc4xmpExt:DigitalSourceType>{AI}</Iptc4xmpExt:DigitalSourceType>]]>"),
        as_attribute(AI).replace(b"<rdf:RDF", b"<rdf:Bag").replace(b"</rdf:RDF", b"</rdf:Bag"),
        as_attribute(AI).decode().encode("utf-16"),
    ],
)
def test_what_is_not_the_property_of_the_picture_says_nothing(said: bytes) -> None:
    assert read_source_type(said) == ""


def test_the_namespace_of_a_prefix_ends_with_its_element() -> None:
    inner = f'<x:a xmlns:i="{marked.IPTC}"/><i:DigitalSourceType>{AI}</i:DigitalSourceType>'
    assert read_source_type(packet(inner)) == ""
    beside = (
        f'<rdf:Description xmlns:i="{marked.IPTC}"><i:DigitalSourceType>{AI}</i:DigitalSourceType></rdf:Description>'
    )
    assert read_source_type(packet("", beside=beside)) == AI


def test_an_extension_of_another_file_is_not_read() -> None:
    outline = read_outline(marked.jpeg_extended(as_attribute(AI), guid=b"F" * 32))
    assert outline
    assert not outline.mark


_ENTITY = b'<!DOCTYPE x [<!ENTITY a "' + b"b" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]>'
_HOSTILE = {
    "entities": _ENTITY + packet(f"<Iptc4xmpExt:DigitalSourceType>&b;{AI}</Iptc4xmpExt:DigitalSourceType>"),
    "an entity for the value": b'<!DOCTYPE x [<!ENTITY a "' + AI.encode() + b'">]>' + as_element("&a;"),
    "an outer entity": b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + as_element(AI),
    "more than a packet may have": as_element(AI).replace(b"<!--", b"<!--" + b"x" * MAX_PACKET_BYTES),
    "tags without end": b"<a>DigitalSourceType" * (MAX_PACKET_BYTES // 20),
    "tags that are closed": b"<a b='c' d='e'/>DigitalSourceType" * (MAX_PACKET_BYTES // 40),
    "a tag that never ends": b"<a DigitalSourceType" + b" b='c'" * (MAX_PACKET_BYTES // 8),
    "blanks in a tag": b"<a DigitalSourceType" + b" " * (MAX_PACKET_BYTES // 2),
    "a name without end": b"<" + b"DigitalSourceType" * (MAX_PACKET_BYTES // 20),
    "comments that never end": b"<!--DigitalSourceType" * (MAX_PACKET_BYTES // 30),
    "comments": b"<!--DigitalSourceType-->" * (MAX_PACKET_BYTES // 30),
    "signs": b"<DigitalSourceType" * (MAX_PACKET_BYTES // 20),
    "namespaces": b"<a " + b"".join(b"xmlns:n%d='%d' " % (n, n) for n in range(40_000)) + b"DigitalSourceType='x'>",
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_hostile_packet_says_nothing_and_takes_no_time(name: str) -> None:
    begun = process_time()
    assert read_source_type(_HOSTILE[name]) == ""
    assert process_time() - begun < 0.5


@pytest.mark.parametrize("name", ["entities", "tags that are closed", "more than a packet may have"])
@pytest.mark.parametrize("container", ["JPEG, extended", "PNG", "PNG, compressed", "WebP"])
def test_an_image_with_a_hostile_packet_is_published_without_a_mark(
    name: str, container: str, decoder: Decoder
) -> None:
    said = _HOSTILE[name]
    if container == "JPEG, extended":
        said = said[: 3 * 60_000]
    copy = decoder.make_copy(CONTAINERS[container](said))
    assert not copy.outline.mark
    for file in copy.files:
        picture_in(file)


def test_a_packet_that_inflates_to_a_gigabyte_is_not_read() -> None:
    zeros = pngs.packed_zeros(1 << 30, AI.encode())
    outline = read_outline(pngs.with_chunks(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zeros)))
    assert outline
    assert not outline.mark


def test_a_hundred_thousand_small_parts_of_an_extension_take_no_time() -> None:
    part = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"F" * 32 + bytes(8))
    begun = process_time()
    assert read_layout(marked.jpeg(packet(""), part * 100_000)).mark == ImageMark()
    assert process_time() - begun < 2


@pytest.mark.parametrize("cut", range(0, 900, 7))
def test_a_packet_cut_anywhere_is_read_or_says_nothing(cut: int) -> None:
    assert read_source_type(as_element(AI)[: -cut or None]) in ("", AI)


def _base(mark: ImageMark, times_ended: int = 0) -> str:
    return image_key_base(IMAGE, Outline("ab" * 32, 800, mark), times_ended)


def test_the_mark_is_in_the_path_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    marks = [ImageMark(), ImageMark(AI), ImageMark("print"), ImageMark(has_credentials=True), ImageMark(AI, True)]
    paths = [_base(mark) for mark in marks]
    assert len(set(paths)) == len(marks)
    monkeypatch.setattr(copies, "RECIPE_VERSION", "2")
    assert [_base(mark) == path for mark, path in zip(marks, paths, strict=True)] == [True, *[False] * 4]


def test_a_copy_that_crosses_to_the_parent_process_keeps_its_mark(decoder: Decoder) -> None:
    for content in (marked.jpeg(as_attribute(AI)), CREDENTIALED["PNG"](), plain_jpeg()):
        copy: Copy = decoder.make_copy(content)
        assert copy.outline == read_outline(content)
        assert isinstance(copy.files[0], ImageFile)


def test_the_packet_that_is_written_is_small_and_names_the_property_alone() -> None:
    written = build_packet(AI)
    assert len(written) < 500
    assert re.findall(rb'(\S+)="http://cv[^"]*"', written) == [b"Iptc4xmpExt:DigitalSourceType"]
