"""Each block of an outline has the line of the file that it stands in."""

from pathlib import Path

import pytest

from colophon.edition.read import read_edition
from colophon.fidelity.outline import read_outline

SAMPLES = Path(__file__).parents[1] / "samples/inbox/posts"
EDITIONS = sorted(SAMPLES.glob("*/*/*.md"))


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_block_has_its_line(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    edition = read_edition(path.stem, path.read_bytes())
    blocks = [(block, block.line or 0) for block in read_outline(edition).blocks if block.number]
    assert [line for _, line in blocks] == sorted(line for _, line in blocks)
    for block, line in blocks:
        first_word = block.figure or block.quote.split()[0].strip(".,?!")
        assert first_word[:1] in lines[line - 1]
