"""The rules of the lint: what a reader must not see on a page, and how to write it instead."""

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from colophon.edition import lint_patterns as patterns
from colophon.edition import quick_tests as quick
from colophon.edition.lint_blocks import (
    find_code_of_prose,
    find_dates_as_lists,
    find_eaten_numbers,
    find_fields,
    find_image_links,
    find_numbers_changed,
    find_open_fences,
    find_sentences_as_headings,
    find_warnings_in_footnotes,
    find_whole_code,
)
from colophon.edition.shown_text import Finding, ShownText
from colophon.problem import Severity


class LintRule(Struct, frozen=True):
    """One kind of mistake. Patterns for ``find`` are searched in the text that readers see.

    One of the characters ``signs``, if there are any, must be in the rendered HTML, and ``may_match`` must say yes:
    most texts fail these tests. In ``what``, ``{sign}`` is what was found. ``in_fields``: the rule is for fields too.
    """

    name: str
    signs: str
    find: re.Pattern[str] | tuple[re.Pattern[str], ...] | Callable[[ShownText], Iterable[Finding]]
    what: str
    fix: str
    severity: Severity = "warning"
    may_match: Callable[[str, str], bool] | None = None
    in_body: bool = True
    in_fields: bool = False


RULES: tuple[LintRule, ...] = (
    LintRule(
        "image",
        "[［【",
        (patterns.IMAGE, patterns.ESCAPED_IMAGE),
        "An image is written in a way that Markdown does not read, so “{sign}” would appear as text.",
        "Write ![what it shows](image-1.jpg), with the file name of an image in the folder and no space between ] "
        "and (.",
        "error",
    ),
    LintRule(
        "image link",
        "",
        find_image_links,
        "{sign}, so a link to that image would appear instead of the image.",
        "Write ![what it shows](image-1.jpg), with an ASCII ! and no space after it.",
        "error",
        may_match=quick.has_image_links,
    ),
    LintRule(
        "link",
        "[［",
        patterns.LINK,
        "A link is written in a way that Markdown does not read, so “{sign}” appears with its signs.",
        "Write [words](https://...) with plain brackets, no space or line break between ] and (, and %20 for a space "
        "in the address.",
        in_fields=True,
    ),
    LintRule(
        "address",
        "",
        patterns.ADDRESS,
        "An address appears with its signs < and >, because one with a space is no link.",
        "Write %20 for each space in the address.",
        may_match=quick.has_addresses,
    ),
    LintRule(
        "footnote",
        "[［",
        patterns.FOOTNOTE,
        "There is no footnote {sign}, so the page shows this mark as it is.",
        "Write the footnote in a paragraph of its own ([^1]: ...), or put \\ before the mark.",
    ),
    LintRule(
        "warning in a footnote",
        "",
        find_warnings_in_footnotes,
        "A footnote begins with ※, so it is not shown as a source warning.",
        "Put the line into the text, as a paragraph of its own.",
        may_match=quick.has_warned_footnotes,
    ),
    LintRule(
        "task",
        "[［",
        patterns.TASK,
        "“{sign}” appears as it is, and not as the sign of a task.",
        "Write - [ ] or - [x], with plain brackets and a space before and after them.",
    ),
    LintRule(
        "sentence as heading",
        "",
        find_sentences_as_headings,
        "“{sign}” becomes a heading, because a line of hyphens is directly below it.",
        "Put a blank line before the hyphens to show a line, or write ## before a heading and remove them.",
        may_match=quick.has_heading_by_hyphens,
    ),
    LintRule(
        "heading",
        "#＃",
        patterns.HEADING,
        "A heading's signs appear in the text (“{sign}”), because Markdown does not read them as a heading.",
        "Write ## and an ordinary space at the beginning of a line of its own. To show #, put a backslash before it.",
        in_fields=True,
    ),
    LintRule(
        "bold",
        "*＊",
        patterns.BOLD,
        "Two asterisks (**) appear in the text as they are; they did not make it bold.",
        "Write ** directly before and after the words, with a space before the first and after the second, or write "
        "\\* to show an asterisk.",
        in_fields=True,
    ),
    LintRule(
        "emphasis",
        "*",
        patterns.EMPHASIS,
        "The signs of emphasis appear in the text as they are (“{sign}”).",
        "Close the emphasis directly after a letter, with a space or punctuation behind it, or write \\* to show the "
        "sign.",
        in_fields=True,
    ),
    LintRule(
        "underscores",
        "_",
        patterns.UNDERSCORES,
        "The signs of emphasis appear in the text as they are (“{sign}”).",
        "Write *words*, with the second * directly after a letter, or \\_ to show the sign.",
        in_fields=True,
        may_match=quick.has_underscores,
    ),
    LintRule(
        "strikethrough",
        "~",
        patterns.STRIKETHROUGH,
        "Tildes appear in the text as they are (“{sign}”); they did not strike it through.",
        "Close with ~~ directly after a letter and a space behind it, or write \\~ to show a tilde.",
        in_fields=True,
        may_match=quick.has_tildes,
    ),
    LintRule(
        "fence sign",
        "`",
        patterns.FENCE,
        "Backquotes (```) appear in the text as they are.",
        "Remove them, or put them on a line of their own before and after the code.",
        in_fields=True,
    ),
    LintRule(
        "whole text in code",
        "",
        find_whole_code,
        "The whole text is a block of code, so it would appear with all its Markdown signs{sign}.",
        "Remove the lines with ``` or ~~~ around the text, or the spaces before its lines, and any words about the "
        "translation.",
        "error",
        may_match=quick.has_code,
    ),
    LintRule(
        "open fence",
        "",
        find_open_fences,
        "A block of code begins with {sign} and never ends, so it takes all the text that follows.",
        "Close it with a line of the same signs, or remove the line.",
        may_match=quick.has_code,
    ),
    LintRule(
        "prose in code",
        "",
        find_code_of_prose,
        "Text appears as a block of code{sign}.",
        "Remove the spaces before the line, or the lines with ``` around the text.",
        may_match=quick.has_code,
    ),
    LintRule(
        "table",
        "|｜",
        patterns.TABLE,
        "The lines of a table appear as text with their | signs.",
        "Give every line as many cells as the line of hyphens (| --- | --- |) below the first one, and put a blank "
        "line before the table.",
    ),
    LintRule(
        "second fields",
        "",
        find_fields,
        "Fields stand in the text a second time (“{sign}”), and would be read as its words.",
        "Remove the lines of fields below the front matter.",
        may_match=quick.has_fields,
    ),
    LintRule(
        "entity",
        "&＆",
        patterns.ENTITY,
        "“{sign}” appears in the text as it is.",
        "Write the character itself.",
        in_fields=True,
        may_match=quick.has_entities,
    ),
    LintRule(
        "escape",
        "\\",
        patterns.ESCAPE,
        "“{sign}” appears in the text as letters.",
        "Write a line break, a tab or the character itself.",
        in_fields=True,
    ),
    LintRule(
        "date as list",
        "",
        find_dates_as_lists,
        "“{sign}” becomes lists inside lists, because Markdown reads a number and a full stop as an item.",
        "Write 2024.3.5., or a backslash before each full stop (2024\\. 3\\. 5\\.).",
        may_match=quick.has_other_numbers,
    ),
    LintRule(
        "number changed",
        "",
        find_numbers_changed,
        "Markdown counts the items of a list by itself: {sign}.",
        "Number the items one by one. To keep other numbers, put a backslash before each full stop (3\\.) and a blank "
        "line between the items.",
        may_match=quick.has_other_numbers,
    ),
    LintRule(
        "sign between numbers",
        "",
        find_eaten_numbers,
        "Signs between numbers are read as emphasis and disappear ({sign}).",
        "Write × for a multiplication, or a backslash before each sign (3\\*4).",
        may_match=quick.has_emphasis_at_digit,
    ),
    LintRule(
        "backslash",
        "",
        patterns.BACKSLASH,
        "A backslash before a sign is not shown: Markdown reads it as “show this sign as it is”.",
        "Write two backslashes to show one.",
        may_match=quick.has_paths,
    ),
    LintRule(
        "lost character",
        "\ufffd",
        patterns.LOST_CHARACTER,
        "“{sign}” holds the sign U+FFFD, which stands where letters were lost.",
        "Write the missing letters, and have the file saved and cut as UTF-8.",
        in_fields=True,
    ),
    LintRule(
        "wrong encoding",
        "ÃÂâëìãåæï占锟À´µÊ‚",
        patterns.WRONG_ENCODING,
        "“{sign}” looks like letters that were read in a wrong encoding.",
        "Write the letters as they should be, and read the source as UTF-8.",
        in_fields=True,
        may_match=quick.has_wrong_encoding,
    ),
    LintRule(
        "template mark",
        "{|[",
        patterns.TEMPLATE,
        "“{sign}” is a mark of a template or a language model, and appears in the text.",
        "Remove it, or put in what it stands for.",
        in_fields=True,
    ),
    LintRule(
        "tag in a field",
        "",
        patterns.TAG,
        "“{sign}” appears as it is: fields are plain text.",
        "Remove it.",
        may_match=quick.has_tags,
        in_body=False,
        in_fields=True,
    ),
)
