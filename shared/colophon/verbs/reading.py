"""Read the versions that a decision needs, and no others."""

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from colophon.clinic.glossary import read_glossary
from colophon.clinic.record import read_clinic
from colophon.decision.snapshot import Invalid, NeedsVersion, Snapshot, outline_key, parse_or_invalid
from colophon.edition.read import read_edition
from colophon.images.copy import Copier, Outline
from colophon.images.icon import read_icon
from colophon.problem import Problem
from colophon.site_settings import read_site
from colophon.site_style.read import read_site_style
from colophon.upload.keys import (
    ClinicFile,
    ClinicGlossary,
    ImageRef,
    PageRef,
    ParsedKey,
    SiteFile,
    SiteIcon,
    SiteStyle,
    parse_key,
)
from colophon.upload.limits import MAX_EDITION_BYTES, MAX_GLOSSARY_BYTES, MAX_IMAGE_BYTES, MAX_OTHER_FILE_BYTES
from colophon.upload.versions import Folder, Version
from colophon.withdrawal import read_withdrawal

T = TypeVar("T")
S = TypeVar("S", bound=Snapshot)
Parser = Callable[[bytes], object]


class InboxReader(Protocol):
    """Reads uploads, from the inbox bucket or from a local folder. ``read_content`` raises Refused for an upload that
    can't be read and that another attempt could not read either.
    """

    def read_folder(self, prefix: str) -> Folder: ...

    def read_content(self, version: Version) -> bytes:
        """Raises Refused if the bytes are compressed in a way that only the object's headers tell."""

    def newest_version(self, key: str) -> Version | None: ...


def decide_with_reads(decide: Callable[[S], T], snapshot: S, inbox: InboxReader, copier: Copier | None = None) -> T:
    """Run ``decide`` on ``snapshot``; each time it needs a version, read that from ``inbox`` and run it again.

    Only a decision about images needs ``copier``. Raises NeedsVersion if a version that was read is asked for again.
    """
    while True:
        try:
            return decide(snapshot)
        except NeedsVersion as needed:
            version, outline = needed.version, needed.outline
            key = outline_key(version.id) if outline else version.id
            # Another read would not help: without this the loop would have no end.
            if key in snapshot.contents or (outline and copier is None):
                raise
        # After the handler, so that an error of this read is not shown as one of NeedsVersion.
        read = _read_outline(version, inbox, copier) if outline and copier else _read_content(version, inbox, copier)
        snapshot.contents[key] = read


def _read_outline(version: Version, inbox: InboxReader, copier: Copier) -> Outline | None:
    content = parse_or_invalid(inbox.read_content, version) if version.size <= MAX_IMAGE_BYTES else None
    return copier.read_outline(content) if isinstance(content, bytes) else None


def _read_content(version: Version, inbox: InboxReader, copier: Copier | None) -> object:
    name = parse_key(version.key)
    limit = _size_limit(name, copier)
    if version.size > limit:
        return Invalid((_too_large_problem(version.size, limit),))
    content = parse_or_invalid(inbox.read_content, version)
    return content if isinstance(content, Invalid) else parse_or_invalid(_parser_for(name, copier), content)


def _size_limit(name: ParsedKey, copier: Copier | None) -> int:
    if isinstance(name, PageRef):
        return MAX_EDITION_BYTES
    if isinstance(name, ClinicGlossary):
        return MAX_GLOSSARY_BYTES
    return MAX_IMAGE_BYTES if isinstance(name, ImageRef) and copier else MAX_OTHER_FILE_BYTES


def _parser_for(name: ParsedKey, copier: Copier | None) -> Parser:
    match name:
        case PageRef(lang=lang):
            return partial(read_edition, lang)
        case ImageRef() if copier:
            return copier.make_copy
        case ClinicFile():
            return read_clinic
        case ClinicGlossary():
            return read_glossary
        case SiteFile():
            return read_site
        case SiteStyle():
            return read_site_style
        case SiteIcon():
            return read_icon
    return read_withdrawal


def _too_large_problem(size: int, limit: int) -> Problem:
    what = f"The file is {size:,} bytes long; at most {limit:,} are allowed."
    return Problem(what, "Make it smaller, or split it into several.")
