"""What the page for writers says of Markdown is what happens: an example or more for each line of its list."""

import re
from pathlib import Path

import pytest

from colophon.edition.model import Block, Figure, LinkedFigure, SourceWarning
from colophon.upload.limits import MAX_FOOTNOTE_MARKS, MAX_TABLE_CELLS
from colophon_ops.new_post import ORIGINAL, TRANSLATION
from tests.edition.editions import edition_file, problems_of, read

WRITING = (Path(__file__).parents[2] / "shared/colophon/edition/README.md").read_text("utf-8")
LIST = WRITING.partition("\n## Which Markdown is supported\n")[2].partition("\n## ")[0]
LINES = re.findall(r"^- \*\*(.+?)\*\*: ", LIST, re.MULTILINE)

_RULES = "Headings, lists, quotes, code, emphasis"
_ADDRESS = '<a href="https://a.kr/b" rel="nofollow ugc noopener noreferrer">'
# By line of the list: a text, and what the page has for it.
SHOWN = [
    (_RULES, "# One\n\n## Two", "<h2>One</h2>\n<h3>Two</h3>"),
    (_RULES, "- a\n\n3. b", '<ul>\n<li>a</li>\n</ul>\n<ol start="3">\n<li>b</li>\n</ol>'),
    (_RULES, "> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
    (_RULES, "*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
    ("Source warnings", "※ a\n  b\nc", "※<p>※ a\nb</p>|<p>c</p>"),
    ("Images", '![x](photo.jpg "caption")', "1 photo.jpg x caption"),
    ("Images", "a\n![x](photo.jpg)", "<p>a</p>|1 photo.jpg x "),
    ("Images", "- a\n  ![x](photo.jpg)", "<ul>\n<li>a|1 photo.jpg x |</li>\n</ul>"),
    ("Images", "> ![x](photo.jpg)", "<blockquote>|1 photo.jpg x |</blockquote>"),
    ("Images", "[![x](photo.jpg)](https://a.kr/b)", "1 photo.jpg x  https://a.kr/b"),
    ("Names of images", "![a towel](my photo 1.jpg)", "1 my photo 1.jpg a towel "),
    ("Names of images", "![a towel](<my photo 1.jpg>)", "1 my photo 1.jpg a towel "),
    ("Names of images", "![a towel](my%20photo%201.jpg)", "1 my photo 1.jpg a towel "),
    ("Full-width signs and curly quotes around an image", "！[a towel](a.jpg)", "1 a.jpg a towel "),
    ("Full-width signs and curly quotes around an image", "![a towel](a.jpg “caption”)", "1 a.jpg a towel caption"),
    ("Links", "[a](https://a.kr/b)", f"<p>{_ADDRESS}a</a></p>"),
    ("Bare addresses", "See https://a.kr/b.", f"<p>See {_ADDRESS}https://a.kr/b</a>.</p>"),
    ("Bare addresses", "www.a.kr http://a.kr a@b.kr", "<p>www.a.kr http://a.kr a@b.kr</p>"),
    (
        "Tables",
        "| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |",
        '<table>\n<thead>\n<tr>\n<th scope="col" class="left">a</th>\n<th scope="col" class="center">b</th>\n'
        '<th scope="col" class="right">c</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class="left">1</td>\n'
        '<td class="center">2</td>\n<td class="right">3</td>\n</tr>\n</tbody>\n</table>',
    ),
    ("Strikethrough", "~~old~~ new", "<p><del>old</del> new</p>"),
    ("Strikethrough", "20~30 and ~40~", "<p>20~30 and ~40~</p>"),
    (
        "Footnotes",
        "word[^1]\n\n[^1]: note",
        '<p>word<sup><a href="#fn-1" id="fnref-1" role="doc-noteref" rel="nofollow ugc noopener noreferrer">1</a></sup>'
        '</p>\n<section class="footnotes">\n<ol>\n<li id="fn-1">\n<p>note <a href="#fnref-1" role="doc-backlink" '
        'rel="nofollow ugc noopener noreferrer">↩</a></p>\n</li>\n</ol>\n</section>',
    ),
    (
        "Task lists",
        "- [ ] a\n- [x] b",
        '<ul>\n<li class="task"><span class="open">☐</span> a</li>\n<li class="task"><span class="done">☑</span> b</li>'
        "\n</ul>",
    ),
    ("Line breaks", "a<br>b<br/>c<BR />d", "<p>a<br>b<br>c<br>d</p>"),
    ("Line breaks", "a  \nb\\\nc", "<p>a<br>\nb<br>\nc</p>"),
    ("Comments", "a <!-- b --> c", "<p>a  c</p>"),
    ("Comments", "a\n\n<!-- b\n\nc -->\n\nd", "<p>a</p>\n<p>d</p>"),
    ("Spaces", "a&nbsp;b", "<p>a b</p>"),
    ("Spaces", "a\n\n&nbsp;\n\nb &copy; &#8251;", "<p>a</p>\n<p>b © ※</p>"),
    ("Other HTML", "\\<b>a\\</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
]
# By line of the list: a text, and a part of the only problem that it has.
TOLD = [
    ("Links", "[a](http://a.kr)", "begins with http: instead of https:"),
    ("Tables", "a|b\n-|-\n" + "1|2\n" * (MAX_TABLE_CELLS // 2), "at most 10,000"),
    ("Footnotes", "a[^1] " * (MAX_FOOTNOTE_MARKS + 1) + "\n\n[^1]: b", "at most 1,000"),
    ("Comments", "<!--\n※ a\n-->\n\nb", "hides a line that begins with ※"),
    ("Other HTML", "<b>a</b>", "contains HTML"),
]


@pytest.mark.parametrize(("line", "body", "page"), SHOWN)
def test_what_the_list_says_is_on_the_page(line: str, body: str, page: str) -> None:
    assert line in LINES
    assert "|".join(_describe(block) for block in read(body).blocks) == page


@pytest.mark.parametrize(("line", "body", "problem"), TOLD, ids=lambda value: value[:40])
def test_what_the_list_says_is_told(line: str, body: str, problem: str) -> None:
    assert line in LINES
    (found,) = problems_of(edition_file(body))
    assert problem in found.what


def test_every_line_of_the_list_has_an_example() -> None:
    assert len(LINES) > 10
    assert set(LINES) == {line for line, *_ in (*SHOWN, *TOLD)}


def test_a_new_post_says_it_too() -> None:
    lines = {line for text in (ORIGINAL, TRANSLATION) for line in text.splitlines() if "<!-- comments -->" in line}
    (line,) = lines
    assert all(sign in line for sign in ("Tables", "~~", "[^1]", "- [ ]", "<br>", "other HTML is refused"))


def _describe(block: Block) -> str:
    if not isinstance(block, Figure):
        return f"{'※' if isinstance(block, SourceWarning) else ''}{block.html}"
    link = [block.address] if isinstance(block, LinkedFigure) else []
    return " ".join([str(block.number), block.name, block.alt, block.caption, *link])
