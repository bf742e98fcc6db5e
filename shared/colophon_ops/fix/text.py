"""The mechanical corrections of one text file: its encoding, its line ends, and characters that show nothing.

Whatever a reader can see stays: ``fix_text`` compares both, and corrects nothing rather than change a sign.
"""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from colophon.edition.invisible import normalize_blanks
from colophon.edition.source import find_signs
from colophon.problem import Refused
from colophon.upload.file_names import KOREAN_WINDOWS
from colophon.upload.lazy_pattern import compile_lazily
from colophon.upload.limits import MAX_EDITION_BYTES
from colophon.upload.text import CONTROL_CHARACTERS, decode, is_utf16_without_mark
from colophon.upload.unseen import FORBIDDEN_IN_LINE, UNSEEN, WIDE_BLANKS, remove_zero_width, strip_unseen

_FENCE = "---"
_JAPANESE_WINDOWS = "cp932"
_NAMES = {KOREAN_WINDOWS: "CP949 (Korean Windows)", _JAPANESE_WINDOWS: "CP932 (Japanese Windows)", "utf-16": "UTF-16"}
# Control characters that separate words: vertical tab, form feed and next line.
_BREAKS = dict.fromkeys((0x0B, 0x0C, 0x85), " ")
_SEPARATORS = compile_lazily("[\u2028\u2029]")
# Tag characters after a black flag are another flag (UTS 51, 1.4.9): what that should become, no rule says.
_FORBIDDEN = compile_lazily(f"(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[{FORBIDDEN_IN_LINE}]+")
_INDENT = compile_lazily(rf"^[ {UNSEEN}]*[{UNSEEN}][ {UNSEEN}]*")
_AFTER_NAME = compile_lazily(rf"^((?:- )* *[\w.-]+ *:)[ {UNSEEN}]*[{UNSEEN}][ {UNSEEN}]*(?=\S)")
_UNSEEN_OR_BLANK = compile_lazily(rf"[\s\x00-\x1f\x7f-\x9f\ufffe\uffff{UNSEEN}{FORBIDDEN_IN_LINE}]+")
# Of the letters in a text, as shares.
_MOST_ARE, _SOME_ARE, _FEW_ARE = 0.8, 0.1, 0.05
# Of Korean particles and endings, which every sentence has.
_COMMON_SYLLABLES = frozenset("이다는을에의가를고은하한지로기도서나리아어자인대수시니해요")
_SHOWN_LINES = 5


class LineChange(Struct, frozen=True):
    """One line before and after; equal if the line is only read in another encoding. A new line has no text before."""

    number: int
    before: str
    after: str


class FixedText(Struct, frozen=True):
    """``content`` is the corrected file, ``notes`` say what was done, ``changes`` are the lines that differ.

    Of a text in another encoding, some lines that are not ASCII are among them: only a person can tell whether they
    read as they should.
    """

    content: bytes
    notes: tuple[str, ...]
    changes: tuple[LineChange, ...]


class _Decoded(Struct, frozen=True):
    text: str
    encoding: str


def fix_text(content: bytes, fix_lines: Callable[[str], str], language: str = "") -> FixedText | None:
    """The corrected ``content``; None if there is nothing to correct.

    ``fix_lines`` corrects the text once it is UTF-8 with newlines: ``fix_edition``, ``fix_fields`` or ``fix_sheet``.
    ``language`` is an edition's. Raises Refused, with the reader's own problem, for what can't be corrected by rule.
    """
    if len(content) > MAX_EDITION_BYTES or not content.strip():
        return None
    decoded = _decode(content, language)
    unified = decoded.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    cleaned = CONTROL_CHARACTERS.sub("", unified.translate(_BREAKS))
    fixed = fix_lines(cleaned)
    result = fixed.encode()
    if result == content or _visible(fixed) != _visible(unified):
        return None
    decode(result, MAX_EDITION_BYTES)
    return FixedText(
        result, tuple(_describe(content, decoded, unified, fixed)), tuple(_compare(unified, fixed, decoded))
    )


def fix_edition(text: str) -> str:
    """``text``, an edition: its front matter corrected as fields, its body as the reader of Markdown reads it."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if strip_unseen(line)), 0)
    fences = [number for number, line in enumerate(lines) if strip_unseen(line) == _FENCE]
    if len(fences) < 2 or fences[0] != first:
        return text
    end = fences[1]
    front_matter = fix_fields("\n".join(lines[first + 1 : end]))
    body = "\n".join(lines[end + 1 :])
    return "\n".join([_FENCE, front_matter, _FENCE, normalize_blanks(body, find_signs(body))])


def fix_fields(text: str) -> str:
    """``text``, YAML or JSON fields, without the invisible characters that the reader refuses or stumbles over."""
    return "\n".join(map(_fix_field_line, text.split("\n")))


def fix_sheet(text: str) -> str:
    """``text``, a style sheet: only encoding and line ends are corrected there."""
    return text


def _fix_field_line(line: str) -> str:
    if line.isascii():
        return line
    line = _FORBIDDEN.sub("", remove_zero_width(_SEPARATORS.sub(" ", line)))
    line = _INDENT.sub(lambda match: _as_spaces(match[0]), line)
    return _AFTER_NAME.sub(r"\1 ", line).rstrip(f" {WIDE_BLANKS}")


def _as_spaces(blanks: str) -> str:
    return "".join(" " for character in blanks if character == " " or character in WIDE_BLANKS)


def _decode(content: bytes, language: str) -> _Decoded:
    """Raises Refused for bytes whose encoding nothing tells."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and not content.startswith(b"\xff\xfe\0\0"):
        encoding = "utf-16"
    elif is_utf16_without_mark(content):
        encoding = "utf-16-le" if content[1] == 0 else "utf-16-be"
    else:
        encoding = "utf-8" if _decode_as(content, "utf-8") is not None else _find_code_page(content, language)
    text = _decode_as(content, encoding)
    if text is None:
        decode(content, MAX_EDITION_BYTES)
        raise AssertionError
    return _Decoded(text, encoding)


def _find_code_page(content: bytes, language: str) -> str:
    """The Windows code page of ``content``, which is not UTF-8; as UTF-8, which fails, if the letters tell none.

    Nearly any bytes can be read in nearly any code page. So only that of the edition's language is tried, and what
    comes out has to be words: Korean with its particles, in syllables of KS X 1001; or Japanese with its kana.
    """
    script = language.partition("-")[0]
    if script == "ja" and _is_japanese(_decode_as(content, _JAPANESE_WINDOWS) or ""):
        return _JAPANESE_WINDOWS
    if script not in ("ja", "zh") and _is_korean(_decode_as(content, KOREAN_WINDOWS) or ""):
        return KOREAN_WINDOWS
    return "utf-8"


def _is_korean(text: str) -> bool:
    letters = [sign for sign in text if not sign.isascii() and sign.isalpha()]
    syllables = [sign for sign in letters if "가" <= sign <= "힣"]
    rare = sum(_encode_as(sign, "euc_kr") is None for sign in syllables)
    common = sum(sign in _COMMON_SYLLABLES for sign in syllables)
    is_hangul = len(syllables) >= max(1, len(letters) * _MOST_ARE) and rare <= len(syllables) * _FEW_ARE
    return is_hangul and common >= len(syllables) * _SOME_ARE


def _is_japanese(text: str) -> bool:
    letters = [sign for sign in text if not sign.isascii() and sign.isalpha()]
    kana = sum("ぁ" <= sign <= "ヿ" for sign in letters)
    narrow = sum("｡" <= sign <= "ﾟ" for sign in letters)
    return kana >= max(1, len(letters) * _SOME_ARE) and narrow <= len(letters) * _FEW_ARE


def _decode_as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeError:
        return None


def _encode_as(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeError:
        return None


def _visible(text: str) -> str:
    return _UNSEEN_OR_BLANK.sub("", re.sub(r"&[#\w]+;", "", text))


def _describe(content: bytes, decoded: _Decoded, unified: str, fixed: str) -> Iterator[str]:
    if decoded.encoding != "utf-8":
        yield f"encoding: {_NAMES.get(decoded.encoding, 'UTF-16')} to UTF-8"
    elif decoded.text.startswith("\ufeff"):
        yield "byte order mark deleted"
    if ends := decoded.text.count("\r"):
        yield f"line ends: {ends:,} to LF"
    if lines := sum(one != other for one, other in _pairs(unified, fixed)):
        yield f"invisible characters: {lines:,} line{'' if lines == 1 else 's'}"
    if dropped := unified.count("\n") - fixed.count("\n"):
        yield f"empty lines before the front matter: {dropped} deleted"


def _compare(unified: str, fixed: str, decoded: _Decoded) -> Iterator[LineChange]:
    dropped = unified.count("\n") - fixed.count("\n")
    pairs = list(enumerate(_pairs(unified, fixed), dropped + 1))
    yield from (LineChange(number, *pair) for number, pair in pairs if pair[0] != pair[1])
    if decoded.encoding != "utf-8":
        read = [LineChange(number, *pair) for number, pair in pairs if pair[0] == pair[1] and not pair[0].isascii()]
        yield from read[:_SHOWN_LINES]


def _pairs(unified: str, fixed: str) -> Iterator[tuple[str, str]]:
    """The lines of both, which have the same number of lines but for empty ones at the beginning."""
    before, after = unified.split("\n"), fixed.split("\n")
    return zip(before[len(before) - len(after) :], after, strict=True)


def explain(refused: Refused) -> str:
    """Why ``fix_text`` corrected nothing."""
    problem = refused.problems[0]
    return f"{problem.what} {problem.fix}"
