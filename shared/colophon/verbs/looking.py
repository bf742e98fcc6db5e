"""The look: read what a decision asks for, and nothing more."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from colophon.clinic.read import read_clinic
from colophon.decision.reading import Bad, Wanted, judged, outline_name
from colophon.edition.read import read_edition
from colophon.images.copy import Copier, Outline
from colophon.problem import Problem
from colophon.site_settings import read_site
from colophon.site_style.read import read_site_style
from colophon.upload.keys import ClinicFile, ImageRef, Named, PageRef, SiteFile, SiteStyle, named
from colophon.upload.limits import EDITION_BYTES, IMAGE_BYTES, OTHER_FILE_BYTES
from colophon.upload.versions import Folder, Version
from colophon.withdrawal import read_withdrawal

T = TypeVar("T")
Reader = Callable[[bytes], object]


class Source(Protocol):
    """Where uploads are read from: the inbox bucket, or a folder that holds the same."""

    def folder(self, prefix: str) -> Folder: ...

    def read(self, version: Version) -> bytes: ...

    def newest(self, key: str) -> Version | None: ...


def settle(
    decide: Callable[[], T | Wanted], verdicts: dict[str, object], source: Source, copier: Copier | None = None
) -> T:
    """The decision that ``decide`` makes once every version it asks for is among ``verdicts``."""
    while isinstance(answer := decide(), Wanted):
        if answer.outline and copier:
            verdicts[outline_name(answer.version)] = _outline(answer.version, source, copier)
        else:
            verdicts[answer.version.id] = _verdict(answer.version, source, copier)
    return answer


def settle_each(asked: Sequence[tuple[Callable[[], T | Wanted], dict[str, object]]], source: Source) -> list[T]:
    """What ``settle`` gives for each of ``asked``, a decision and its verdicts: all are read, then all decided."""
    for decide, verdicts in asked:
        answer = decide()
        if isinstance(answer, Wanted):
            verdicts[answer.version.id] = _verdict(answer.version, source, None)
    return [settle(decide, verdicts, source) for decide, verdicts in asked]


def _outline(version: Version, source: Source, copier: Copier) -> Outline | None:
    return copier.outline_of(source.read(version)) if version.size <= IMAGE_BYTES else None


def _verdict(version: Version, source: Source, copier: Copier | None) -> object:
    name = named(version.key)
    reader, limit = _reader(name, copier)
    if version.size > limit:
        return Bad((_too_large(version.size, limit),))
    return judged(reader, source.read(version))


def _reader(name: Named, copier: Copier | None) -> tuple[Reader, int]:
    match name:
        case PageRef(lang=lang):
            return partial(read_edition, lang), EDITION_BYTES
        case ImageRef() if copier:
            return copier.copy_of, IMAGE_BYTES
        case ClinicFile():
            return read_clinic, OTHER_FILE_BYTES
        case SiteFile():
            return read_site, OTHER_FILE_BYTES
        case SiteStyle():
            return read_site_style, OTHER_FILE_BYTES
    return read_withdrawal, OTHER_FILE_BYTES


def _too_large(size: int, limit: int) -> Problem:
    what = f"The file is {size:,} bytes long; at most {limit:,} are allowed."
    return Problem(what, "Make it smaller, or split it into several.")
