"""A block has one number: on the page as its id, and in the outline that reports and comparisons are made from."""

import re
from xml.etree.ElementTree import Element

import html5lib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from colophon.edition.body import read_body
from colophon.edition.model import Figure
from colophon.edition.numbers import block_id, number_blocks
from colophon.fidelity.placed_blocks import find_block_lines, place_blocks

# Pieces of a body. What they become together is for the renderer to say.
PARTS = [
    "one", "**two**", "*", "☐", "`code`", "    indented", "```", "# head", "### head", "Title\n---", "---", "",
    "- item", "- item\n\n- loose", "  - nested", "- ", "1. first", "- [ ] task", "- [x] ", "- ![](c.jpg)",
    "- text\n  ![a](c.jpg)\n  more", "> quote", ">", "> ![](a.jpg)", "※ warning", "- ※ warning", "# ※ warning",
    "![a](a.jpg)", "![](a.jpg)\n![b](b.jpg)", "text\n![](a.jpg)\nmore", "[![](a.jpg)](https://a.example/)",
    "| a | b |\n|---|---|\n| 1 | 2 |", "| | |\n|---|---|\n| 1 | |\n| | |", "a | b | c | d\n-|-|-|-\n1 | 2 | 3 | 4",
    "see[^1] and[^1]", "[^1]: note", "[^1]: note\n\n    second", "[^2]: ", "[^2]", "<br>", "&nbsp;", "<!-- a -->",
    "https://a.example/b", "\\", "&#8251; warning", "  text", "\u200b",
]  # fmt: skip


def _own_text(element: Element) -> str:
    """The text of ``element`` without that of the numbered elements in it, blanks and marks of footnotes left out."""
    if element.tag in ("a", "span") and (
        element.get("role") or element.get("class") or "fn" in element.get("href", "")
    ):
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += ["" if child.get("id", "").startswith("p") else _own_text(child), child.tail or ""]
    return "".join("".join(parts).split())


def _numbered_on_page(body: str) -> list[tuple[str, str]]:
    """Id, and text or name of the figure, of each block of ``body`` in the order of the page."""
    blocks = read_body(body, 10).blocks
    html = [
        f'<figure id="{numbered}">{block.name}</figure>' if isinstance(block, Figure) else numbered
        for block, numbered in zip(blocks, number_blocks(blocks), strict=True)
    ]
    page = html5lib.parse("".join(html), namespaceHTMLElements=False)
    return [(each.get("id"), _own_text(each)) for each in page.iter() if each.get("id", "").startswith("p")]


def _placed(body: str) -> list[tuple[str, str]]:
    placed = place_blocks(read_body(body, 10).blocks)
    return [(block_id(each.number), each.figure or "".join(each.text.split())) for each in placed]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6), st.sampled_from(["\n", "\n\n"]))
@example(["-", "- [x]![](b.jpg)"], "\n\n")
@example(["- [ ]![](c.jpg)"], "\n")
@example(["- ![](c.jpg)\n  more"], "\n")
@example(["```", "<br>"], "\n")
@example(["see[^1] and[^1]", "[^1]:"], "\n\n")
def test_the_ids_of_a_page_are_the_numbers_of_the_outline(parts: list[str], between: str) -> None:
    body = between.join(parts)
    read = read_body(body, 10)
    if read.is_valid:
        assert _placed(body) == _numbered_on_page(body)
        with_lines = [(text, line) for text, line in find_block_lines(read.source)]
        assert [text for text, _ in with_lines] == [block.figure or block.text for block in place_blocks(read.blocks)]
        assert [line for _, line in with_lines] == sorted(line for _, line in with_lines)


def test_each_element_with_text_of_its_own_has_one_id() -> None:
    body = (
        "# h\n\ntext\n![](a.jpg)\nmore\n\n- a\n  - b\n- ![](b.jpg)\n\n| c |\n|-|\n| d |\n\n※ e\n\n```\nf\n```\n\n---\n"
    )
    blocks = read_body(body, 1).blocks
    html = "\n".join(number_blocks(blocks))
    assert re.findall(r'<(\w+)[^>]* id="p(\d+)"', html) == [
        ("h2", "1"), ("p", "2"), ("p", "4"), ("li", "5"), ("li", "6"), ("tr", "8"), ("tr", "9"), ("p", "10"),
        ("pre", "11"),
    ]  # fmt: skip
    figures = [number for block, number in zip(blocks, number_blocks(blocks), strict=True) if isinstance(block, Figure)]
    assert figures == ["p3", "p7"]
    assert re.sub(r' id="p\d+"', "", html) == "\n".join(
        figures.pop(0) if isinstance(block, Figure) else block.html for block in blocks
    )
