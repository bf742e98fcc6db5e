"""Print a page's history: one line for each published version, newest first."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console

from colophon.decision.history import ChangeKind, Difference, PublishedVersion
from colophon.decision.rows import PageKind
from colophon_cli.terminal import print_line, visible
from colophon_ops.page_history import PageHistory

_LISTED = 20
_COLOURS: Mapping[PageKind, str] = {"page": "green", "absent": "dim", "moved": "cyan"}
_WITHDRAWN = "magenta"
_NOT_SHOWN: tuple[ChangeKind, ...] = ("file deleted", "waits")
# The text for each difference, followed by its names if it has any.
_WORDS: Mapping[ChangeKind, str] = {
    "first published": "first published",
    "first recorded": "the first version in this index; earlier ones are unknown",
    "withdrawn": "withdrawn by",
    "withdrawal changed": "the withdrawal changed:",
    "withdrawal ended": "the withdrawal ended",
    "reinstated": "reinstated: no withdrawal is left",
    "file deleted": "its file was deleted",
    "waits": "it waits",
    "moved": "another post claims this address (moved_from); redirects to",
    "move ended": "redirect ended: no post, or several, claim this address",
    "back": "published again",
    "text": "the upload changed:",
    "images": "images changed:",
    "languages": "other languages changed:",
    "clinic": "the clinic's record changed",
    "site": "site.yaml, site.css or site.icon.png changed",
    "code": "another version of Colophon, its templates or notices",
    "nothing shown": "uploaded again or deleted; nothing that readers see changed",
}


def print_page_history(console: Console, history: PageHistory) -> None:
    """Print what a page is made from, and its versions."""
    for line in _made_from(history):
        print_line(console, visible(line), indent=2)
    if history.versions:
        print_line(console, ("History", "bold"), " (newest first, times in UTC)", indent=2)
    for place, version in enumerate(history.versions[:_LISTED]):
        _print_version(console, version, history.versions[place + 1 :])
    if len(history.versions) > _LISTED:
        print_line(console, f"... and {len(history.versions) - _LISTED} more; --json lists them all.", indent=4)


def _made_from(history: PageHistory) -> Iterator[str]:
    made, outcome = history.part.provenance, history.part.outcome
    if made is None:
        yield "Nothing was ever published at its address."
        return
    if made.kind == "page":
        newest = "the newest" if made.version == outcome.version else f"not the newest, which is {outcome.version}"
        yield f"Shows rev {history.part.token.rev}, made from version {made.version} ({newest})."
    elif made.withdrawals:
        by = _join(made.withdrawals)
        yield f"Shows a tombstone, rev {history.part.token.rev}: {made.kind}, {made.reason}, by {by}."
    elif made.location:
        yield f"Shows a tombstone, rev {history.part.token.rev}: redirects to {made.location}."
    else:
        yield f"Shows a tombstone, rev {history.part.token.rev}: nothing is at its address."
    if made.images:
        yield f"Images: {_join(sorted(made.images))}."
    if history.languages:
        yield f"Links to its other languages: {_join(history.languages)}."
    if history.part.next_at:
        yield f"It is next re-evaluated on {history.part.next_at:%Y-%m-%d at %H:%M:%S %Z}."


def _print_version(console: Console, version: PublishedVersion, earlier: Sequence[PublishedVersion]) -> None:
    differences = "; ".join(_difference_text(one, version, earlier) for one in version.differences)
    compared = (
        f" (compared with rev {version.previous_rev})" if version.previous_rev not in (0, version.rev - 1) else ""
    )
    source = f"  from version {version.version}" if version.version else ""
    print_line(
        console,
        (f"rev {version.rev:<4}", "bold"),
        f"{version.at:%Y-%m-%d %H:%M:%S}  ",
        (f"{version.kind:<11}", _COLOURS.get(version.kind, _WITHDRAWN)),
        visible(differences + compared),
        (visible(source), "dim"),
        indent=4,
    )


def _difference_text(difference: Difference, version: PublishedVersion, earlier: Sequence[PublishedVersion]) -> str:
    what = difference.what
    if what == "back" and _was_never_published(version, earlier):
        return _WORDS["first published"]
    words = " ".join(filter(None, (_WORDS[what], _join(difference.names))))
    if what in _NOT_SHOWN:
        # Only a published page can be taken down; the first object at an address may be a tombstone.
        was_published = any(one.rev == version.previous_rev and one.kind == "page" for one in earlier)
        words = f"{'taken down' if was_published else 'not shown'}: {words}"
    if what in ("withdrawn", "withdrawal changed"):
        return f"{words} ({version.kind}, {version.reason})"
    return f"{words}: {version.reason}" if what == "waits" and version.reason else words


def _was_never_published(version: PublishedVersion, earlier: Sequence[PublishedVersion]) -> bool:
    """Whether all earlier versions are known, and none was a page."""
    revs = [one.rev for one in earlier]
    return revs == list(range(version.rev - 1, 0, -1)) and all(one.kind != "page" for one in earlier)


def _join(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)
