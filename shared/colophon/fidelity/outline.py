"""What a comparison needs of a text: its blocks with their values, links, figures and words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from colophon.edition.model import Edition
from colophon.fidelity.glossary import Names, Term, find_words, words_to_find
from colophon.fidelity.placed_blocks import BlockKind, find_block_lines, place_blocks
from colophon.fidelity.topics import find_topics
from colophon.fidelity.value import load_words
from colophon.fidelity.value_pairs import Values, find_word_file, read_values

# How many letters of English a Korean syllable takes: the median of sentence pairs, without spaces. Kana and Chinese
# characters take about as many.
_LETTERS_A_SYLLABLE = 1.88
_MAX_QUOTED = 80
_SYLLABLES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff가-힣]+")
_SENTENCE_END = re.compile(r"[.?!](?=[\s\"”’)]|$)|[。！？]")
# Runs of a script that is not the language's own; marks within them do not end them.
_FOREIGN = {
    "hangul": re.compile(r"[가-힣]+(?:[\s,·]+[가-힣]+)*"),
    "kana": re.compile(r"[\u3041-\u3096\u30a1-\u30fa][\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff]*"),
}
_SCRIPTS = {"ko": ("kana",), "ja": ("hangul",), "zh": ("hangul", "kana")}
# Words that are named as words: in quotes, or in brackets beside their translation.
_NAMED_WORDS = re.compile(
    r"“[^”]*”|‘[^’]*’|\"[^\"]*\"|「[^」]*」|『[^』]*』|[《〈][^》〉]*[》〉]|\([^)]*\)|（[^）]*）|'[^']*'"
)


class TextBlock(Struct, frozen=True):
    """A block as it is compared. ``number`` counts from 1 in the body; the title and the excerpt have 0.

    ``line`` is in the file, or 0 if ``add_lines`` has not found it. ``quote`` is the text's beginning. ``length`` is
    in letters of English. ``claims`` are words of advertising by their kind. ``foreign`` are runs of another script,
    ``words`` those of the names and the glossary that it has, ``clinics`` what reads as the name of a clinic,
    ``topics`` what it is about, for pairing. ``plain``: it has only values to compare.
    """

    kind: BlockKind
    number: int
    line: int = 0
    quote: str = ""
    length: float = 1.0
    sentences: int = 1
    values: Values = Values()
    links: tuple[str, ...] = ()
    figure: str = ""
    claims: Mapping[str, str] = {}
    foreign: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    clinics: tuple[str, ...] = ()
    topics: frozenset[int | str] = frozenset()
    plain: bool = True


class TextOutline(Struct, frozen=True):
    """A text in ``lang`` as it is compared: its title, its excerpt if it has one of its own, and its body's blocks."""

    lang: str
    blocks: tuple[TextBlock, ...]


def read_outline(edition: Edition, names: Names, glossary: Sequence[Term] = ()) -> TextOutline:
    """The outline of ``edition``, without lines. ``names`` are the clinic's registered ones, by language."""
    reader = OutlineReader(edition.lang, tuple(words_to_find(edition.lang, names, glossary)))
    front = edition.front_matter
    blocks = [reader.read("title", 0, front.title)]
    if front.excerpt:
        blocks.append(reader.read("excerpt", 0, front.excerpt))
    for block in place_blocks(edition.blocks):
        text = block.text
        if block.figure and block.figure in front.images:
            text = "\n".join(filter(None, (front.images[block.figure].alt or text, text.partition("\n")[2])))
        blocks.append(reader.read(block.kind, block.number, text, links=block.links, figure=block.figure))
    return TextOutline(edition.lang, tuple(blocks))


def add_lines(outline: TextOutline, edition: Edition) -> TextOutline:
    """``outline``, that of ``edition``, with the line of each block, if the edition has its source.

    That costs a second pass of the renderer. What the page leaves out is skipped; a block that is not found has line 0.
    """
    found = list(find_block_lines(edition.source)) if edition.source else []
    lines: dict[int, int] = {}
    place = 0
    for block in place_blocks(edition.blocks):
        wanted = block.figure or block.text
        if (at := next((n for n in range(place, len(found)) if found[n][0] == wanted), None)) is not None:
            lines[block.number], place = found[at][1], at + 1
    return TextOutline(outline.lang, tuple(replace(each, line=lines.get(each.number, 0)) for each in outline.blocks))


class OutlineReader(Struct, frozen=True):
    """Reads blocks of texts in ``lang``; ``words`` are the names and terms to look for."""

    lang: str
    words: tuple[str, ...] = ()

    def read(
        self,
        kind: BlockKind,
        number: int,
        text: str,
        line: int = 0,
        links: tuple[str, ...] = (),
        figure: str = "",
    ) -> TextBlock:
        """The block of ``text``."""
        claims, foreign = _find_claims(self.lang, text), tuple(_find_foreign(self.lang, text))
        words, clinics = tuple(find_words(self.words, text)), tuple(_find_clinics(self.lang, text))
        return TextBlock(
            kind,
            number,
            line,
            text if kind == "title" else text[:_MAX_QUOTED],
            measure(text),
            len(_SENTENCE_END.findall(text)) or 1,
            read_values(self.lang, text),
            links,
            figure,
            claims,
            foreign,
            words,
            clinics,
            find_topics(self.lang, text),
            not (links or claims or foreign or words or clinics),
        )


def measure(text: str) -> float:
    """How long ``text`` is in any language, in letters of English."""
    letters = "".join(text.split())
    syllables = 0 if text.isascii() else len(letters) - len(_SYLLABLES.sub("", letters))
    return len(letters) + (_LETTERS_A_SYLLABLE - 1) * syllables + 1


def _find_foreign(lang: str, text: str) -> Iterator[str]:
    if text.isascii():
        return
    plain = _NAMED_WORDS.sub("", text)
    for script in _SCRIPTS.get(lang.partition("-")[0], ("hangul", "kana")):
        yield from (found[0] for found in _FOREIGN[script].finditer(plain))


def _find_clinics(lang: str, text: str) -> Iterator[str]:
    """What reads as the name of a clinic, each once."""
    word_file = find_word_file(lang)
    pattern = _clinics(word_file) if word_file else None
    return iter(dict.fromkeys(found[0] for found in pattern.finditer(text)) if pattern else ())


@cache
def _clinics(word_file: str) -> re.Pattern[str] | None:
    pattern = load_words(word_file).get("clinics")
    return re.compile(pattern) if pattern else None


@cache
def _claims(word_file: str) -> Sequence[tuple[str, tuple[str, ...], re.Pattern[str]]]:
    """Each claim, the words of which one must be there, and its pattern for a text in small letters."""
    words = load_words(word_file)
    may_have = words.get("claim_words", {})
    return [
        (claim, tuple(may_have.get(claim, ("",))), re.compile("|".join(f"(?:{each.lower()})" for each in patterns)))
        for claim, patterns in words["claims"].items()
    ]


def _find_claims(lang: str, text: str) -> dict[str, str]:
    word_file, small = find_word_file(lang), text.lower()
    found = {}
    for claim, may_have, pattern in _claims(word_file) if word_file else ():
        if any(map(small.__contains__, may_have)) and (match := pattern.search(small)):
            found[claim] = text[match.start() : match.end()]
    return found
