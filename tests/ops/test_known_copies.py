"""Copies that the last build made: the same again, whatever their uploads say of themselves."""

from pathlib import Path

import pytest

from colophon.images import recipe
from colophon.images.copy import Copier, Copy, Outline
from colophon_ops.build.copies import KnownCopies
from colophon_ops.build.stamps import digest
from tests.images.hostile.jpeg_parts import plain
from tests.images.marked import CREDENTIALED, as_attribute, jpeg


class _Once(Copier):
    """Makes one copy, and fails if it is asked for another."""

    def __init__(self) -> None:
        self.made = 0

    def make_copy(self, content: bytes) -> Copy:
        self.made += 1
        assert self.made == 1
        return recipe.make_copy(content)

    def read_outline(self, content: bytes) -> Outline | None:
        return recipe.read_outline(content)


@pytest.mark.parametrize("content", [plain(), jpeg(as_attribute("print")), CREDENTIALED["WebP"]()])
def test_a_known_copy_is_the_one_that_was_made_with_its_mark(content: bytes, tmp_path: Path) -> None:
    copier = _Once()
    first = KnownCopies(copier, {}, {})
    made = first.make_copy(content)
    files = {}
    for number, file in enumerate(made.files):
        path = tmp_path / str(number)
        path.write_bytes(file.content)
        files[digest(file.content)] = path
    assert KnownCopies(copier, first.made, files).make_copy(content) == made
