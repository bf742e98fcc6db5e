"""Quick tests that rule most texts out before a rule of the lint reads them.

Each gets the rendered HTML of a body (or the escaped text of a field) and its Markdown. Searching for one character is
many times faster than for more, so it comes first.
"""

from colophon.edition import lint_patterns as patterns
from colophon.edition.lint_blocks import (
    BEGIN_OF_FIELDS,
    EMPHASIS_AT_DIGIT,
    HEADING_OF_FIELDS,
    IMAGE_LINK,
    NUMBERED_LINE,
    RARE_TAG,
)


def has_underscores(html: str, _: str) -> bool:
    """Whether an underscore is beside a letter that needs no space between words, or is one of two."""
    return patterns.MAY_BE_UNDERSCORES.search(html) is not None


def has_tildes(html: str, _: str) -> bool:
    """Whether a tilde is one of two."""
    return "~~" in html


def has_entities(html: str, _: str) -> bool:
    """Whether an ampersand appears. The renderer writes quotation marks as entities too."""
    return "&amp;" in html or "＆" in html


def has_tags(html: str, _: str) -> bool:
    """Whether the sign that tags begin with appears."""
    return "&lt;" in html


def has_addresses(html: str, markdown: str) -> bool:
    """Whether an address appears with the sign before it."""
    return "<" in markdown and "&lt;http" in html


def has_wrong_encoding(html: str, _: str) -> bool:
    """Whether the letters with marks, which may be right, are those of a wrong encoding."""
    return patterns.WRONG_ENCODING.search(html) is not None


def has_code(html: str, markdown: str) -> bool:
    """Whether there is code."""
    return "<pre" in html or ("`" in markdown and "<code" in html)


def has_image_links(html: str, markdown: str) -> bool:
    """Whether there is a link to what may be the name of an image."""
    return "[" in markdown and IMAGE_LINK.search(html) is not None


def has_other_numbers(html: str, markdown: str) -> bool:
    """Whether the numbers of lists do not count up, or begin again more or less often than a list does."""
    if "<ol" not in html:
        return False
    numbers = [int(number) for number in NUMBERED_LINE.findall("\n" + markdown)]
    begins = sum(number != before + 1 for before, number in zip([-1, *numbers], numbers, strict=False))
    return begins != html.count("<ol") or 0 in numbers


def has_emphasis_at_digit(html: str, markdown: str) -> bool:
    """Whether emphasis begins or ends at a digit."""
    return ("*" in markdown or "~" in markdown) and EMPHASIS_AT_DIGIT.search(html) is not None


def has_fields(html: str, markdown: str) -> bool:
    """Whether fields may stand at the beginning, or in a heading that has a line of hyphens below it."""
    if BEGIN_OF_FIELDS.match(html):
        return True
    return "\n---" in markdown and HEADING_OF_FIELDS.search(html) is not None


def has_heading_by_hyphens(html: str, markdown: str) -> bool:
    """Whether a heading ends with a sign, and a line may begin with the hyphens that made it one."""
    at = html.find("</h2>") if "\n--" in markdown else -1
    while at >= 0:
        if not html[at - 1].isalnum():
            return True
        at = html.find("</h2>", at + 1)
    return False


def has_warned_footnotes(html: str, markdown: str) -> bool:
    """Whether there are footnotes, and a sign of warnings."""
    return "^" in markdown and "※" in html and 'class="footnote' in html


def has_paths(_: str, markdown: str) -> bool:
    """Whether a backslash is where paths have one."""
    return "\\" in markdown and patterns.MAY_BE_BACKSLASH.search(markdown) is not None


def has_rare_tags(html: str) -> bool:
    """Whether one of ``TAG_TESTS`` may say yes."""
    return RARE_TAG.search(html) is not None or BEGIN_OF_FIELDS.match(html) is not None


TAG_TESTS = (has_code, has_image_links, has_other_numbers, has_emphasis_at_digit, has_fields)
