"""What is hidden or folded is not seen, and nothing else is lost."""

import pytest

from colophon.notices.gate import html_to_text, strip_hidden


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("a<!-- b -->c", "ac"),
        ("a<!-- b", "a"),
        ("a<div hidden>b<div>c</div>d</div>e", "ae"),
        ("a<div hidden>b<divider>c</div>e", "ae"),
        ("a<details>b</details>c<details>d</details>e", "ace"),
        ("a<details>b", "a"),
        ("a<input hidden>b<img src='x' aria-hidden=true >c", "abc"),
        ('<p title="it is hidden >">a</p>', '<p title="it is hidden >">a</p>'),
        ('<p title="so hidden " class="hidden">a</p>', '<p title="so hidden " class="hidden">a</p>'),
        ('<p title="x" class=y hidden="until-found">a</p>b', "b"),
        ("<p\n data-a\n style='x'>a</p>b", "b"),
        ("<templates>a</templates><hidden>b</hidden>", "<templates>a</templates><hidden>b</hidden>"),
    ],
)
def test_only_what_a_reader_sees_is_left(html, left):
    assert strip_hidden(html.encode()).decode() == left


def test_the_plain_text_has_no_tags_and_its_references_are_resolved():
    assert html_to_text("<p>R&amp;D <a href='/'>한글</a> &lt;b&gt;</p>".encode()) == "R&D 한글 <b>"


def test_hostile_attributes_take_no_time():
    assert strip_hidden(b"<p" + b' a="b"' * 20_000 + b">x</p>").endswith(b"x</p>")
    assert strip_hidden(b"<p " * 20_000).startswith(b"<p ")
