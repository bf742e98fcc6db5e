"""Images whose files say how they were made, in every way that a file can: XMP packets and Content Credentials."""

import struct
import zlib
from collections.abc import Callable

from colophon.images.mark import SOURCE_TYPE_PREFIX
from tests.images.hostile import gifs, webps
from tests.images.hostile.case import MARKER, quarters, saved
from tests.images.hostile.exif import telling
from tests.images.hostile.jpeg_parts import plain as plain_jpeg
from tests.images.hostile.jpeg_parts import segment, with_first
from tests.images.hostile.png_parts import chunk
from tests.images.hostile.pngs import with_chunks

AI = "trainedAlgorithmicMedia"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_GUID = b"0123456789ABCDEF0123456789ABCDEF"
_XMP, _EXTENSION = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
# A superbox, its description, the type of a manifest store and its label.
CREDENTIALS = (
    struct.pack(">I4s", 120, b"jumb")
    + struct.pack(">I4s", 38, b"jumd")
    + bytes.fromhex("63327061 0011 0010 8000 00aa00389b71".replace(" ", ""))
    + b"\x03c2pa\0"
    + MARKER
    + bytes(60)
)


def packet(inside: str, attributes: str = "", *, prefix: str = "Iptc4xmpExt", beside: str = "") -> bytes:
    """A packet with names and places of its own; ``attributes`` and ``inside`` are the description's."""
    planted = MARKER.decode()
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<!-- <rdf:RDF> -->'
        f'<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:{prefix}="{IPTC}" '
        f'exif:GPSLatitude="37,33.5N" exif:Owner="{planted}" {attributes}>\n'
        '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Seq>'
        f"<rdf:li>{planted}</rdf:li></rdf:Seq></dc:creator>\n{inside}\n</rdf:Description>{beside}\n"
        '</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
    ).encode()


def as_attribute(value: str) -> bytes:
    """The property as an attribute."""
    return packet("", f'Iptc4xmpExt:DigitalSourceType="{value}"')


def as_element(value: str) -> bytes:
    """The property as an element with text."""
    return packet(f"<Iptc4xmpExt:DigitalSourceType>\n {value} </Iptc4xmpExt:DigitalSourceType>")


def as_resource(value: str) -> bytes:
    """The property as an element that names a resource, with another prefix and other quotes."""
    return packet(f"<ext:DigitalSourceType rdf:resource='{value}'/>", prefix="ext")


FORMS: dict[str, Callable[[str], bytes]] = {"attribute": as_attribute, "element": as_element, "resource": as_resource}


def jpeg(said: bytes, *more: bytes, pixels: bytes = b"") -> bytes:
    """A JPEG with ``said`` in its packet, and a camera's Exif."""
    return with_first(pixels or plain_jpeg(), segment(0xE1, telling()), segment(0xE1, _XMP + said), *more)


def jpeg_extended(said: bytes, guid: bytes = _GUID) -> bytes:
    """A JPEG whose packet names an extension with ``said``, in three parts that stand in another order."""
    third = len(said) // 3
    parts = [(at, said[at : min(at + third, len(said))]) for at in range(0, len(said), third)]
    heads = [_EXTENSION + guid + struct.pack(">II", len(said), at) + part for at, part in parts]
    named = f'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{_GUID.decode()}"'
    return jpeg(packet("", named), *(segment(0xE1, head) for head in reversed(heads)))


def png(said: bytes, *more: bytes) -> bytes:
    """A PNG with ``said`` as international text."""
    return with_chunks(
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + said), chunk(b"tEXt", b"Author\0" + MARKER), *more
    )


def png_packed(said: bytes) -> bytes:
    """The same, compressed."""
    return with_chunks(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0en\0name\0" + zlib.compress(said)))


def png_after(said: bytes) -> bytes:
    """The same, behind the pixels."""
    whole = saved(quarters(), "PNG")
    return whole[:-12] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + said) + whole[-12:]


def webp(said: bytes, *more: bytes) -> bytes:
    """A WebP with ``said`` in its chunk."""
    parts = [webps.canvas(*webps.SIZE, 4), webps.picture(webps.lossy()), webps.chunk(b"XMP ", said), *more]
    return webps.webp(*parts)


def gif(said: bytes) -> bytes:
    """A GIF with ``said`` in an application extension, which ends by its magic trailer."""
    trailer = bytes([1, *range(255, -1, -1), 0])
    content = gifs.with_comment(MARKER)
    at = content.find(b"!\xfe")
    return content[:at] + b"!\xff\x0bXMP DataXMP" + said + trailer + content[at:]


def avif(said: bytes) -> bytes:
    """An AVIF with ``said`` as an item."""
    return saved(quarters(), "AVIF", xmp=said, exif=telling())


CONTAINERS: dict[str, Callable[[bytes], bytes]] = {
    "JPEG": jpeg,
    "JPEG, extended": jpeg_extended,
    "PNG": png,
    "PNG, compressed": png_packed,
    "PNG, behind the pixels": png_after,
    "WebP": webp,
    "GIF": gif,
    "AVIF": avif,
}


def _gif_with_credentials() -> bytes:
    content = gifs.plain()
    at = 13 + (3 << (content[10] & 7) + 1)
    return content[:at] + b"!\xff\x0bC2PA_GIF\x01\0\0" + gifs.pieces(CREDENTIALS) + content[at:]


def _avif_with_credentials() -> bytes:
    told = bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(4) + b"manifest\0" + bytes(8) + CREDENTIALS
    return saved(quarters(), "AVIF") + struct.pack(">I4s", len(told) + 8, b"uuid") + told


CREDENTIALED: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: with_first(plain_jpeg(), segment(0xEB, b"JP\0\1\0\0\0\1" + CREDENTIALS)),
    "PNG": lambda: with_chunks(chunk(b"caBX", CREDENTIALS)),
    "WebP": lambda: webps.webp(
        webps.canvas(*webps.SIZE), webps.picture(webps.lossy()), webps.chunk(b"C2PA", CREDENTIALS)
    ),
    "GIF": _gif_with_credentials,
    "AVIF": _avif_with_credentials,
}


def full(term: str) -> str:
    """The address of a term."""
    return SOURCE_TYPE_PREFIX + term
