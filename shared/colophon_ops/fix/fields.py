"""Write one field into the front matter of a file, and leave every other byte of the file as it is."""

import re
from collections.abc import Sequence

import yaml

from colophon.edition.split import split_file
from colophon.problem import Refused
from colophon.upload.fields import Fields
from colophon.upload.limits import MAX_EDITION_BYTES
from colophon.upload.strict import parse_fields
from colophon.upload.text import decode

# The front matter begins in the second line of a file.
_FIRST_LINE = 2
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_LINE_END = re.compile(r"[\r\n]*\Z")


class CannotWriteField(Exception):
    """The front matter has a form in which a program can't write the field without changing more."""


def read_front_matter(content: bytes) -> Fields:
    """The fields of an edition. Raises Refused if it has no front matter, or one that is not valid."""
    fields = parse_fields(split_file(decode(content, MAX_EDITION_BYTES)).front_matter, _FIRST_LINE)
    if errors := tuple(problem for problem in fields.problems if problem.severity == "error"):
        raise Refused(errors)
    return fields


def write_field(content: bytes, group: Sequence[str], name: str, value: str, after: Sequence[str]) -> bytes:
    """``content``, an edition in UTF-8, with the field ``name`` of the group at the path ``group`` set to ``value``.

    A field that is there is replaced; a new one follows the first of ``after`` that is there, in the style and with the
    line ends of its neighbours. Raises CannotWriteField, and Refused as ``read_front_matter`` does.
    """
    before = read_front_matter(content)
    lines = _LINES.findall(content.decode("utf-8"))
    front_matter = split_file(decode(content, MAX_EDITION_BYTES)).front_matter
    try:
        node = _find_group(yaml.compose(front_matter, Loader=yaml.CSafeLoader), group)
    except yaml.YAMLError as error:
        raise CannotWriteField from error
    written = next((value_node for key, value_node in node.value if key.value == name), None)
    if written is not None:
        _replace_value(lines, written, value)
    elif node.flow_style:
        _add_to_flow(lines, node, name, value)
    else:
        _add_line(lines, node, name, value, after)
    result = "".join(lines).encode()
    _check_only_change(before, result, group, name, value)
    return result


def _find_group(root: yaml.Node | None, path: Sequence[str]) -> yaml.MappingNode:
    node = root
    for step in path:
        children = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for key, value in children if key.value == step), None)
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise CannotWriteField
    return node


def _replace_value(lines: list[str], written: yaml.Node, value: str) -> None:
    start, end = written.start_mark, written.end_mark
    if not isinstance(written, yaml.ScalarNode) or start.line != end.line:
        raise CannotWriteField
    line = lines[start.line + 1]
    before = line[: start.column]
    blank = " " if before.endswith(":") else ""
    lines[start.line + 1] = f'{before}{blank}"{value}"{line[end.column :]}'


def _add_to_flow(lines: list[str], node: yaml.MappingNode, name: str, value: str) -> None:
    """After the last field, on a line of its own if that is."""
    key, last = node.value[-1]
    mark = '"' if key.style else ""
    at, line = last.end_mark.column, lines[last.end_mark.line + 1]
    indent = lines[key.start_mark.line + 1][: key.start_mark.column]
    has_own_line = not indent.strip() and key.start_mark.line != node.start_mark.line
    space = _line_end(line) + indent if has_own_line else " "
    lines[last.end_mark.line + 1] = f'{line[:at]},{space}{mark}{name}{mark}: "{value}"{line[at:]}'


def _add_line(lines: list[str], node: yaml.MappingNode, name: str, value: str, after: Sequence[str]) -> None:
    on_one_line = {
        key.value: key
        for key, child in node.value
        if isinstance(child, yaml.ScalarNode)
        and child.style not in ("|", ">")
        and key.start_mark.line == child.end_mark.line
    }
    key = next((on_one_line[each] for each in after if each in on_one_line), None)
    if key is None:
        raise CannotWriteField
    number = key.start_mark.line + 1
    indent = lines[number][: key.start_mark.column]
    lines.insert(number + 1, f'{indent}{name}: "{value}"{_line_end(lines[number])}')


def _line_end(line: str) -> str:
    found = _LINE_END.search(line)
    return found[0] if found else ""


def _check_only_change(before: Fields, result: bytes, group: Sequence[str], name: str, value: str) -> None:
    """Raises CannotWriteField unless ``result`` is read as before, but for that field."""
    try:
        after = read_front_matter(result)
    except Refused as refused:
        raise CannotWriteField from refused
    if after.get(*group, name) != value or _without(after, group, name) != _without(before, group, name):
        raise CannotWriteField


def _without(fields: Fields, group: Sequence[str], name: str) -> object:
    def strip(value: object, path: Sequence[str]) -> object:
        if not isinstance(value, dict):
            return value
        return {key: strip(each, path[1:]) if key == path[0] else each for key, each in value.items() if path != [key]}

    return strip(fields.mapping, [*group, name])
