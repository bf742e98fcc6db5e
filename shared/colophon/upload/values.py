"""Values of fields: lines of text, days, instants, https URLs, booleans, language tags.

The annotated types at the end are for pydantic models. ``clean_x`` and ``parse_x`` are their validators: they return
a value that is not text unchanged, for pydantic to judge, and raise ``value_error`` for text that is not valid.
"""

import re
import unicodedata
from collections import Counter
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, TypeAlias
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from colophon.upload.combining_marks import MARKS_FIX, find_mark_run, mark_run_error
from colophon.upload.fields import display_value
from colophon.upload.keys import is_language, to_nfc
from colophon.upload.unseen import FORBIDDEN_IN_LINE, remove_zero_width, strip_unseen

_FORBIDDEN_IN_URL = re.compile(r"[\s<>\"\\^`{|}]")
_HOST = re.compile(r"[^\s.%:@/\\\[\]]+(\.[^\s.%:@/\\\[\]]+)*")
# A fast path: URLs of this form, the most common one, are always valid.
_COMMON_URL = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9/_.@-]*)?")
# Also C0, C1, and line and paragraph separators.
_FORBIDDEN_IN_LINE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{FORBIDDEN_IN_LINE}]")
# Letters and symbols by category that show nothing: Hangul fillers and the empty braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_DAY = re.compile(r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}")
# RFC 3339, 5.6, with any number of decimals, T and Z in either case; seconds may be left out, as in ISO 8601, which
# also knows a comma before decimals.
_INSTANT = re.compile(
    rf"(?P<day>{_DAY.pattern})[Tt ](?P<minute>[0-9]{{2}}:[0-9]{{2}})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<decimals>[0-9]+))?)?(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_LEAP_SECOND = "60"
_OTHER_ZONE = re.compile(r"(?P<time>.*[0-9]) ?(?:(?P<sign>[+-])(?P<hours>[0-9]{2})(?P<minutes>[0-9]{2})?|UTC|GMT)")
# The tags of a union's members. Pydantic puts them into the path of an error.
UNION_TAGS = ("<none>", "<record>", "<text>", "<list>")
_MAX_UTC_OFFSET = timedelta(hours=14)
_DAY_FIX = "Write it as 2026-05-31."
_INSTANT_FIX = "Write it as 2026-05-31T18:30:00+09:00, with the UTC offset at its end."


def https_url_error(url: str) -> str | None:
    """Why ``url`` can't be a link on a page, as the predicate of a sentence ("has no host name"), or None."""
    if _COMMON_URL.fullmatch(url):
        return None
    if not url:
        return "is empty"
    if not url.startswith("https://"):
        return _scheme_error(url)
    if _FORBIDDEN_IN_URL.search(url) or not url.isprintable():
        return "contains a space or a character that is not allowed in an address"
    parts = split_url(url)
    if parts is None:
        return "is not a valid address"
    if "@" in parts.netloc:
        return "contains a user name or password"
    if not _HOST.fullmatch(parts.hostname or ""):
        return "has no host name"
    return None


def split_url(url: str) -> SplitResult | None:
    """``url`` in its parts, or None if it can't be parsed."""
    if _COMMON_URL.fullmatch(url):
        host, slash, path = url.removeprefix("https://").partition("/")
        return SplitResult("https", host, slash + path, "", "")
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None


def _scheme_error(url: str) -> str:
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", url)
    if url.startswith("//") or scheme is None:
        return "is not a complete address: it does not begin with https://"
    if scheme[1].lower() == "https":
        return "does not begin with https:// in lower case"
    return f"begins with {scheme[1][:20]}: instead of https:"


def clean_line(value: object) -> object:
    """``value`` in NFC, stripped, without characters that show nothing; text of only those becomes empty.

    Rejects line breaks and bidirectional controls.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    # Of what shows nothing, only the space is printable.
    if not text.isprintable():
        text = remove_zero_width(strip_unseen(text))
    if text.isascii() and text.isprintable():
        return text
    if (marks := find_mark_run(text)) is not None:
        raise value_error(mark_run_error(text, marks), MARKS_FIX)
    text = to_nfc(text)
    if match := _FORBIDDEN_IN_LINE.search(text):
        name = "a line break" if match[0] == "\n" else f"the invisible character U+{ord(match[0]):04X}"
        raise value_error(f"“{display_value(text)}” contains {name}.", "Delete it; this text must be on one line.")
    return text if _is_visible(text) else ""


def clean_flowing_text(value: object) -> object:
    """Like ``clean_line``, but each run of white space, line breaks included, becomes one space."""
    return clean_line(" ".join(value.split())) if isinstance(value, str) else value


def clean_lines(value: object) -> object:
    """``clean_line`` for each line; line breaks stay, tabs become spaces."""
    if not isinstance(value, str):
        return value
    return "\n".join(str(clean_line(line.replace("\t", " "))) for line in value.split("\n")).strip("\n")


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK for c in text)


def parse_day(value: object) -> object:
    """The ``date`` of a text like 2026-05-31."""
    return _parse_day_text(value) if isinstance(value, str) else value


# Cached: cross-checks parse a field again, and posts share days.
@lru_cache(maxsize=4096)
def _parse_day_text(value: str) -> date:
    try:
        if _DAY.fullmatch(strip_unseen(value)):
            return date.fromisoformat(strip_unseen(value))
    except ValueError as error:
        raise value_error(f"“{display_value(value)}” is not a day in the calendar.", _DAY_FIX) from error
    raise value_error(f"“{display_value(value)}” is not a date of the form year-month-day.", _DAY_FIX)


def parse_instant(value: object) -> object:
    """The ``datetime`` of a text like 2026-05-31T18:30:00+09:00; the UTC offset is required."""
    return _parse_instant_text(value) if isinstance(value, str) else _check_utc_offset(value)


@lru_cache(maxsize=1024)
def _parse_instant_text(value: str) -> object:
    text = strip_unseen(value)
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise value_error(f"“{display_value(value)}” is not a date and time.", _suggest_instant(text))
    if match["zone"] is None:
        raise value_error(f"“{display_value(value)}” has no UTC offset.", _INSTANT_FIX)
    try:
        instant = _build_instant(match)
    except (ValueError, OverflowError) as error:
        raise value_error(
            f"“{display_value(value)}” has a date or a time that does not exist.", _INSTANT_FIX
        ) from error
    return _check_utc_offset(instant)


def _build_instant(match: re.Match[str]) -> datetime:
    """The instant of a match of ``_INSTANT``, to the microsecond. Raises ValueError or OverflowError if there is none.

    A leap second (RFC 3339, 5.7) is the first one of the next minute: Python has none.
    """
    second, zone = match["second"] or "00", match["zone"].upper().replace("Z", "+00:00")
    is_leap = second == _LEAP_SECOND and match["minute"].endswith("59")
    decimals = (match["decimals"] or "")[:6].ljust(6, "0")
    instant = datetime.fromisoformat(f"{match['day']}T{match['minute']}:{'59' if is_leap else second}.{decimals}{zone}")
    return instant.replace(microsecond=0) + timedelta(seconds=1) if is_leap else instant


def _suggest_instant(text: str) -> str:
    """The fix for ``text``: the same with its UTC offset as RFC 3339 writes it, if that is all that is wrong."""
    match = _OTHER_ZONE.fullmatch(text)
    if match is None:
        return _INSTANT_FIX
    zone = f"{match['sign']}{match['hours']}:{match['minutes'] or '00'}" if match["sign"] else "Z"
    written = f"{match['time']}{zone}"
    return f"Write it as {display_value(written)}." if _INSTANT.fullmatch(written) else _INSTANT_FIX


def _check_utc_offset(value: object) -> object:
    if isinstance(value, datetime) and abs(value.utcoffset() or timedelta()) > _MAX_UTC_OFFSET:
        raise value_error(f"No place on earth has the UTC offset of “{value.isoformat()}”.", _INSTANT_FIX)
    return value


def parse_bool(value: object) -> object:
    """The ``bool`` of the text "true" or "false"."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise value_error(f"“{display_value(value)}” is neither true nor false.", "Write true or false, in lower case.")


def parse_https_url(value: object) -> object:
    """``value`` stripped, if it is an absolute https URL."""
    if not isinstance(value, str):
        return value
    url = strip_unseen(value)
    if error := https_url_error(url):
        raise value_error(f"“{display_value(url)}” {error}.", "Write the complete address, beginning with https://.")
    return url


def check_language_tag(tag: str) -> str:
    """``tag`` if it is a BCP 47 language tag in canonical case."""
    if is_language(tag):
        return tag
    raise value_error(
        f"“{display_value(tag)}” is not a language tag in its canonical form.",
        "Write a tag like ko, en, ja or zh-Hans.",
    )


def check_each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """``values``, if no entry is repeated."""
    if len(set(values)) == len(values):
        return values
    repeated = [value for value, count in Counter(values).items() if count > 1]
    raise value_error(f"“{display_value(repeated[0])}” is in the list more than once.", "Keep each entry once.")


def value_error(what: str, fix: str) -> PydanticCustomError:
    """The error that a validator raises; ``what`` and ``fix`` are whole sentences for the report."""
    return PydanticCustomError("flawed", "{what}", {"what": what, "fix": fix})


Line: TypeAlias = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(clean_line)]


HttpsUrl: TypeAlias = Annotated[
    str, Field(max_length=2000, pattern=r'^https://[^\s<>"]+$'), BeforeValidator(parse_https_url)
]


Day: TypeAlias = Annotated[date, BeforeValidator(parse_day)]


Instant: TypeAlias = Annotated[AwareDatetime, BeforeValidator(parse_instant)]


YesNo: TypeAlias = Annotated[bool, BeforeValidator(parse_bool)]


LanguageTag: TypeAlias = Annotated[str, AfterValidator(check_language_tag)]
