"""Texts of many kinds of blocks, made from sentence pairs, and errors of translations in their structure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.placed_blocks import BlockKind
from tests.bench.fidelity_pairs import Pair

Document = tuple[TextOutline, TextOutline]
# The blocks of a text, in order. A link stands in every second place that a paragraph has.
PATTERN: tuple[BlockKind, ...] = (
    "paragraph", "paragraph", "heading", "paragraph", "figure", "item", "item", "item", "paragraph", "heading", "row",
    "row", "row", "paragraph", "figure", "paragraph", "warning",
)  # fmt: skip
PARAGRAPHS: tuple[BlockKind, ...] = ("paragraph",) * 12
_LINK_EVERY = 2


def build_documents(pairs: Sequence[Pair], pattern: Sequence[BlockKind] = PATTERN, step: int = 0) -> list[Document]:
    """Whole texts of this pattern, one from every ``step``-th pair on, or one after the other.

    At least one, if need be with pairs twice.
    """
    size = len(pattern)
    begins = range(0, max(1, len(pairs) - size + 1), step or size)
    return [_build([pairs[(begin + i) % len(pairs)] for i in range(size)], pattern) for begin in begins]


def _build(pairs: Sequence[Pair], pattern: Sequence[BlockKind]) -> Document:
    there, here = (
        TextOutline(
            lang,
            tuple(
                _read(lang, kind, number, pair[side])
                for number, (kind, pair) in enumerate(zip(pattern, pairs, strict=True), 1)
            ),
        )
        for side, lang in enumerate(("ko", "en"))
    )
    return there, here


def _read(lang: str, kind: BlockKind, number: int, text: str) -> TextBlock:
    links = (f"https://blog.example/{number}",) if kind == "paragraph" and number % _LINK_EVERY == 0 else ()
    return TextBlock(kind, number, lang, text, links, f"{number}.jpg" if kind == "figure" else "")


def drop_block(outline: TextOutline, place: int) -> TextOutline:
    """``outline`` without the block at ``place``."""
    return TextOutline(outline.lang, (*outline.blocks[:place], *outline.blocks[place + 1 :]))


def _drop(kind: BlockKind) -> Callable[[Document], Iterator[TextOutline]]:
    def drop(document: Document) -> Iterator[TextOutline]:
        here = document[1]
        yield from (drop_block(here, n) for n, block in enumerate(here.blocks) if block.kind == kind)

    return drop


def add_paragraph(document: Document) -> Iterator[TextOutline]:
    """What nothing stands for: a paragraph of the text's other half, at each place."""
    blocks = document[1].blocks
    half = len(blocks) // 2
    for place in range(0, half - 1, 2):
        extra = replace(blocks[place + half], kind="paragraph", links=(), figure="")
        yield TextOutline("en", (*blocks[:place], extra, *blocks[place:]))


def lose_link(document: Document) -> Iterator[TextOutline]:
    yield from _change(document, lambda block: replace(block, links=()) if block.links else None)


def change_link(document: Document) -> Iterator[TextOutline]:
    yield from _change(
        document, lambda block: replace(block, links=("https://other.example/",)) if block.links else None
    )


def change_figure(document: Document) -> Iterator[TextOutline]:
    yield from _change(document, lambda block: replace(block, figure="other.jpg") if block.figure else None)


def lose_sign(document: Document) -> Iterator[TextOutline]:
    """A source warning that became a paragraph like any other."""
    yield from _change(document, lambda block: replace(block, kind="paragraph") if block.kind == "warning" else None)


def swap_figures(document: Document) -> Iterator[TextOutline]:
    blocks = list(document[1].blocks)
    one, other = (n for n, block in enumerate(blocks) if block.figure)
    blocks[one], blocks[other] = blocks[other], blocks[one]
    yield TextOutline("en", tuple(blocks))


def swap_links(document: Document) -> Iterator[TextOutline]:
    blocks = list(document[1].blocks)
    linked = [n for n, block in enumerate(blocks) if block.links]
    for one, other in pairwise(linked):
        changed = blocks.copy()
        changed[one] = replace(blocks[one], links=blocks[other].links)
        changed[other] = replace(blocks[other], links=blocks[one].links)
        yield TextOutline("en", tuple(changed))


def _change(document: Document, change: Callable[[TextBlock], TextBlock | None]) -> Iterator[TextOutline]:
    blocks = document[1].blocks
    for place, block in enumerate(blocks):
        if changed := change(block):
            yield TextOutline("en", (*blocks[:place], changed, *blocks[place + 1 :]))


# By kind of what should be found, and what was done.
DOCUMENT_SEEDS: Mapping[tuple[str, str], Callable[[Document], Iterator[TextOutline]]] = {
    ("omission", "paragraph left out"): _drop("paragraph"),
    ("addition", "paragraph added"): add_paragraph,
    ("warning", "warning left out"): _drop("warning"),
    ("warning", "warning without its sign"): lose_sign,
    ("heading", "heading left out"): _drop("heading"),
    ("figure", "image left out"): _drop("figure"),
    ("figure", "another image"): change_figure,
    ("item", "list item left out"): _drop("item"),
    ("row", "table row left out"): _drop("row"),
    ("link", "link left out"): lose_link,
    ("link", "another link"): change_link,
    ("order", "two images swapped"): swap_figures,
    ("order", "two links swapped"): swap_links,
}
