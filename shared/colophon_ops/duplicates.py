"""Posts that reproduce the same original, or hold the same text, in two folders: told by commands that see them all.

The functions see one post at a time, and a clinic's report must not name another clinic's post. So ``publish`` never
tells it: the commands that read the whole inbox do, and a problem of an upload names only posts of its own clinic.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias
from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from colophon.clinic.post_address import normalize_post_address
from colophon.decision.rows import Outcome
from colophon.problem import Problem

DuplicateField: TypeAlias = Literal["source.url", "body"]
DUPLICATE_FIX = (
    "If it is one post, keep it in one folder only. If it moved, name the earlier address in moved_from. "
    "If these are two posts, correct source.url or the text."
)
_NOT_SHOWN = ("withdrawn", "absent", "superseded")
# A text of pictures alone says nothing about being the same.
_PICTURES = re.compile(r"!\[[^\]]*\]\([^)]*\)|[\W_]+")
_SHORT = 400
# Of a post's duplicates, how many folders a warning names.
_NAMED = 5


class TextMark(Struct, frozen=True, array_like=True):
    """What tells whether two texts are the same: the address of the original, and a digest of the body, or nothing.

    The digest is a checksum and a length. Of a million different texts hardly any two have the same, and all that comes
    of it is a warning. Any better one takes more of a build's time.
    """

    key: str
    url: str
    digest: str


class Duplicate(Struct, frozen=True):
    """``keys`` in two folders or more that have the same ``field``; ``value`` is the address, empty for a text."""

    field: DuplicateField
    value: str
    keys: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {"field": self.field, "value": self.value, "keys": list(self.keys)}


def mark_text(key: str, url: str, body: str) -> TextMark:
    """The mark of the text at ``key``, whose original is at ``url``."""
    text = body.strip()
    says_nothing = len(text) < _SHORT and not _PICTURES.sub("", text)
    digest = "" if says_nothing else f"{crc32(text.encode()):08x}{len(text):x}"
    return TextMark(key, normalize_post_address(url) if url else "", digest)


def shown_marks(marks: Iterable[TextMark], outcomes: Iterable[Outcome]) -> Iterator[TextMark]:
    """Those of ``marks`` whose texts are not withdrawn, by the ``outcomes`` of the same posts."""
    hidden = {outcome.key for outcome in outcomes if outcome.state in _NOT_SHOWN}
    return (mark for mark in marks if mark.key not in hidden)


def find_duplicates(marks: Iterable[TextMark]) -> tuple[Duplicate, ...]:
    """What stands in two folders, sorted by key. The languages of one post share its original: they are no duplicates.

    Of posts that also have the same original, the same text is not reported.
    """
    by_url: dict[str, list[str]] = defaultdict(list)
    by_digest: dict[str, list[str]] = defaultdict(list)
    for mark in marks:
        if mark.url:
            by_url[mark.url].append(mark.key)
        if mark.digest:
            by_digest[mark.digest].append(mark.key)
    same_urls = [Duplicate("source.url", url, tuple(sorted(keys))) for url, keys in by_url.items() if _differ(keys)]
    told: dict[str, list[set[str]]] = defaultdict(list)
    for duplicate in same_urls:
        folders = _folders(duplicate.keys)
        for folder in folders:
            told[folder].append(folders)
    same_texts = [
        Duplicate("body", "", tuple(sorted(keys)))
        for keys in by_digest.values()
        if _differ(keys) and not any(_folders(keys) <= folders for folders in told[_folder(keys[0])])
    ]
    return tuple(sorted((*same_urls, *same_texts), key=lambda duplicate: (duplicate.keys, duplicate.field)))


def add_duplicate_warnings(outcomes: Iterable[Outcome], duplicates: Iterable[Duplicate]) -> list[Outcome]:
    """``outcomes`` with a warning for each of ``duplicates`` that has their key."""
    by_key: Mapping[str, list[Problem]] = _problems_by_key(duplicates)
    return [replace(each, problems=(*each.problems, *by_key.get(each.key, ()))) for each in outcomes]


def _problems_by_key(duplicates: Iterable[Duplicate]) -> Mapping[str, list[Problem]]:
    problems: dict[str, list[Problem]] = defaultdict(list)
    for duplicate in duplicates:
        by_clinic: dict[str, list[str]] = defaultdict(list)
        for folder in sorted(_folders(duplicate.keys)):
            by_clinic[_clinic(folder)].append(folder)
        for key in duplicate.keys:
            problems[key].append(_duplicate_problem(key, duplicate, by_clinic[_clinic(key)]))
    return problems


def _duplicate_problem(key: str, duplicate: Duplicate, folders: Sequence[str]) -> Problem:
    """``folders`` are the duplicate's of the key's own clinic, sorted."""
    # One more than are named, beside the key's own: a thousand copies do not name a thousand folders each.
    others = [folder for folder in folders[: _NAMED + 1] if folder != _folder(key)][:_NAMED]
    more = len(folders) - 1 - len(others)
    where = ", ".join(others) + (f" and {more:,} more" if more else "") or "A folder of another clinic"
    what = "the same source.url" if duplicate.field == "source.url" else "the same text"
    field = duplicate.field if duplicate.field == "source.url" else ""
    what = f"{where} {'have' if len(folders) > 2 else 'has'} {what}."
    return Problem(what, DUPLICATE_FIX, field, severity="warning")


def _differ(keys: Iterable[str]) -> bool:
    return len(_folders(keys)) > 1


def _folders(keys: Iterable[str]) -> set[str]:
    return set(map(_folder, keys))


def _folder(key: str) -> str:
    return key[: key.rfind("/") + 1]


def _clinic(key: str) -> str:
    return "/".join(key.split("/")[:2])
