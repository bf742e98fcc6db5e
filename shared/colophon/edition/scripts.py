"""Warns of text in another script than the edition's language has: what was left as it is in the original."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from colophon.edition.body import Body
from colophon.edition.model import Figure
from colophon.edition.shown_text import BLOCK, EDGE, ShownText
from colophon.language.languages import language_name
from colophon.problem import Problem
from colophon.upload.fields import FieldPath, Fields, display_value, format_path
from colophon.upload.lazy_pattern import compile_lazily

_LETTERS = {
    "Hangul": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "Kana": "\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d",
    "Han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff",
    "Latin": "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "Cyrillic": "\u0400-\u052f",
    "Thai": "\u0e01-\u0e3a\u0e40-\u0e4e",
    "Arabic": "\u0620-\u064a",
}
_CJK = ("Hangul", "Kana", "Han")
_ANY_LETTER = compile_lazily(r"[^\W\d_]")
_ANY_CJK = compile_lazily(f"[{''.join(_LETTERS[script] for script in _CJK)}]")
_FINDERS = {script: compile_lazily(f"[{letters}]") for script, letters in _LETTERS.items()}
_SHOWN_AS = {"Hangul": "Hangul", "Kana": "Japanese", "Han": "Chinese characters"}
# The script of a language, and the scripts that whole sentences of it never have. Latin is in texts of all languages.
_LANGUAGES = {
    "Latin": "af ca cs da de en es et fi fr hu id it lt lv ms nb nl no pl pt ro sk sl sv sw tl tr uz vi",
    "Cyrillic": "be bg kk ky mk mn ru uk",
    "Thai": "th",
    "Arabic": "ar",
    "Hangul": "ko",
    "Kana": "ja",
    "Han": "zh",
}
_EXPECTED = {lang: script for script, languages in _LANGUAGES.items() for lang in languages.split()}
_FOREIGN = {"Hangul": ("Kana",), "Kana": ("Hangul",), "Han": ("Hangul", "Kana")}
# Letters and signs of which a sentence has at least one. Python searches for the low byte of the code point first, so
# these are some whose low byte no common letter has.
_COMMON = {"Hangul": ("다", "는", "요", "을"), "Kana": ("を", "す", "に", "い"), "Han": ("。", "的")}
_QUOTED = compile_lazily(
    r"[(（][^()（）]{0,400}[)）]|“[^“”]{0,400}”|\"[^\"]{0,400}\"|‘[^‘’]{0,400}’|「[^「」]{0,400}」|『[^『』]{0,400}』"
    r"|[《〈«][^《》〈〉«»]{0,400}[》〉»]"
)
_LINK_TEXT = compile_lazily(r"<a [^>]*>.*?</a>", re.DOTALL)
_BLOCKQUOTE = compile_lazily(r"<blockquote.*?</blockquote>", re.DOTALL)
# In the words of a block, or in HTML, where a tag ends them.
_SENTENCE_ENDS = {
    "Hangul": compile_lazily(r"[가-힣][다요까죠오음함임됨](?:[.!?。！？…<]|\s*$)"),
    "Kana": compile_lazily(r"[。！？]|[ぁ-ん](?:<|\s*$)"),
    "Han": compile_lazily(r"[。！？]"),
}
# Fewer letters are a name. Without the end of a sentence, more may be an address. The last two are of a whole text.
_MIN_SENTENCE, _MIN_SENTENCE_IN_TEXT, _MIN_LETTERS, _MIN_TITLE, _MIN_TEXT, _MIN_OTHER_TEXT = 6, 15, 30, 4, 10, 20
# Japanese is a mixture, so its own letters are a smaller part of a text that is to be Chinese.
_MOST, _HALF, _MOST_KANA = 0.7, 0.5, 0.3
_MAX_WARNINGS = 10
_FIX = "Translate it. A name or a title that is to stay goes in parentheses or quotation marks."
_PLAIN_FIELDS = {"title", "excerpt", "alt", "note"}


def find_other_scripts(
    lang: str, fields: Fields, body: Body, texts: Iterable[tuple[FieldPath, str]]
) -> Iterator[Problem]:
    """A warning for each paragraph and title that is not in the script of ``lang``, or one for the whole text.

    ``texts`` are the fields that a page shows. Names, quotations, titles of sources and what stands in parentheses may
    be in any script.
    """
    expected = _EXPECTED.get(lang.partition("-")[0])
    if expected is None:
        return
    html, foreign = body.html, _FOREIGN.get(expected, _CJK)
    for path, text in texts:
        if path[-1] in _PLAIN_FIELDS and not text.isascii() and path[0] != "source":
            yield from _check_field(path, text, expected, foreign, fields)
    # A reference stands for any character.
    letters = html if "&" in body.source.signs else body.source.signs
    if expected not in _COMMON and not _ANY_CJK.search(letters):
        return
    yield from _check_figures(expected, foreign, body)
    suspects = [script for script in foreign if _has_common(script, letters) and _is_suspect(script, html)]
    has_expected = expected not in _COMMON or _has_common(expected, letters)
    if has_expected and not suspects:
        return
    if problem := _check_whole_text(lang, expected, suspects, body.shown):
        yield problem
    else:
        yield from _check_paragraphs(suspects, expected, body.shown)


def _has_common(script: str, html: str) -> bool:
    """A quick test: whether ``html`` holds what no sentence in ``script`` is without."""
    for character in _COMMON[script]:  # noqa: SIM110 - a generator takes longer than all that it searches
        if character in html:
            return True
    return False


def _is_suspect(script: str, html: str) -> bool:
    """A quick test: whether ``html`` holds so much of ``script`` that it may be a sentence."""
    letters = len(_FINDERS[script].findall(html))
    return letters >= _MIN_LETTERS or (letters >= _MIN_SENTENCE and _SENTENCE_ENDS[script].search(html) is not None)


def _check_whole_text(lang: str, expected: str, suspects: list[str], shown: ShownText) -> Problem | None:
    """The problem of a text that is almost wholly in another script, or None."""
    text, name = shown.text, language_name(lang, "en")
    own = _count(expected, text)
    line = shown.line_at(first.start(), "") if (first := _ANY_LETTER.search(text)) else None
    for script in suspects:
        count = _count(script, text)
        most = _MOST_KANA if (script, expected) == ("Kana", "Han") else _MOST
        if count >= _MIN_TEXT and count >= most * (count + own):
            what = f"The {name} edition is almost wholly in {_SHOWN_AS[script]}: it may be the original's text."
            fix = f"Upload the translation into {name} under this name, and the original under its own language."
            return Problem(what, fix, line=line, severity="warning")
    if own == 0 and expected in _COMMON and len(_ANY_LETTER.findall(text)) >= _MIN_OTHER_TEXT:
        what = f"The {name} edition has no {_SHOWN_AS[expected]} in its text: it may be a text in another language."
        return Problem(what, f"Upload the text in {name} under this name.", line=line, severity="warning")
    return None


def _check_paragraphs(suspects: list[str], expected: str, shown: ShownText) -> Iterator[Problem]:
    """A warning for each paragraph, heading, item or cell that is in one of the scripts ``suspects``."""
    outside_quotes = shown
    if "<blockquote" in shown.html or "<a " in shown.html:
        outside_quotes = ShownText(shown.source, _BLOCKQUOTE.sub("", _LINK_TEXT.sub(" ", shown.html)))
    text, begin, lines = outside_quotes.text, 0, dict[int, str]()
    while (begin := text.find(BLOCK, begin)) >= 0 and len(lines) < _MAX_WARNINGS:
        edge, end = text.index(EDGE, begin), text.find(BLOCK, begin + 1)
        content = _QUOTED.sub(" ", text[edge : end if end >= 0 else len(text)].strip(f"{EDGE}\n "))
        for script in suspects:
            if found := _find_sentence(script, expected, content):
                lines[outside_quotes.line_at(edge + 1, found.split("\n")[0])] = script
        begin = edge
    for line, script in lines.items():
        yield Problem(f"A paragraph is left in {_SHOWN_AS[script]}.", _FIX, line=line, severity="warning")


def _find_sentence(script: str, expected: str, text: str) -> str | None:
    """The first line of ``script`` in ``text``, if it holds a sentence of it or so much that it is no name."""
    count = _count(script, text)
    if count < _MIN_SENTENCE:
        return None
    own = _count(expected, text)
    has_end = _SENTENCE_ENDS[script].search(text) is not None
    share = _MOST_KANA if (script, expected) == ("Kana", "Han") else _HALF
    is_most = count >= share * (count + own)
    if (is_most and (has_end or count >= _MIN_LETTERS)) or (has_end and count >= _MIN_SENTENCE_IN_TEXT):
        return next((line.strip() for line in text.split("\n") if _FINDERS[script].search(line)), "")
    return None


def _check_field(
    path: FieldPath, text: str, expected: str, foreign: tuple[str, ...], fields: Fields
) -> Iterator[Problem]:
    """A warning if the title, excerpt or alternative text at ``path`` has no letter of the expected script."""
    for script in _only_in(expected, foreign, text):
        what = f"“{display_value(text)}” is in {_SHOWN_AS[script]}."
        yield Problem(what, "Translate it.", format_path(path), fields.line_of(path), "warning")


def _check_figures(expected: str, foreign: tuple[str, ...], body: Body) -> Iterator[Problem]:
    """A warning for each image of whose words no letter is of the expected script."""
    for figure in [block for block in body.blocks if type(block) is Figure]:
        for script in _only_in(expected, foreign, f"{figure.alt} {figure.caption}"):
            what = f"The words of the image “{display_value(figure.name)}” are in {_SHOWN_AS[script]}."
            yield Problem(what, "Translate them.", "", body.line_of_figure(figure.number), "warning")


def _only_in(expected: str, foreign: tuple[str, ...], text: str) -> Iterator[str]:
    """The one of the scripts ``foreign`` that ``text`` has, if it has no letter of the expected one."""
    if not text.isascii() and _FINDERS[expected].search(text) is None:
        yield from islice((script for script in foreign if _count(script, text) >= _MIN_TITLE), 1)


def _count(script: str, text: str) -> int:
    return len(_FINDERS[script].findall(text))
