"""Parse the front matter of most posts faster than libyaml does.

Only a build uses it. Functions read one text at a time, by libyaml alone.
"""

import re
from collections.abc import Iterable

from colophon.upload.fields import Fields, FieldValue
from colophon.upload.limits import MAX_NESTING
from colophon.upload.yaml_fields import NULL_WORDS, parse_yaml_fields

# The characters that a plain line must not hold (YAML 1.1, 5.1), and tabs: only spaces count as blanks.
_FORBIDDEN_CHARACTERS = "\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
_QUOTED = rf"\"[^{_FORBIDDEN_CHARACTERS}\"\\]*+\"|'[^{_FORBIDDEN_CHARACTERS}']*+'"
_WORDS = r"[^\W_][\w-]*+(?: ++[\w-]++)*+"
_LIST = rf"\[ *+{_WORDS}(?: *+, *+{_WORDS})*+ *+\]"
# Begins with a letter or digit. A colon is part of the text if no blank follows it, a # if no blank precedes it.
_UNQUOTED = (
    rf"[^\W_](?:[^{_FORBIDDEN_CHARACTERS} :]++|:(?=[^{_FORBIDDEN_CHARACTERS} ])| ++(?=[^{_FORBIDDEN_CHARACTERS} #]))*+"
)
_LINE = re.compile(rf"( *+)([A-Za-z][A-Za-z0-9_.-]{{0,99}}+):(?: ++({_QUOTED}|{_LIST}|{_UNQUOTED}))? *+\n|([^\n]*+\n)")


def parse_plain_yaml(text: str, first_line: int) -> Fields | None:
    """The same result as ``parse_yaml_fields``, much faster; None if ``text`` is not in the plain subset.

    The subset: nested groups, unquoted or simply quoted text on one line, and lists of words in brackets.
    """
    ended = text if text.endswith("\n") else f"{text}\n"
    mapping = _parse_lines(_LINE.findall(ended))
    if mapping is None:
        return None
    return Fields(mapping, (), frozenset(), lambda: parse_yaml_fields(text, first_line).lines)


def _parse_lines(lines: Iterable[tuple[str, str, str, str]]) -> dict[str, FieldValue] | None:
    """The fields of ``lines``, the groups of ``_LINE``: indentation, name, value, other line. None if not plain."""
    groups: list[tuple[int, dict[str, FieldValue]]] = [(0, {})]
    open_group: dict[str, FieldValue] | None = None
    for indent, name, raw_value, other in lines:
        depth = len(indent)
        if open_group is not None:
            if depth <= groups[-1][0]:
                return None
            groups.append((depth, open_group))
        while depth < groups[-1][0]:
            groups.pop()
        at, group = groups[-1]
        if other or depth != at or name in group or len(groups) > MAX_NESTING:
            return None
        open_group = None if raw_value else {}
        value = _parse_value(raw_value) if raw_value else open_group
        if value is None:
            return None
        group[name] = value
    return groups[0][1] if groups[0][1] and open_group is None else None


def _parse_value(raw_value: str) -> FieldValue | None:
    if raw_value[0] in "\"'":
        return raw_value[1:-1]
    if raw_value[0] != "[":
        return None if raw_value in NULL_WORDS else raw_value
    words = [word.strip(" ") for word in raw_value[1:-1].split(",")]
    return None if NULL_WORDS.intersection(words) else list(words)
