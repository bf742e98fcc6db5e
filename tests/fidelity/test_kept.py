"""What a row keeps of a text says the same in a comparison as the text itself."""

from pathlib import Path

import pytest

from colophon.edition.read import read_edition
from colophon.fidelity.compare import compare
from colophon.fidelity.kept import decode_outline, encode_outline
from colophon.fidelity.outline import add_lines, read_outline
from tests.fidelity.texts import NAMES

SAMPLES = Path(__file__).parents[1] / "samples/inbox/posts"
EDITIONS = sorted(SAMPLES.glob("*/*/*.md"))
# So that what is kept of a text of 15 kB has a place in a row, which has 8 kB for it; and a title's share.
MAX_SHARE, MAX_TITLE = 0.5, 150


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_kept_compares_as_the_text_does_and_is_small(path: Path) -> None:
    content = path.read_bytes()
    edition = read_edition(path.stem, content)
    outline = add_lines(read_outline(edition, NAMES), edition)
    kept = encode_outline(outline)
    again = decode_outline(kept)
    assert compare(again, outline, NAMES) == compare(outline, again, NAMES) == ()
    assert [block.values for block in again.blocks] == [block.values for block in outline.blocks]
    assert len(kept) < MAX_SHARE * len(content) + MAX_TITLE


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
