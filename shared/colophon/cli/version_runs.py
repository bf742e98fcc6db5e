"""Runs of equal content among the inbox's versions: the same bytes uploaded again are the same upload."""

from collections.abc import Iterable, Iterator

from colophon.decision.outcome import Outcome
from colophon.upload.versions import Folder, History


class VersionRuns:
    """Of every key that has several versions, the run that each of them lies in."""

    def __init__(self) -> None:
        self._oldest: dict[str, str] = {}

    def keys_of(self, folders: Iterable[Folder]) -> Iterator[str]:
        """Every key in ``folders``, as it was spelled; the versions of each are learned on the way."""
        for folder in folders:
            for history in folder.histories.values():
                for spelling in (history, *history.beside):
                    self._oldest.update(_oldest_of(spelling))
                if history.newest:
                    yield history.newest.key
            yield from folder.twins

    def is_same(self, one: str, other: str) -> bool:
        """Whether two version ids of one key name the same content, nothing else having come between them."""
        return self._oldest.get(one, one) == self._oldest.get(other, other)

    def unlike(self, found: Outcome, must: Outcome) -> str:
        """How the version that ``found`` answers for is another one than that of ``must``; empty where it is not."""
        if self.is_same(found.version, must.version):
            return ""
        # Only what was listed can be earlier: anything else came after that, or to another inbox.
        kind = "an earlier version" if found.version in self._oldest else "a version that the inbox did not list"
        return f"the index's answer is for {kind}: {found.version}, not {must.version}"


def _oldest_of(history: History) -> Iterator[tuple[str, str]]:
    """The oldest version id of its run, for every version id of ``history``; of a single version nothing."""
    if len(history.versions) < 2:
        return
    ends = {version.id for version in history.runs()}
    run: list[str] = []
    for version in history.versions:
        run.append(version.id)
        if version.id in ends:
            yield from ((each, version.id) for each in run)
            run = []
