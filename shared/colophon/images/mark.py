"""The mark of an uploaded image: what its file says of how it was made. Copies carry this, and nothing else of it.

IPTC's Digital Source Type is a property of the XMP packet (IPTC Photo Metadata Standard 2025.1, "Digital Source Type").
Content Credentials are a signed manifest (C2PA Technical Specification, annex A). A signature can't survive that the
pixels are encoded again, so only its presence is kept. That an image has no mark says nothing about it.
"""

from msgspec import Struct

SOURCE_TYPE_PREFIX = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# Every term of the NewsCodes scheme of 2024-10-23 (https://cv.iptc.org/newscodes/digitalsourcetype/), retired ones too,
# and what the page calls it: a key of ``made_kinds`` among the interface words. Another term is not copied, as a file
# may hold any text there. A new term needs a new RECIPE_VERSION.
SOURCE_TYPES = {
    "digitalCapture": "camera",
    "computationalCapture": "camera",
    "negativeFilm": "digitised",
    "positiveFilm": "digitised",
    "print": "digitised",
    "minorHumanEdits": "edited",
    "humanEdits": "edited",
    "algorithmicallyEnhanced": "altered",
    "softwareImage": "program",
    "digitalArt": "program",
    "digitalCreation": "program",
    "dataDrivenMedia": "computed",
    "trainedAlgorithmicMedia": "ai",
    "algorithmicMedia": "computed",
    "screenCapture": "screen",
    "virtualRecording": "computed",
    "composite": "composite",
    "compositeCapture": "composite",
    "compositeSynthetic": "ai-parts",
    "compositeWithTrainedAlgorithmicMedia": "edited-with-ai",
}
# What ``images.<file>.made`` says, as a term of the scheme.
STATED_SOURCE_TYPES = {
    "ai": "trainedAlgorithmicMedia",
    "edited-with-ai": "compositeWithTrainedAlgorithmicMedia",
    "camera": "digitalCapture",
}
# The kinds of a file's mark that the same statement in the front matter does not contradict.
_SAME_STATEMENTS = {"edited-with-ai": ("edited-with-ai", "ai-parts")}
# XMP Specification Part 1 (ISO 16684-1), 7.3 and 7.4. Only the term varies.
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'Iptc4xmpExt:DigitalSourceType="{uri}"/>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)
# Of a JUMBF box: its length and type, then a description box with the type and the label of a C2PA manifest store.
_DESCRIPTION_BYTES = 64


class ImageMark(Struct, frozen=True, omit_defaults=True):
    """``source_type`` is a key of SOURCE_TYPES, or empty. ``has_credentials``: Content Credentials, of any content."""

    source_type: str = ""
    has_credentials: bool = False

    def __bool__(self) -> bool:
        return bool(self.source_type) or self.has_credentials

    @property
    def kind(self) -> str:
        """What the page calls the source type; empty if there is none."""
        return SOURCE_TYPES.get(self.source_type, "")


def contradicts(stated: str | None, mark: ImageMark) -> bool:
    """Whether ``stated``, of the front matter, and the file say different things. Where one is silent, they don't."""
    return bool(stated and mark.kind) and mark.kind not in _SAME_STATEMENTS.get(stated or "", (stated,))


def build_packet(source_type: str) -> bytes:
    """An XMP packet that says ``source_type`` and nothing else."""
    return _PACKET.format(uri=SOURCE_TYPE_PREFIX + source_type).encode()


def is_manifest_store(box: bytes) -> bool:
    """Whether a JUMBF box begins a C2PA manifest store (ISO 19566-5, 6; C2PA Technical Specification, 11.1.4.2)."""
    return box[4:8] == b"jumb" and b"c2pa" in box[8:_DESCRIPTION_BYTES]
