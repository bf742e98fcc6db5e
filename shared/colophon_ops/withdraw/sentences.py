"""The sentences of an edition, and which of them can still be read in an object of the site."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from colophon.edition.blocks import html_to_text
from colophon.edition.model import Edition, Figure
from colophon.upload.keys import to_nfc

# Sentences of less weight than this are words that any page may have.
_LEAST_WEIGHT = 12
# Letters from here on (CJK) count twice: one of them says as much as two of Latin.
_WIDE_FROM = "\u2e80"
# No sentence is shorter than this, so its beginning can be looked up in a set before the slow search.
_PREFIX = _LEAST_WEIGHT // 2
_BLOCK = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|tr|t[dh]|table|blockquote|pre|div|br|hr|dl|dt|dd)\b[^>]*>")
_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
_JSON_LETTER = re.compile(r"\\u([0-9a-fA-F]{4})")


def extract_sentences(edition: Edition) -> frozenset[str]:
    """Every sentence of ``edition`` that is long enough to recognize, with those of its titles and figures."""
    return frozenset(
        sentence
        for text in (
            *_words(edition),
            *(html_to_text(stretch) for html in _html(edition) for stretch in _BLOCK.split(html)),
        )
        for sentence in (_flat(part) for part in (text, *_END.split(text)))
        if _weight(sentence) >= _LEAST_WEIGHT
    )


def readable_text(content: bytes) -> str:
    """All that a reader or a program can read in ``content``: text, attributes, strings of scripts and feeds."""
    raw = _JSON_LETTER.sub(lambda found: chr(int(found[1], 16)), content.decode("utf-8", "replace"))
    raw = raw.replace('\\"', '"').replace("\\n", " ")
    once = unescape(raw)
    return "\n".join(
        to_nfc(form) for form in (_flat(once), _flat(unescape(once)), html_to_text(raw), html_to_text(once))
    )


def find_sentences(text: str, sentences: Iterable[str]) -> Iterator[str]:
    """Those of ``sentences`` that are in ``text``, which comes from ``readable_text``."""
    prefixes = {text[start : start + _PREFIX] for start in range(len(text) - _PREFIX + 1)}
    return (sentence for sentence in sentences if sentence[:_PREFIX] in prefixes and sentence in text)


def _words(edition: Edition) -> Iterator[str]:
    front = edition.front_matter
    yield from (front.title, front.source.title, edition.excerpt)
    yield from (correction.note for correction in front.corrections)
    yield from (words.alt for words in front.images.values())
    for block in edition.blocks:
        if isinstance(block, Figure):
            yield from (block.alt, block.caption)


def _html(edition: Edition) -> Iterator[str]:
    return (block.html for block in edition.blocks if not isinstance(block, Figure))


def _flat(text: str) -> str:
    return to_nfc(" ".join(text.split()))


def _weight(sentence: str) -> int:
    return sum(1 + (letter >= _WIDE_FROM) for letter in sentence)
