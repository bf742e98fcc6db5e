"""The mechanical corrections of a file's name: its encoding, its Unicode form, its ending, its language."""

from collections.abc import Collection

from colophon.language.tags import find_regional_tag, nearest_language
from colophon.upload.file_names import is_utf8, read_as_korean
from colophon.upload.keys import (
    PageRef,
    PageWithdrawal,
    ParsedKey,
    UnknownKey,
    find_near_name,
    parse_key,
    to_nfc,
)

_WITHDRAWAL = ".withdrawal.yaml"


def fix_name(key: str, languages: Collection[str]) -> str:
    """``key`` with the name of its file corrected, or as it is. Folders, which are addresses, keep their names.

    ``languages`` are those of the site. A language that people call otherwise (en_US, kr, Korean, en.txt) takes the
    site's own tag, unless it names a region that the site does not have.
    """
    folder, slash, name = key.rpartition("/")
    if not is_utf8(folder):
        return key
    if not is_utf8(name):
        name = read_as_korean(name) or name
    fixed = f"{folder}{slash}{to_nfc(name) if is_utf8(name) else name}"
    if near := find_near_name(fixed):
        fixed = f"{folder}{slash}{near}"
    return _fix_language(fixed, languages)


def _fix_language(key: str, languages: Collection[str]) -> str:
    parsed = parse_key(key)
    written = _language_of(parsed)
    if not written or (written in languages and not isinstance(parsed, UnknownKey)):
        return key
    nearest = nearest_language(written, languages)
    if nearest is None or find_regional_tag(written, nearest):
        return key
    folder, slash, name = key.rpartition("/")
    end = _WITHDRAWAL if name.endswith(_WITHDRAWAL) else ""
    return f"{folder}{slash}{nearest}.md{end}"


def _language_of(parsed: ParsedKey) -> str:
    match parsed:
        case UnknownKey(language=language):
            return language
        case PageRef(lang=lang):
            return lang
        case PageWithdrawal():
            return parsed.page.lang
    return ""
