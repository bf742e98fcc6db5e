"""The look: read what a decision asks for, and nothing more."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from colophon.abreast import Steps, abreast, alone
from colophon.clinic.record import read_clinic
from colophon.decision.snapshot import Bad, Wanted, judged, outline_name
from colophon.edition.read import reading
from colophon.images.copy import Copier, Outline
from colophon.problem import Problem, Refused
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


def read_abreast(wanted: Sequence[tuple[Version, dict[str, object]]], source: Source) -> None:
    """Read each version of ``wanted`` into the verdicts beside it, before anybody asks for it."""
    found = abreast(_judging(version, source, None) for version, _ in wanted)
    for (version, verdicts), verdict in zip(wanted, found, strict=True):
        verdicts[version.id] = verdict


def _outline(version: Version, source: Source, copier: Copier) -> Outline | None:
    return copier.outline_of(source.read(version)) if version.size <= IMAGE_BYTES else None


def _verdict(version: Version, source: Source, copier: Copier | None) -> object:
    return alone(_judging(version, source, copier))


def _judging(version: Version, source: Source, copier: Copier | None) -> Steps[object]:
    name = named(version.key)
    limit = _limit(name, copier)
    if version.size > limit:
        return Bad((_too_large(version.size, limit),))
    content = source.read(version)
    yield
    if not isinstance(name, PageRef):
        return judged(_reader(name, copier), content)
    try:
        return (yield from reading(name.lang, content))
    except Refused as refused:
        return Bad(refused.problems)


def _limit(name: Named, copier: Copier | None) -> int:
    if isinstance(name, PageRef):
        return EDITION_BYTES
    return IMAGE_BYTES if isinstance(name, ImageRef) and copier else OTHER_FILE_BYTES


def _reader(name: Named, copier: Copier | None) -> Reader:
    match name:
        case ImageRef() if copier:
            return copier.copy_of
        case ClinicFile():
            return read_clinic
        case SiteFile():
            return read_site
        case SiteStyle():
            return read_site_style
    return read_withdrawal


def _too_large(size: int, limit: int) -> Problem:
    what = f"The file is {size:,} bytes long; at most {limit:,} are allowed."
    return Problem(what, "Make it smaller, or split it into several.")
