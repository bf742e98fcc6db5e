"""What has been read so far in answering one ring, and what must be read next."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from colophon.images.copy import Copy, Outline
from colophon.problem import Problem, Refused
from colophon.upload.versions import History, Version

T = TypeVar("T")


class Bad(Struct, frozen=True):
    """A version that is wrong in itself, and why."""

    problems: tuple[Problem, ...]


class Wanted(Struct, frozen=True):
    """A decision can't be made before this version is read; of an image perhaps only its ``outline``."""

    version: Version
    outline: bool = False


# A version that does not count, and why.
Passed: TypeAlias = tuple[Version, Bad]
ObjectionTo: TypeAlias = Callable[[T, Sequence[Passed]], Bad | None]
# What each version's content turned out to be, by version id.
Verdicts: TypeAlias = Mapping[str, object]


class Found(Struct, Generic[T], frozen=True):
    """The newest version that counts, if any, and the newer ones passed over, each with its problems.

    ``ended`` is the delete marker that ended the search.
    """

    version: Version | None = None
    value: T | None = None
    passed: tuple[Passed, ...] = ()
    ended: Version | None = None

    @property
    def ever(self) -> bool:
        """Whether something that counts is or was there."""
        return self.version is not None or self.ended is not None


def judged(read: Callable[[bytes], T], content: bytes) -> T | Bad:
    """What ``read`` makes of ``content``, or why it refused."""
    try:
        return read(content)
    except Refused as refused:
        return Bad(refused.problems)


def search(history: History, verdicts: Verdicts, objection_to: ObjectionTo[T] | None = None) -> Found[T] | Wanted:
    """The newest version of ``history`` that is valid and to which there is no objection.

    Newest first; a delete marker ends the search. Asks for one version at a time, so nothing older is read than needed.
    ``objection_to`` is told what a version says, and the newer ones that were passed over.
    """
    passed: list[Passed] = []
    for version in history.runs():
        if version.deleted:
            return Found(passed=tuple(passed), ended=version)
        if version.id not in verdicts:
            return Wanted(version)
        verdict = verdicts[version.id]
        objection = verdict if isinstance(verdict, Bad) else None
        if objection is None and objection_to:
            objection = objection_to(verdict, passed)  # type: ignore[arg-type]
        if objection is None:
            return Found(version, verdict, tuple(passed))  # type: ignore[arg-type]
        passed.append((version, objection))
    return Found(passed=tuple(passed))


def outlined(version: Version, verdicts: Verdicts) -> Outline | Wanted | None:
    """The outline of an image's ``version``: of one that was made ready, or read for this; None if it is no image."""
    verdict = verdicts.get(version.id)
    if isinstance(verdict, Copy):
        return verdict.outline
    if outline_name(version) not in verdicts:
        return Wanted(version, outline=True)
    return verdicts[outline_name(version)]  # type: ignore[return-value]


def outline_name(version: Version) -> str:
    """Under which the verdicts keep an outline."""
    return f"{version.id} outline"


def runs_until_deleted(history: History) -> Iterator[Version]:
    """The versions that a search may meet."""
    for version in history.runs():
        yield version
        if version.deleted:
            return
