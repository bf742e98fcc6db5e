"""The pins of an inbox's texts, and where translations and reviews leave out which text they are about."""

from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from colophon.edition.pin import compute_pin
from colophon.edition.split import split_file
from colophon.problem import Refused
from colophon.stores.inbox_folder import InboxFolder, read_file
from colophon.upload.fields import Fields
from colophon.upload.keys import PageRef, parse_key
from colophon.upload.limits import MAX_EDITION_BYTES
from colophon.upload.text import decode
from colophon_ops.fix.fields import CannotWriteField, read_front_matter, write_field
from colophon_ops.fix.run import FileFix, Unfixed, content_digest
from colophon_ops.fix.text import FixedText, LineChange, explain
from colophon_ops.inbox_path import InboxPath, group_by_inbox
from colophon_ops.site_languages import read_languages

# What can be pinned: the name for ``renew``, the path of the group with the field, and where in it the field stands.
ORIGINAL, REVIEW = "original", "review"
_GROUPS = {ORIGINAL: ("translation",), REVIEW: ("translation", "review")}
_AFTER = {ORIGINAL: ("system", "at"), REVIEW: ("scope", "at", "by")}
_FIELD = "of"


class PinnedText(Struct, frozen=True):
    """One text of an inbox and its pin."""

    root: Path
    key: str
    pin: str


class PinPlan(Struct, frozen=True):
    """The pins of the texts, the files in which a pin is to be filled in, and those that are left, with the reason.

    ``refused`` are texts that have no pin, because they can't be read.
    """

    texts: tuple[PinnedText, ...]
    fixes: tuple[FileFix, ...]
    left: tuple[Unfixed, ...]
    refused: tuple[Unfixed, ...]


def plan_pins(paths: Sequence[Path], renew: Collection[str] = ()) -> PinPlan:
    """What is to be filled in at ``paths``: inboxes, or folders or files in them. Changes nothing.

    A pin that is there and names another text stays, unless ``renew`` has its kind, ``ORIGINAL`` or ``REVIEW``: it says
    what a person did. Raises Misused as ``check`` does.
    """
    found: list[PinnedText | FileFix | Unfixed | _Refusal] = []
    for root, selected in group_by_inbox(paths).items():
        found += _plan_inbox(root, selected, renew)
    return PinPlan(
        tuple(each for each in found if isinstance(each, PinnedText)),
        tuple(each for each in found if isinstance(each, FileFix)),
        tuple(each for each in found if isinstance(each, Unfixed)),
        tuple(each.file for each in found if isinstance(each, _Refusal)),
    )


class _Refusal(Struct, frozen=True):
    file: Unfixed


class _ReadText(Struct, frozen=True):
    content: bytes
    fields: Fields
    pin: str


def _plan_inbox(
    root: Path, selected: Collection[InboxPath], renew: Collection[str]
) -> Iterator[PinnedText | FileFix | Unfixed | _Refusal]:
    original_language = read_languages(root).original
    # The translations of a post follow each other.
    pin_of_original = lru_cache(maxsize=1)(_pin_of_original)
    for key in list(InboxFolder(root).keys()):
        page = parse_key(key)
        if not isinstance(page, PageRef) or not any(part.covers(key) for part in selected):
            continue
        try:
            text = _read_text(root / key)
        except Refused as refused:
            yield _Refusal(Unfixed(root, key, explain(refused)))
            continue
        yield PinnedText(root, key, text.pin)
        if page.lang != original_language:
            original_key = PageRef(page.post, original_language).key
            yield from _plan_text(root, key, text, original_key, pin_of_original(root / original_key), renew)


def _plan_text(
    root: Path, key: str, text: _ReadText, original_key: str, original_pin: str, renew: Collection[str]
) -> Iterator[FileFix | Unfixed]:
    """The fix of one translation, and what is left in it."""
    content = text.content
    for kind, pin in ((ORIGINAL, original_pin), (REVIEW, text.pin)):
        group = text.fields.get(*_GROUPS[kind])
        if not isinstance(group, dict) or group.get(_FIELD) == pin or (group.get(_FIELD) and not pin):
            continue
        if why := _why_left(kind, group.get(_FIELD), pin, original_key, renew):
            yield Unfixed(root, key, why)
            continue
        try:
            content = write_field(content, _GROUPS[kind], _FIELD, pin, _AFTER[kind])
        except CannotWriteField:
            field = ".".join((*_GROUPS[kind], _FIELD))
            yield Unfixed(root, key, f"Its front matter has an unusual form. Write {field} by hand: {pin}.")
    if content == text.content:
        return
    if (root / key).is_symlink():
        yield Unfixed(root, key, "It is a link, and links are not written to. Name the file that it leads to.")
    else:
        fixed = FixedText(content, (), tuple(_changed_lines(text.content, content)))
        yield FileFix(root, key, key, fixed, content_digest(root / key))


def _why_left(kind: str, there: object, pin: str, original_key: str, renew: Collection[str]) -> str:
    """Why the pin that is ``there`` stays; empty if it is to be written."""
    original = original_key.rpartition("/")[2]
    if not pin:
        return f"There is no {original} beside it that can be read: write translation.of by hand, or leave it out."
    if not there or kind in renew:
        return ""
    if kind == ORIGINAL:
        return (
            f"translation.of is {there}, and {original} is {pin} now: its page says that the original has changed. "
            "Once the translation has what changed, add --renew original."
        )
    return (
        f"translation.review.of is {there}, and this text is {pin}: its page says that an earlier text was reviewed. "
        "Once this text has been reviewed, correct by and at, and add --renew review."
    )


def _read_text(file: Path) -> _ReadText:
    """Raises Refused if the file can't be read as an edition."""
    content = read_file(str(file))
    fields = read_front_matter(content)
    body = split_file(decode(content, MAX_EDITION_BYTES)).body
    return _ReadText(content, fields, compute_pin(fields.get_text("title") or "", body))


def _pin_of_original(file: Path) -> str:
    try:
        return _read_text(file).pin
    except (OSError, Refused):
        return ""


def _changed_lines(before: bytes, after: bytes) -> Iterator[LineChange]:
    """The lines of the front matter that differ; those that are new have no text before."""
    old, new = (split_file(decode(each, MAX_EDITION_BYTES)).front_matter.split("\n") for each in (before, after))
    for kind, start, stop, first, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            for number in range(first, end):
                index = start + number - first
                was = old[index] if index < stop else ""
                # The front matter begins in the second line.
                yield LineChange(number + 2, was, new[number])
