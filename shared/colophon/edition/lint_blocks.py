"""What the lint finds in the blocks of a rendered body: code that is prose, lists of dates, fields, eaten signs."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from urllib.parse import unquote

from colophon.edition.figures import names_image
from colophon.edition.shown_text import BLOCK, CODE, EDGE, Finding, ShownText
from colophon.upload.lazy_pattern import compile_lazily

_MAX_FOUND, _MAX_CODE_BLOCKS = 20, 500
_CODE_BLOCK = compile_lazily(
    r'<pre data-sourcepos="(\d+):(\d+)-(\d+):\d+"><code(?: class="language-([^"]*)")?>(.*?)</code>', re.DOTALL
)
_CODE_SPAN = compile_lazily(r"<code>(.*?)</code>", re.DOTALL)
_FENCE = compile_lazily(r"(`{3,}|~{3,})")
_CONTAINERS = compile_lazily(r"[ \t>]*")
_BLOCK_MARK = compile_lazily(rf"{BLOCK}[\d-]*|[{EDGE}{CODE}]")
_CJK_LETTER = compile_lazily("[가-힣ぁ-ヿ一-鿿]")
_WORD = compile_lazily(r"[^\W\d_]{2,}|[가-힣ぁ-ヿ一-鿿]")
_MARKDOWN_LINE = compile_lazily(
    r"^(?:#{2,6} |※|!\[)|(?<![\w*])\*\*[^\s*][^*\n]{0,200}\*\*|^[-*] [^\n]*\n\s*[-*] ", re.MULTILINE
)
_SENTENCE_END = compile_lazily(r"(?<=[^\W\d_]{2})[.!?…][\"')”’]*(?:\s|$)")
_LETTER = compile_lazily(r"[^\W\d_]")
# Words of a language model about the text that it was asked for.
_INTRODUCTION = compile_lazily(r"translat|here(?: is|'s|’s)|below|번역|다음은|翻訳|以下|译|譯", re.IGNORECASE)
_WARNING_LINE = compile_lazily(r"^[ \t]*※", re.MULTILINE)
# What stands around such a text is no longer than this, in characters, or much shorter than the text.
_MAX_AROUND, _MAX_INTRODUCTION, _MIN_BESIDE_WORDS = 200, 120, 200
_MIN_CJK_LETTERS, _MIN_WORDS = 8, 6
_MARKDOWN_NAMES = {"markdown", "md", "mdown", "mkd", "mdx", "commonmark", "gfm"}
_TEXT_NAMES = _MARKDOWN_NAMES | {"text", "txt", "plain", "plaintext"}


class _CodeBlock:
    """One block of code of the body, fenced or indented."""

    def __init__(self, match: re.Match[str], shown: ShownText) -> None:
        lines = shown.source.lines
        self.first, self.last = int(match[1]), min(int(match[3]), len(lines))
        self.language, self.text = (match[4] or "").lower(), unescape(match[5])
        fence = _FENCE.match(_CONTAINERS.sub("", lines[self.first - 1][int(match[2]) - 1 :], count=1))
        self.fence = fence[1] if fence else ""
        last_line = _CONTAINERS.sub("", lines[self.last - 1], count=1).rstrip()
        self.is_closed = self.last > self.first and self._closes(last_line)

    def _closes(self, line: str) -> bool:
        return len(line) >= len(self.fence) and not line.strip(self.fence[:1] or " ")

    @property
    def is_prose(self) -> bool:
        """Whether it holds sentences, or Markdown, rather than code."""
        text = self.text
        if len(_CJK_LETTER.findall(text)) >= _MIN_CJK_LETTERS or _MARKDOWN_LINE.search(text):
            return True
        return _SENTENCE_END.search(text) is not None and len(_WORD.findall(text)) >= _MIN_WORDS

    @property
    def may_be_text(self) -> bool:
        """Whether it holds any words that are not clearly code."""
        has_words = _CJK_LETTER.search(self.text) or len(_WORD.findall(self.text)) >= _MIN_WORDS
        return bool(self.is_prose or self.language in _TEXT_NAMES or has_words or _SENTENCE_END.search(self.text))


def _code_blocks(shown: ShownText) -> Iterator[_CodeBlock]:
    return (_CodeBlock(match, shown) for match in islice(_CODE_BLOCK.finditer(shown.html), _MAX_CODE_BLOCKS))


def find_whole_code(shown: ShownText) -> Iterator[Finding]:
    """The text, if it is nothing but code, perhaps with a sentence before or after that introduces it."""
    around = " ".join(_BLOCK_MARK.sub(" ", shown.text).split())
    if len(around) > _MAX_AROUND:
        return
    blocks = list(islice(_code_blocks(shown), _MAX_FOUND))
    if not blocks:
        span = None if _LETTER.search(around) else _CODE_SPAN.search(shown.html)
        if span and len(_WORD.findall(span[1])) >= _MIN_WORDS and "```" in shown.source.text:
            yield Finding(shown.line_in_html(span.start(), ("```",)))
        return
    main = max(blocks, key=lambda block: len(block.text))
    if _LETTER.search(around) is None:
        if any(block.may_be_text for block in blocks):
            yield Finding(shown.source.file_line(main.first))
    elif main.fence and _introduces(around, main):
        yield Finding(shown.source.file_line(main.first), f", below “{around[:60]}”")


def _introduces(around: str, block: _CodeBlock) -> bool:
    if len(around) > max(_MAX_INTRODUCTION, len(block.text)):
        return False
    if block.language in _MARKDOWN_NAMES or _INTRODUCTION.search(around):
        return block.may_be_text
    is_short = len(around) * 5 <= len(block.text) and len(block.text) >= _MIN_BESIDE_WORDS
    return block.is_prose and (is_short or around.endswith((":", "：")))


def find_open_fences(shown: ShownText) -> Iterator[Finding]:
    """Each fence that is never closed, if what it takes is text."""
    if any(find_whole_code(shown)):
        return
    for block in _code_blocks(shown):
        takes_more = "\n\n" in block.text.strip("\n") or block.is_prose or block.language in _TEXT_NAMES
        if block.fence and not block.is_closed and takes_more:
            yield Finding(shown.source.file_line(block.first), block.fence[:10])


def find_code_of_prose(shown: ShownText) -> Iterator[Finding]:
    """Each block of code that holds a source warning or Markdown, or sentences because its lines are indented."""
    if any(find_whole_code(shown)) or any(find_open_fences(shown)):
        return
    for block in _code_blocks(shown):
        line = shown.source.file_line(block.first)
        if warning := _WARNING_LINE.search(block.text):
            below = block.text.count("\n", 0, warning.end()) + bool(block.fence)
            yield Finding(line + below, ", so a line with ※ is not shown as a warning")
        elif block.language in _MARKDOWN_NAMES:
            yield Finding(line, ", with its Markdown signs")
        elif not block.fence and block.is_prose:
            yield Finding(line, ", because its lines begin with four spaces or a tab")


# Names of fields that texts have at their beginning, here and in other tools; those of the first line no prose has.
_TOOL_FIELDS = (
    "title|layout|lang|slug|permalink|draft|tags?|categories|aliases|translation|publish_?(?:at|date)|excerpt"
)
_FIELD_NAMES = (
    f"{_TOOL_FIELDS}|subtitle|date|category|language|locale|source|author|description|summary|channel|url|posted"
    "|published|images?|cover|keywords|type|제목|날짜|작성일|작성자|태그|카테고리|출처|언어|タイトル|日付|标题|日期|标签"
)
_VALUE = rf"[^\S\n]?[:：](?:[^\S\n]|(?=[\n{EDGE}]))[^\n{BLOCK}{EDGE}]*"
_ANY_LINE = rf"[^\W\d][\w .-]{{0,30}}{_VALUE}|[ \t-][^\n{BLOCK}{EDGE}]*"
_RULE = compile_lazily(r'<hr data-sourcepos="(\d+):')
_HEADING = compile_lazily(r'<h2 data-sourcepos="(\d+):')
_FIELDS = compile_lazily(
    rf"(?<={EDGE})(?P<first>(?i:{_FIELD_NAMES}){_VALUE})(?P<more>(?:\n(?:{_ANY_LINE}))*)(?={EDGE})"
)
_TOOL_FIELD = compile_lazily(rf"^(?i:{_TOOL_FIELDS})\s?:", re.MULTILINE)
_OTHER_FIELDS = compile_lazily(r"(?:\+\+\+|\{)\s*\"?title\"?\s*[=:]|---\s*\ntitle\s*:")
_CODE_OF_FIELDS = compile_lazily(r"\s*(?:---\s*\n)?(?:title|layout|source|translation|lang)\s*:\s")


HEADING_OF_FIELDS = compile_lazily(rf"<h[1-4]>(?i:{_FIELD_NAMES})\s?[:：]")
BEGIN_OF_FIELDS = compile_lazily(rf"<hr|<pre|<p>(?:\+\+\+|\{{|---|(?i:{_FIELD_NAMES})\s?[:：])")
# Code, numbered lists, emphasis at a digit, links to a file, and headings of fields.
RARE_TAG = compile_lazily(
    r"<(?:pre|code>|ol|em>|del>|strong>\d|/strong>\d|a href=\"[^\":/?#]+\.[A-Za-z]"
    rf"|h(?:r|[1-4]>(?i:{_FIELD_NAMES})\s?[:：]))"
)


def find_fields(shown: ShownText) -> Iterator[Finding]:
    """Each heading that is lines of fields, because a line of hyphens is below it, and fields at the beginning."""
    rules, headings = (set(map(int, pattern.findall(shown.html))) for pattern in (_RULE, _HEADING))
    for match in islice(_FIELDS.finditer(shown.text), _MAX_FOUND):
        begin = shown.text.rfind(BLOCK, 0, match.start())
        first, last = map(int, shown.text[begin + 1 : match.start() - 1].split("-"))
        is_below_rule, is_first = first - 1 in rules, not _BLOCK_MARK.sub("", shown.text[:begin]).strip()
        is_tools = "\n" in match["more"] and _TOOL_FIELD.search(match[0]) is not None
        is_heading = first in headings and last > first
        is_second = is_below_rule or is_tools or _TOOL_FIELD.match(match[0]) is not None
        if (is_heading and is_second) or (is_first and (is_tools or ("\n" in match["more"] and is_below_rule))):
            yield Finding(shown.line_at(match.start(), match["first"]), match["first"].strip())
    beginning = _BLOCK_MARK.sub("", shown.text[:400]).lstrip()
    if other := _OTHER_FIELDS.match(beginning):
        yield Finding(shown.line_at(shown.text.find(EDGE) + 1, other[0]), " ".join(other[0].split()))
    code = next(_code_blocks(shown), None)
    if code and _CODE_OF_FIELDS.match(code.text) and code.language in ("", "yaml", "yml", *_MARKDOWN_NAMES):
        yield Finding(shown.source.file_line(code.first), code.text.strip().partition("\n")[0][:40])


_LIST_IN_LIST = compile_lazily(r'<ol[^>]* data-sourcepos="(\d+):(\d+)-[^>]*>\n<li[^>]*>\n(?:<p[^>]*>)?<ol')
_NUMBERS = compile_lazily(r"\d{1,9}[.)](?:[ \t]+\d{1,9}[.)])+")


def find_dates_as_lists(shown: ShownText) -> Iterator[Finding]:
    """Each numbered item that begins with another one, as “2024. 3. 5.” does."""
    end = -1
    for match in _LIST_IN_LIST.finditer(shown.html):
        line, column = int(match[1]), int(match[2])
        if line != end and (numbers := _NUMBERS.match(shown.source.lines[line - 1], column - 1)):
            end = line
            yield Finding(shown.source.file_line(line), numbers[0])


_LIST_TAG = compile_lazily(r'<(/?)(ol|ul|li)\b(?: start="(\d+)")?(?: data-sourcepos="(\d+):(\d+)-)?')
_NUMBER = compile_lazily(r"(\d{1,9})[.)]")
NUMBERED_LINE = compile_lazily(r"\n[ \t>]*(?:[-*+][ \t]+)?(\d{1,9})[.)](?=[ \t])")


def find_numbers_changed(shown: ShownText) -> Iterator[Finding]:
    """The first item of each list that shows another number than the source has."""
    for items in _numbered_items(shown):
        written = [number for _, number in items]
        # A list that repeats its first number is a custom of Markdown: it leaves the counting to it.
        if len(set(written)) == 1:
            continue
        for (line, number), expected in zip(items, range(written[0], written[0] + len(items)), strict=True):
            if number != expected:
                yield Finding(shown.source.file_line(line), f"{number} would become {expected}")
                break


def _numbered_items(shown: ShownText) -> Iterator[list[tuple[int, int]]]:
    """The line and the number of each item, for each numbered list whose numbers are all in the source."""
    lists: list[list[tuple[int, int]] | None] = []
    for tag in _LIST_TAG.finditer(shown.html):
        if tag[1]:
            if tag[2] != "li" and lists and (items := lists.pop()):
                yield items
        elif tag[2] != "li":
            lists.append([] if tag[2] == "ol" else None)
        elif lists and (items := lists[-1]) is not None and tag[4]:
            number = _NUMBER.match(shown.source.lines[int(tag[4]) - 1], int(tag[5]) - 1)
            if number:
                items.append((int(tag[4]), int(number[1])))


EMPHASIS_AT_DIGIT = compile_lazily(r"</?(?:em|strong|del)>\d")
_EATEN = compile_lazily(r"<(?<=\d<)/?(?:em|strong|del)>\d{1,9}")
_DIGITS_BEFORE = compile_lazily(r"\d{1,9}\Z")


def find_eaten_numbers(shown: ShownText) -> Iterator[Finding]:
    """Each place at which emphasis begins or ends between two digits."""
    for match in islice(_EATEN.finditer(shown.html), _MAX_FOUND):
        before = _DIGITS_BEFORE.search(shown.html[max(0, match.start() - 9) : match.start()])
        after = match[0].partition(">")[2]
        sign = "~~" if "del" in match[0] else "**" if "strong" in match[0] else "*"
        spelling = f"{before[0] if before else ''}{sign}{after}"
        yield Finding(shown.line_in_html(match.start(), (spelling,)), spelling)


IMAGE_LINK = compile_lazily(r'<a href="([^":/?#]+\.[A-Za-z]{3,4})"[^>]*>(?!<img)')


def find_image_links(shown: ShownText) -> Iterator[Finding]:
    """Each link to an image of the post's folder: its ! is missing, or is another sign."""
    for match in islice(IMAGE_LINK.finditer(shown.html), _MAX_FOUND):
        if names_image(match[1]):
            name = unquote(unescape(match[1]))
            is_wide = shown.html[: match.start()].rstrip()[-1:] == "！"
            before = "A full-width ！ stands" if is_wide else "No ! stands directly"
            yield Finding(shown.line_in_html(match.start(), (name, match[1])), f"{before} before “{name[:30]}”")


_HEADING_BY_HYPHENS = compile_lazily(
    r'<h2 data-sourcepos="(\d+):\d+-(\d+):\d+">((?:(?!</h2>).){1,2000}(?<=[^\W\d_]{2})[.。][\"\')”’]*)</h2>', re.DOTALL
)
_HYPHENS = compile_lazily(r"[ \t>]*-+[ \t]*")
_TAG = compile_lazily(r"<[^>]*>")


def find_sentences_as_headings(shown: ShownText) -> Iterator[Finding]:
    """Each heading that ends as a sentence does and has a line of hyphens directly below it."""
    for match in islice(_HEADING_BY_HYPHENS.finditer(shown.html), _MAX_FOUND):
        lines = shown.source.lines
        # The renderer may count lines below the hyphens to the heading.
        for line in range(int(match[1]) + 1, min(int(match[2]), len(lines)) + 1):
            if _HYPHENS.fullmatch(lines[line - 1]):
                words = unescape(_TAG.sub("", match[3])).rpartition("\n")[2]
                yield Finding(shown.source.file_line(line - 1), words[-60:])
                break


_WARNING_IN_FOOTNOTE = compile_lazily(r'<li id="fn-[^"]*"[^>]*>\s*<p[^>]*>(?:<(?:strong|em|del)>)*※')


def find_warnings_in_footnotes(shown: ShownText) -> Iterator[Finding]:
    """Each footnote that begins as a source warning does."""
    for match in islice(_WARNING_IN_FOOTNOTE.finditer(shown.html), _MAX_FOUND):
        yield Finding(shown.line_in_html(match.end(), ("※",)))
