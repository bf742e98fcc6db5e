"""A field is written into front matter of every form, and nothing else in the file changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.problem import Refused
from colophon_ops.fix.fields import CannotWriteField, read_front_matter, write_field

PIN = "0123456789abcdef"
GROUP, AFTER = ("translation",), ("system", "at")
BODY = "\nA towel.\n\n---\n\ntranslation: {at: x}\n"


def written(front: str, group: tuple[str, ...] = GROUP, body: str = BODY) -> str:
    """``front`` after the field was written; the rest of the file is as it was."""
    content = f"---\n{front}---\n{body}".encode()
    result = write_field(content, group, "of", PIN, AFTER if group == GROUP else ("scope", "at"))
    assert result.endswith(f"---\n{body}".encode())
    return result.decode().removeprefix("---\n").removesuffix(f"---\n{body}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("translation:\n  at: x\n  system: y\n", 'translation:\n  at: x\n  system: y\n  of: "{}"\n'),
        (
            "translation:\n    system: y # the engine\n    # when\n    at: x\ntags: [a]\n",
            'translation:\n    system: y # the engine\n    of: "{}"\n    # when\n    at: x\ntags: [a]\n',
        ),
        (
            "translation:\n  at: x\n  system: >\n    y\n    z\n",
            'translation:\n  at: x\n  of: "{}"\n  system: >\n    y\n    z\n',
        ),
        ("translation: {at: x, system: y}\n", 'translation: {at: x, system: y, of: "{}"}\n'),
        ("translation: { at: x, system: 'y' } # z\n", "translation: { at: x, system: 'y', of: \"{}\" } # z\n"),
        (
            "translation: {\n  at: x,\n  system: y  # z\n  }\n",
            'translation: {\n  at: x,\n  system: y,\n  of: "{}"  # z\n  }\n',
        ),
        (
            '{"title": "a", "translation": {"at": "x", "system": "y"}}\n',
            '{"title": "a", "translation": {"at": "x", "system": "y", "of": "{}"}}\n',
        ),
        (
            '{\n  "translation": {\n    "at": "x",\n    "review": {"by": "z"}\n  }\n}\n',
            '{\n  "translation": {\n    "at": "x",\n    "review": {"by": "z"},\n    "of": "{}"\n  }\n}\n',
        ),
        ("translation:\n  at: x\n  of: 1111111111111111 # old\n", 'translation:\n  at: x\n  of: "{}" # old\n'),
        ("translation:\n  of: '1111111111111111'\n  at: x\n", 'translation:\n  of: "{}"\n  at: x\n'),
        ("translation: {of: 1111111111111111, at: x}\n", 'translation: {of: "{}", at: x}\n'),
    ],
)  # fmt: skip
def test_a_field_is_written_in_the_style_of_its_neighbours(before: str, after: str) -> None:
    assert written(before) == after.replace("{}", PIN)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "translation:\n  at: x\n  review:\n    by: z\n    scope: [terms]\n    at: y\n  system: s\n",
            'translation:\n  at: x\n  review:\n    by: z\n    scope: [terms]\n    at: y\n    of: "{}"\n  system: s\n',
        ),
        (
            "translation:\n  at: x\n  review: {by: z, scope: [terms, medical]}\n",
            'translation:\n  at: x\n  review: {by: z, scope: [terms, medical], of: "{}"}\n',
        ),
    ],
)
def test_a_field_is_written_into_a_group_of_a_group(before: str, after: str) -> None:
    assert written(before, ("translation", "review")) == after.replace("{}", PIN)


@pytest.mark.parametrize(
    "front",
    [
        "title: a\n",
        "translation: none\n",
        "translation:\n  system: >\n    y\n",
        "translation:\n  at:\n    x\n",
    ],
)
def test_a_front_matter_in_which_it_has_no_place_is_left(front: str) -> None:
    with pytest.raises(CannotWriteField):
        written(front)


@pytest.mark.parametrize("front", ["title: [\n", "translation:\n  at: x\n  at: y\n", "translation: &a {at: x}\n"])
def test_a_front_matter_that_is_not_valid_is_left(front: str) -> None:
    with pytest.raises(Refused):
        written(front)


FORMS = [
    "translation:\n  at: x\n  system: y\n",
    "translation: {at: x}\n",
    '{"translation": {"at": "x", "system": "y"}}\n',
]


@given(
    st.sampled_from(FORMS),
    st.text("a가 #-\n\t·", max_size=30),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["", "# 하나: 둘\n"]),
)
def test_every_other_byte_of_the_file_stays(front: str, body: str, end: str, mark: str, comment: str) -> None:
    front = front if front.startswith("{") else comment + front + comment
    content = f"{mark}---\n{front}---\n{body}".replace("\n", end).encode()
    result = write_field(content, GROUP, "of", PIN, AFTER)
    assert read_front_matter(result).get(*GROUP, "of") == PIN
    assert set(re.findall(rb"\r\n|\r|\n", result)) == {end.encode()}
    added = len(result) - len(content)
    at = next(number for number, (old, new) in enumerate(zip(content, result, strict=False)) if old != new)
    assert content[at:] == result[at + added :]
    assert write_field(result, GROUP, "of", PIN, AFTER) == result
