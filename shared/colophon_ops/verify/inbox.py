"""The inbox bucket as the build reads it that the live site is compared with.

A build has no rows. Of a key with more contents than are read, and of a folder with more files than have places, only
the index knows what was answered first, and that is right to be shown. So here both are as if the rest had never come.
"""

from collections.abc import Callable, Iterator

from colophon.decision.room import is_crowded
from colophon.decision.rows import PostRow, kept_version
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.upload.keys import SITE_KEYS, ClinicFile, ClinicGlossary, ImageRef, PageRef, PostRef, parse_key
from colophon.upload.limits import MAX_CONTENTS
from colophon.upload.versions import Folder, KeyHistory, Version, readable_versions


class AnsweredInbox:
    """``on_folder`` is called for each folder read. ``left_out`` are the keys of the files that wait for a place."""

    def __init__(self, inbox: Inbox, index: Index, on_folder: Callable[[], None]) -> None:
        self._inbox, self._index, self._on_folder = inbox, index, on_folder
        self.left_out: set[str] = set()

    def read_folder(self, prefix: str) -> Folder:
        self._on_folder()
        folder = self._inbox.read_folder(prefix)
        if not is_crowded(folder) and not any(map(_has_many_versions, folder.histories.values())):
            return folder
        post = _post_of(prefix)
        row = self._index.read_post(post)[0] if post else None
        kept = dict(_kept_in_post(row) if row else self._kept_in(prefix))
        waiting = set(_keys_without_row(folder, row)) if row and is_crowded(folder) else set()
        self.left_out |= waiting
        histories = {
            key: _without_unread(history, kept.get(key, ""))
            for key, history in folder.histories.items()
            if key not in waiting
        }
        # Handlers that read the row at the same moment may each have taken the last place, so there may be a few more.
        return Folder(prefix, histories, is_selected=True)

    def read_content(self, version: Version) -> bytes:
        return self._inbox.read_content(version)

    def newest_version(self, key: str) -> Version | None:
        return self._inbox.newest_version(key)

    def _kept_in(self, prefix: str) -> Iterator[tuple[str, str]]:
        match prefix.split("/"):
            case ["clinics", clinic, ""]:
                row, key = self._index.read_clinic(clinic)[0], ClinicFile(clinic).key
                yield key, kept_version(row.record_version, row.outcomes, key)
                glossary = ClinicGlossary(clinic).key
                yield glossary, kept_version(row.glossary_version, row.outcomes, glossary)
            case ["site."]:
                site = self._index.read_site()
                versions = (site.settings_version, site.style_version, site.icon_version)
                for key, version in zip(SITE_KEYS, versions, strict=True):
                    yield key, kept_version(version, site.outcomes, key)


def _post_of(prefix: str) -> PostRef | None:
    match prefix.split("/"):
        case ["posts", clinic, post, ""]:
            return PostRef(clinic, post)
    return None


def _kept_in_post(row: PostRow) -> Iterator[tuple[str, str]]:
    yield from ((PageRef(row.post, lang).key, page.kept_version) for lang, page in row.pages.items())
    yield from ((ImageRef(row.post, name).key, image.kept_version) for name, image in row.images.items())


def _keys_without_row(folder: Folder, row: PostRow) -> Iterator[str]:
    for key in folder.uploaded_keys():
        name = parse_key(key)
        if (isinstance(name, PageRef) and name.lang not in row.pages) or (
            isinstance(name, ImageRef) and name.name not in row.images
        ):
            yield key


def _has_many_versions(history: KeyHistory) -> bool:
    return len(history.versions) > MAX_CONTENTS


def _without_unread(history: KeyHistory, kept: str) -> KeyHistory:
    if not _has_many_versions(history):
        return history
    return KeyHistory(tuple(readable_versions((history,), kept)), history.other_spellings)
