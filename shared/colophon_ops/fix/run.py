"""Plan the corrections of an inbox, and make them: each file is saved first, and replaced in one step."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from msgspec import Struct

from colophon.problem import Refused
from colophon.stores.inbox_folder import InboxFolder, read_file
from colophon.upload.file_names import escape_name
from colophon.upload.keys import (
    ClinicFile,
    ClinicGlossary,
    ClinicWithdrawal,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    ParsedKey,
    PostWithdrawal,
    SiteFile,
    SiteStyle,
    parse_key,
)
from colophon_ops.errors import Misused
from colophon_ops.fix.names import fix_name
from colophon_ops.fix.text import FixedText, explain, fix_edition, fix_fields, fix_sheet, fix_text
from colophon_ops.inbox_path import InboxPath, group_by_inbox
from colophon_ops.site_languages import read_languages

# Hidden, so never uploaded.
SAVED = ".colophon/before-fix"
_FIELDS = (ClinicFile, ClinicGlossary, ClinicWithdrawal, ImageWithdrawal, PageWithdrawal, PostWithdrawal, SiteFile)


class FileFix(Struct, frozen=True):
    """The correction of one file: its new ``text``, if that changes, and its new key, which may be the same.

    ``digest`` is that of the file when it was read.
    """

    root: Path
    key: str
    new_key: str
    text: FixedText | None
    digest: bytes


class Unfixed(Struct, frozen=True):
    """A file that is left as it is although something is wrong with it that a program often can correct."""

    root: Path
    key: str
    why: str


class FixPlan(Struct, frozen=True):
    """What ``apply_fixes`` would do, and what it would leave."""

    fixes: tuple[FileFix, ...]
    unfixed: tuple[Unfixed, ...]


def plan_fixes(paths: Sequence[Path]) -> FixPlan:
    """The corrections of everything at ``paths``: inboxes, or folders or files in them. Changes nothing.

    Raises Misused as ``check`` does.
    """
    by_root = group_by_inbox(paths)
    found = [each for root, selected in by_root.items() for each in _plan_inbox(root, partial(_is_selected, selected))]
    fixes = tuple(each for each in found if isinstance(each, FileFix))
    return FixPlan(fixes, tuple(each for each in found if isinstance(each, Unfixed)))


def find_fixes(root: Path, keys: Collection[str]) -> list[FileFix]:
    """The corrections of the files at ``keys`` of the inbox ``root``."""
    return [each for each in _plan_inbox(root, frozenset(keys).__contains__) if isinstance(each, FileFix)]


def _is_selected(selected: Iterable[InboxPath], key: str) -> bool:
    return any(part.covers(key) for part in selected)


def _plan_inbox(root: Path, is_selected: Callable[[str], bool]) -> Iterator[FileFix | Unfixed]:
    folder = InboxFolder(root)
    keys = list(folder.keys())
    taken = set(keys)
    languages = read_languages(root).listed
    for key in keys:
        if not is_selected(key):
            continue
        new_key = fix_name(key, languages)
        if new_key != key and _is_taken(root, key, new_key, taken):
            yield Unfixed(root, key, f"Its name should be {new_key}, and there is such a file. Keep one of the two.")
            new_key = key
        taken.add(new_key)
        try:
            text = _fix_content(root / key, parse_key(new_key))
        except Refused as refused:
            yield Unfixed(root, key, explain(refused))
            text = None
        if text or new_key != key:
            yield FileFix(root, key, new_key, text, content_digest(root / key))


def _is_taken(root: Path, key: str, new_key: str, taken: Collection[str]) -> bool:
    """Whether another file has the name. On macOS a file is found under both Unicode forms of its name."""
    target = root / new_key
    return new_key in taken or (target.exists() and not target.samefile(root / key))


def _fix_content(file: Path, parsed: ParsedKey) -> FixedText | None:
    """Raises Refused if the file can't be read, or is no text that can be corrected."""
    fix_lines: Callable[[str], str]
    match parsed:
        case PageRef():
            fix_lines = fix_edition
        case SiteStyle():
            fix_lines = fix_sheet
        case _ if isinstance(parsed, _FIELDS):
            fix_lines = fix_fields
        case _:
            return None
    # What a link leads to is corrected where it is, or not at all.
    if file.is_symlink():
        return None
    return fix_text(read_file(str(file)), fix_lines, parsed.lang if isinstance(parsed, PageRef) else "")


def apply_fixes(fixes: Iterable[FileFix], now: datetime) -> list[Path]:
    """Make ``fixes``. Returns the folders in which the files are saved as they were.

    If it is interrupted, each file is either as it was or as it should be. Raises Misused at a file that was changed
    since the plan was made, and OSError.
    """
    saved: dict[Path, Path] = {}
    for fix in fixes:
        _check_unchanged(fix)
        if fix.root not in saved:
            saved[fix.root] = _make_folder(fix.root, now)
        _save(fix, saved[fix.root])
        if fix.text:
            _replace(fix.root / fix.key, fix.text.content)
        if fix.new_key != fix.key:
            (fix.root / fix.key).rename(fix.root / fix.new_key)
    return [*saved.values()]


def _check_unchanged(fix: FileFix) -> None:
    file, target = fix.root / fix.key, fix.root / fix.new_key
    if content_digest(file) != fix.digest or (target.exists() and not target.samefile(file)):
        raise Misused(f"{escape_name(str(file))} was changed meanwhile, and is left as it is. Run this again.")


def content_digest(file: Path) -> bytes:
    """Empty for a file that can't be read. Of a link, where it leads."""
    try:
        content = os.fsencode(file.readlink()) if file.is_symlink() else read_file(str(file))
        return hashlib.sha256(content).digest()
    except (OSError, Refused):
        return b""


def _make_folder(root: Path, now: datetime) -> Path:
    parent = root / SAVED
    parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{now:%Y-%m-%dT%H%M%S}-", dir=parent))


def _save(fix: FileFix, folder: Path) -> None:
    copy = folder / fix.key
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(fix.root / fix.key, copy, follow_symlinks=False)


def _replace(file: Path, content: bytes) -> None:
    """Write ``content`` beside ``file``, with its permissions, and put it in its place."""
    handle, name = tempfile.mkstemp(prefix=".fix-", dir=file.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        shutil.copymode(file, part)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(file)) from None
