"""Parses files with fields, strictly: a JSON object if the content begins with a brace, else YAML."""

from colophon.problem import Problem
from colophon.upload.fields import Fields
from colophon.upload.json_fields import parse_json_fields
from colophon.upload.limits import MAX_OTHER_FILE_BYTES
from colophon.upload.text import decode
from colophon.upload.yaml_fields import parse_yaml_fields

_SEPARATORS = {
    "\u2028": "line separator U+2028",
    "\u2029": "paragraph separator U+2029",
    "\ufeff": "byte order mark U+FEFF",
}


def read_fields(content: bytes) -> Fields:
    """The fields of a whole file. Raises Refused if ``content`` is not text or longer than ``MAX_OTHER_FILE_BYTES``."""
    return parse_fields(decode(content, MAX_OTHER_FILE_BYTES), 1)


def parse_fields(text: str, first_line: int) -> Fields:
    """The fields of ``text``, which begins in line ``first_line`` of its file. Never raises for its content.

    ``text`` ends its lines with newlines and has no control characters, as ``text.decode`` returns it.
    """
    for separator, name in _SEPARATORS.items():
        # The YAML parser takes these for line ends or rejects them; editors do not show them.
        if separator in text:
            line = text.count("\n", 0, text.index(separator)) + first_line
            problem = Problem(f"The line contains the invisible {name}.", "Delete it.", line=line)
            return Fields({}, (problem,), frozenset({()}), dict)
    if text.lstrip().startswith("{"):
        return parse_json_fields(text, first_line)
    return parse_yaml_fields(text, first_line)
