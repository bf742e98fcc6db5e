"""Images of a body: numbered figures by the file's name, and nothing else."""

import pytest

from colophon.edition.model import Figure, Prose
from tests.edition.editions import BODY_LINE, edition_file, problems_of, read, told


def test_figures_are_numbered_in_order_and_carry_alt_and_caption() -> None:
    edition = read('![one](a.jpg "Cap tion")\n\nText.\n\n![two](b.png)\n![three](a.jpg)\n')
    assert edition.figures == (
        Figure(1, "a.jpg", "one", "Cap tion"),
        Figure(2, "b.png", "two"),
        Figure(3, "a.jpg", "three"),
    )
    assert [type(block) for block in edition.blocks] == [Figure, Prose, Figure, Figure]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("a%20b.jpg", "a b.jpg"),
        ("<a b.jpg>", "a b.jpg"),
        ("<a+b (1).jpg>", "a+b (1).jpg"),
        ("\u1100\u1161.jpg", "\uac00.jpg"),
        ("%EA%B0%80.jpg", "\uac00.jpg"),
        ("%E1%84%80%E1%85%A1.JPG", "\uac00.JPG"),
        ("a%2520b.jpg", "a%20b.jpg"),
        ("50%.jpg", "50%.jpg"),
        ("a&amp;b.jpg", "a&b.jpg"),
        ("a'b.webp", "a'b.webp"),
    ],
)
def test_the_file_name_is_decoded_once_and_in_nfc(written: str, name: str) -> None:
    assert read(f"![x]({written})").figures == (Figure(1, name, "x"),)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "../a.jpg",
        "a/b.jpg",
        "/a.jpg",
        "https://a.kr/b.jpg",
        "data:image/png;base64,x",
        "a.svg",
        "a",
        "en.md",
        "a%2Fb.jpg",
        "..%2Fa.jpg",
        "a\\\\b.jpg",
        "C:a.jpg",
        ".a.jpg",
        "a.jpg?x",
        "a.jpg.withdrawal.yaml",
        "withdrawal.yaml",
        "가" * 67 + ".jpg",
        "a%00.jpg",
        "a%0A.jpg",
    ],
)
def test_what_names_no_image_of_the_folder_is_refused_with_its_line(address: str) -> None:
    assert told(edition_file(f"One.\n\n![x](<{address}>)\n")) == [(BODY_LINE + 2, "", "error")]


@pytest.mark.parametrize(
    "body",
    [
        "- ![x](a.jpg)",
        "> ![x](a.jpg)",
        "# ![x](a.jpg)",
        "text ![x](a.jpg)",
        "![x](a.jpg)\ntext",
        "**![x](a.jpg)**",
        "[![x](a.jpg)](https://a.kr)",
        "※ look ![x](a.jpg)",
    ],
)
def test_an_image_inside_of_something_else_is_refused_with_its_line(body: str) -> None:
    (problem,) = problems_of(edition_file("One.\n\n" + body))
    assert problem.line == BODY_LINE + 2
    assert "paragraph of its own" in problem.fix


def test_an_image_without_words_anywhere_is_a_warning_with_its_line() -> None:
    assert told(edition_file("One.\n\n![](a.jpg)\n")) == [(BODY_LINE + 2, "images.a.jpg.alt", "warning")]
    assert told(edition_file("![](a.jpg)", more="images: {a.jpg: {alt: x}}\n")) == []
    assert told(edition_file("![](a.jpg)", more='images: {a.jpg: {alt: ""}}\n')) == []


def test_fifty_images_are_allowed_and_no_more() -> None:
    fifty = "![x](a.jpg)\n\n" * 50
    assert len(read(fifty).figures) == 50
    assert told(edition_file(fifty + "![x](a.jpg)")) == [(BODY_LINE + 100, "", "error")]


def test_words_of_an_image_stand_on_one_line_without_what_reorders_them() -> None:
    (figure,) = read('![a\u202eb\nc](a.jpg "d\n\u2066e")').figures
    assert (figure.alt, figure.caption) == ("ab c", "d e")


def test_a_list_goes_on_with_its_number_after_a_figure() -> None:
    edition = read("1. a\n2. b\n\n![x](a.jpg)\n\n3. c\n")
    assert [block.html for block in edition.blocks if isinstance(block, Prose)][1].startswith('<ol start="3">')
