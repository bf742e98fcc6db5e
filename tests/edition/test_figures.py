"""Images of a body: numbered figures by the file's name, and nothing else."""

import pytest

from colophon.edition.blocks import html_to_text
from colophon.edition.model import Figure, LinkedFigure, Prose
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
        "# ![x](a.jpg)",
        "## text ![x](a.jpg)",
        "text ![x](a.jpg) text",
        "text ![x](a.jpg) ![y](a.jpg), text",
        "**text ![x](a.jpg)**",
        "[![x](a.jpg) text](https://a.kr)",
        "※ look ![x](a.jpg)",
        "| ![x](a.jpg) | b |\n|---|---|\n",
        "text[^1]\n\n[^1]: note ![x](a.jpg)",
    ],
)
def test_an_image_inside_of_something_else_is_refused_with_its_line(body: str) -> None:
    problems = problems_of(edition_file("One.\n\n" + body))
    assert {problem.line for problem in problems} == {BODY_LINE + 2 + body.count("\n", 0, body.index("!["))}
    assert all("paragraph of its own" in problem.fix for problem in problems)


def shape_of(body: str) -> list[str]:
    """The names of figures and the words of all else, in order."""
    return [block.name if isinstance(block, Figure) else html_to_text(block.html) for block in read(body).blocks]


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("text\n![x](a.jpg)", ["text", "a.jpg"]),
        ("text  \n![x](a.jpg)", ["text", "a.jpg"]),
        ("text\n![x](a.jpg)\nmore", ["text", "a.jpg", "more"]),
        ("text ![x](a.jpg)", ["text", "a.jpg"]),
        ("![x](a.jpg)\ntext", ["a.jpg", "text"]),
        ("![x](a.jpg) text", ["a.jpg", "text"]),
        ("text\n![x](a.jpg) ![y](b.jpg)\nmore", ["text", "a.jpg", "b.jpg", "more"]),
        ("text<br>![x](a.jpg)<br>more", ["text", "a.jpg", "more"]),
        ("*text*\n**![x](a.jpg)**\n~~more~~", ["text", "a.jpg", "more"]),
        ("- a\n- ![x](a.jpg)\n- b", ["a", "a.jpg", "b"]),
        ("1. a\n   ![x](a.jpg)\n2. b", ["a", "a.jpg", "b"]),
        ("1. a\n\n   ![x](a.jpg)\n\n   b\n2. c", ["a", "a.jpg", "b c"]),
        ("- a\n  - b\n    ![x](a.jpg)\n  - c\n- d", ["a b", "a.jpg", "c d"]),
        ("- [ ] ![x](a.jpg)\n- [x] b", ["", "a.jpg", "b"]),
        ("> a\n> ![x](a.jpg)\n> b", ["a", "a.jpg", "b"]),
        ("[![x](a.jpg)](https://a.kr)", ["a.jpg"]),
        ("text\n[![x](a.jpg)](https://a.kr)\nmore", ["text", "a.jpg", "more"]),
        ("[![x](a.jpg)](a.jpg)", ["a.jpg"]),
        ("![x][one]\n\n[one]: a.jpg", ["a.jpg"]),
    ],
)
def test_an_image_on_a_line_of_its_own_is_a_figure_and_the_text_keeps_its_order(body: str, shape: list[str]) -> None:
    assert shape_of(body) == shape
    assert told(edition_file(body)) == []


def test_a_list_that_holds_a_figure_is_one_list() -> None:
    before, figure, after = read("1. a\n   ![x](a.jpg)\n2. b").blocks
    assert isinstance(before, Prose)
    assert isinstance(after, Prose)
    assert isinstance(figure, Figure)
    assert f"{before.html}{after.html}" == "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"


def test_the_link_around_an_image_stays() -> None:
    (figure,) = read("[![x](a.jpg)](https://a.kr/b?c&d)").figures
    assert figure == LinkedFigure(1, "a.jpg", "x", address="https://a.kr/b?c&d")


@pytest.mark.parametrize(
    ("written", "figure"),
    [
        ("![x](my photo.jpg)", Figure(1, "my photo.jpg", "x")),
        ("![x](my photo (1).JPG)", Figure(1, "my photo (1).JPG", "x")),
        ('![x](my photo.jpg "Cap tion")', Figure(1, "my photo.jpg", "x", "Cap tion")),
        ("![x](사진 1.png)", Figure(1, "사진 1.png", "x")),
        ("![x](\u1109\u1161\u110c\u1175\u11ab 1.png)", Figure(1, "사진 1.png", "x")),
        ("![x](doctor's photo.jpg)", Figure(1, "doctor's photo.jpg", "x")),
        ("![x](my\\ photo.jpg)", Figure(1, "my photo.jpg", "x")),
        ("![a [b] c](my photo.jpg)", Figure(1, "my photo.jpg", "a [b] c")),
        ("![x][one]\n\n[one]: my photo.jpg", Figure(1, "my photo.jpg", "x")),
        ("- ![x](my photo.jpg)", Figure(1, "my photo.jpg", "x")),
        ('![x](a.jpg "The "straight" way")', Figure(1, "a.jpg", "x", 'The "straight" way')),
        ("![x](a.jpg “Hold it”)", Figure(1, "a.jpg", "x", "Hold it")),
        ("！[x](a.jpg)", Figure(1, "a.jpg", "x")),
        ("> ！[x](a.jpg)", Figure(1, "a.jpg", "x")),
        ("![x]（a.jpg）", Figure(1, "a.jpg", "x")),
        ("！［x］（a.jpg）", Figure(1, "a.jpg", "x")),
    ],
)
def test_an_image_that_markdown_does_not_read_is_taken_as_it_was_meant(written: str, figure: Figure) -> None:
    assert read(written).figures == (figure,)
    assert told(edition_file(written)) == []


@pytest.mark.parametrize("body", ["`![x](my photo.jpg)`", "a\n\n```\n![x](my photo.jpg)\n```", "\\![x](my photo.jpg)"])
def test_what_is_not_meant_as_an_image_stays_text(body: str) -> None:
    assert read(body).figures == ()


def test_an_image_whose_name_is_none_of_an_image_is_refused_and_not_shown_as_text() -> None:
    assert told(edition_file("a\n\n![x](see my photo)")) == [(BODY_LINE + 2, "", "error")]


def test_a_full_width_sign_inside_a_sentence_is_named() -> None:
    (problem,) = problems_of(edition_file("Look！[x](a.jpg)"))
    assert problem.line == BODY_LINE
    assert "full-width ！" in problem.what


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
