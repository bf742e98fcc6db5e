"""The outcomes of uploads, read from the index."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from typing import Any

from colophon.decision.rows import Outcome
from colophon.problem import Problem
from colophon.stores import row_encoding
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.item_size import may_have_own_items
from colophon.upload.keys import ClinicFile, ClinicGlossary, ClinicWithdrawal, SiteFile, UnknownKey, parse_key
from colophon.upload.versions import NULL, Folder, Version, null_version_id
from colophon.verbs.report import outcomes_in_item
from colophon_ops.build.plan import post_of

_THREADS = 8
# The kind of the items that belong to one key each.
_OWN = "stray"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0
_REPLACED = Problem(
    "It was uploaded or deleted again meanwhile, by someone else or in another terminal.",
    "Look at what is there now: colophon status with this key.",
    severity="warning",
)


def all_outcomes(index: Index) -> Iterator[Outcome]:
    """Every outcome in the index, including those of deleted keys. Reads the whole table."""
    return outcomes_in(index.scan_items())


def outcomes_in(items: Iterable[dict[str, Any]]) -> Iterator[Outcome]:
    """Every outcome in ``items``, which are all of the index."""
    shared: dict[str, Outcome] = {}
    own: dict[str, Outcome] = {}
    for item in items:
        kind = item["pk"]["S"].partition("#")[0]
        if kind in ("post", "clinic", "site", _OWN):
            found = own if kind == _OWN else shared
            found |= outcomes_in_item(item["pk"]["S"], item)
    yield from (shared | own).values()


def outcomes_in_row_of(index: Index, key: str) -> Iterator[Outcome]:
    """The outcomes in the row that holds ``key``'s: its post's, its clinic's, or its own.

    Files of a post whose outcome its item has no room for have items of their own.
    """
    place = row_key_of(key)
    if place:
        item = index.read_item(*place)
        found = outcomes_in_item(place[0], item)
        post = post_of(parse_key(key))
        if post and may_have_own_items(item):
            found |= {row.key: row.outcome for row in index.read_own_rows(post.folder) if row.outcome}
        yield from found.values()


def row_key_of(key: str) -> tuple[str, str] | None:
    """The key of the row that holds the outcome of ``key``; None if S3 sends no notification for it."""
    name = parse_key(key)
    if post := post_of(name):
        return row_encoding.split_key(row_encoding.post_key(post))
    match name:
        case SiteFile():
            return row_encoding.split_key(row_encoding.site_key())
        case ClinicFile(clinic=clinic) | ClinicGlossary(clinic=clinic) | ClinicWithdrawal(clinic=clinic):
            return row_encoding.split_key(row_encoding.clinic_key(clinic))
        case UnknownKey():
            return row_encoding.split_key(row_encoding.stray_key(key))
    return None


def written_version(answer: Mapping[str, Any]) -> str:
    """The version id in S3's ``answer`` to a PUT or DELETE.

    S3 stores without a version for some minutes after a bucket was set up. Then it is what the id of an unversioned
    upload begins with; empty after a deletion, which leaves nothing.
    """
    version = str(answer.get("VersionId", NULL))
    if version != NULL:
        return version
    return null_version_id(answer["ETag"]) if "ETag" in answer else ""


def await_answers(
    versions: Mapping[str, str],
    index: Index,
    seconds: float,
    settle: float,
    on_answer: Callable[[int], None],
    inbox: Inbox | None = None,
) -> dict[str, Outcome]:
    """Wait for the outcome of each version in ``versions``, by key. Keys without one are left out.

    Gives up after ``seconds`` without a change. Uploads in state "waiting" (for an image, or a clinic's record) are
    read again until nothing has changed for ``settle`` seconds. ``on_answer`` gets the number of outcomes so far.

    With ``inbox``, a key whose outcome is on another version is looked up there: its outcome counts if that version has
    the same content, and is "superseded" if someone else's upload is the newest now.
    """
    watched = dict(versions)
    answers: dict[str, Outcome] = {}
    looked_up: set[tuple[str, str]] = set()
    pause, last_change = _FIRST_PAUSE, time.monotonic()
    while True:
        found, others = _read_outcomes(_pending(watched, answers), watched, index)
        unknown = [each for each in others if (each.key, each.version) not in looked_up]
        # A correction has the outcome of the version before until it is processed.
        if inbox and unknown and pause >= _LONGEST_PAUSE:
            looked_up |= {(each.key, each.version) for each in unknown}
            decided = _look_up(unknown, watched, inbox)
            watched |= {key: outcome.version for key, outcome in decided.items()}
            found |= decided
        changed = {key: outcome for key, outcome in found.items() if answers.get(key) != outcome}
        answers |= changed
        on_answer(len(answers))
        if changed:
            pause, last_change = _FIRST_PAUSE, time.monotonic()
        if not _pending(watched, answers):
            return answers
        if time.monotonic() - last_change > (settle if len(answers) == len(watched) else seconds):
            return answers
        time.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * 1.5)


def _pending(versions: Iterable[str], answers: Mapping[str, Outcome]) -> list[str]:
    return [key for key in versions if key not in answers or answers[key].state == "waiting"]


def _read_outcomes(
    keys: Iterable[str], versions: Mapping[str, str], index: Index
) -> tuple[dict[str, Outcome], list[Outcome]]:
    """The outcomes of ``versions``, by key, and those of ``keys`` that are on other versions."""
    wanted = set(keys)
    places = list(dict.fromkeys(place for key in wanted if (place := row_key_of(key))))
    items = index.read_items(places)
    outcomes = {
        key: outcome for place, item in items.items() for key, outcome in outcomes_in_item(place[0], item).items()
    }
    crowded = {place for place, item in items.items() if may_have_own_items(item)}
    apart = index.read_strays([key for key in wanted if row_key_of(key) in crowded])
    outcomes |= {key: row.outcome for key, row in apart.items() if row.outcome}
    found = {
        key: outcome for key, outcome in outcomes.items() if is_same_version(outcome.version, versions.get(key, ""))
    }
    return found, [outcomes[key] for key in wanted & outcomes.keys() - found.keys()]


def _look_up(outcomes: Sequence[Outcome], versions: Mapping[str, str], inbox: Inbox) -> dict[str, Outcome]:
    """Those of ``outcomes``, on other versions, that say what became of ``versions`` all the same, by key."""
    with ThreadPoolExecutor(_THREADS) as threads:
        folders = threads.map(lambda outcome: inbox.read_folder(outcome.key), outcomes)
        decided = (
            _decide_other(outcome, versions[outcome.key], folder)
            for outcome, folder in zip(outcomes, folders, strict=True)
        )
        return {outcome.key: outcome for outcome in decided if outcome}


def _decide_other(outcome: Outcome, written: str, folder: Folder) -> Outcome | None:
    same = [each.id for each in same_as_newest(list_versions(folder, outcome.key))]
    if not any(is_same_version(each, written) for each in same):
        return Outcome(outcome.key, "superseded", problems=(_REPLACED,), version=written)
    return outcome if outcome.version in same else None


def list_versions(folder: Folder, key: str) -> list[Version]:
    """The versions of the raw ``key``, the newest first."""
    history = folder.history_of(key)
    return [each for spelling in (history, *history.other_spellings) for each in spelling.versions if each.key == key]


def same_as_newest(versions: Iterable[Version]) -> Iterator[Version]:
    """The first of ``versions`` and those directly after it with equal content."""
    listed = list(versions)
    return takewhile(lambda each: each.content_id == listed[0].content_id, listed)


def is_same_version(version: str, written: str) -> bool:
    """Whether the ``version`` of an outcome is the one that ``written_version`` gave."""
    return version == written or (written.startswith(f"{NULL} ") and version.startswith(written))
