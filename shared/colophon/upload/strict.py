"""The one strict reader of every file with fields: YAML, or a JSON object where the content begins with a brace."""

from colophon.problem import Problem
from colophon.upload.fields import Fields
from colophon.upload.json_fields import parse_json_fields
from colophon.upload.limits import MAX_OTHER_FILE_BYTES
from colophon.upload.text import decode
from colophon.upload.yaml_fields import parse_yaml_fields

_SEPARATORS = {"\u2028": "line separator U+2028", "\u2029": "paragraph separator U+2029", "\ufeff": "mark U+FEFF"}


def read_fields(content: bytes) -> Fields:
    """The fields of a whole file of at most 64 kB. Raises Refused where it is no text at all."""
    return parse_fields(decode(content, MAX_OTHER_FILE_BYTES), 1)


def parse_fields(text: str, first_line: int) -> Fields:
    """The fields of ``text``, which begins in line ``first_line`` of its file. Never raises for what is in it.

    ``text`` has newlines for line ends and no control characters.
    """
    for separator, name in _SEPARATORS.items():
        # The YAML parser counts these as line ends or refuses them; editors show nothing at all.
        if separator in text:
            line = text.count("\n", 0, text.index(separator)) + first_line
            problem = Problem(f"The line holds the invisible {name}.", "Delete it.", line=line)
            return Fields({}, (problem,), frozenset({()}), dict)
    if text.lstrip().startswith("{"):
        return parse_json_fields(text, first_line)
    return parse_yaml_fields(text, first_line)
