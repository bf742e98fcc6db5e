"""Each block of an outline has the line of the file that it stands in."""

from pathlib import Path

import pytest

from colophon.edition.read import read_edition
from colophon.fidelity.outline import add_lines, read_outline
from tests.fidelity.texts import NAMES

SAMPLES = Path(__file__).parents[1] / "samples/inbox/posts"
EDITIONS = sorted(SAMPLES.glob("*/*/*.md"))


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_block_has_its_line(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    edition = read_edition(path.stem, path.read_bytes())
    blocks = add_lines(read_outline(edition, NAMES), edition).blocks[1:]
    assert [block.line for block in blocks] == sorted(block.line for block in blocks)
    for block in blocks:
        if block.number:
            first_word = block.figure or block.quote.split()[0].strip(".,?!")
            assert first_word[:1] in lines[block.line - 1]
