"""What a comparison needs of a text: its blocks with their values, links, figures and words."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from colophon.edition.model import Edition
from colophon.fidelity.claims import find_claims, find_clinics
from colophon.fidelity.placed_blocks import BlockKind, find_block_lines, place_blocks
from colophon.fidelity.signals import CALENDAR, COUNTS, DIGITS, Signals, read_signals
from colophon.fidelity.topics import Topics
from colophon.fidelity.value_pairs import Values, find_word_file, read_values
from colophon.upload.lazy_pattern import compile_lazily

# How many letters of English a Korean syllable takes: the median of sentence pairs, without spaces. Kana and Chinese
# characters take about as many.
_LETTERS_A_SYLLABLE = 1.88
_MAX_QUOTED = 80
# What is neither one of these nor in ASCII.
_OTHER_SIGN = compile_lazily("[^\x00-\x7f\u3040-\u30ff\u3400-\u9fff가-힣]")
_SENTENCE_END = compile_lazily(r"[.?!](?=[\s\"”’)]|$)|[。！？]")
# Runs of a script that is not the language's own; marks within them do not end them.
_FOREIGN = {
    "hangul": compile_lazily(r"[가-힣]+(?:[\s,·]+[가-힣]+)*"),
    "kana": compile_lazily(r"[\u3041-\u3096\u30a1-\u30fa][\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff]*"),
}
_SCRIPTS = {"ko": ("kana",), "ja": ("hangul",), "zh": ("hangul", "kana")}
# Words that are named as words: in quotes, or in brackets beside their translation.
_NAMED_WORDS = compile_lazily(
    r"“[^”]*”|‘[^’]*’|\"[^\"]*\"|「[^」]*」|『[^』]*』|[《〈][^》〉]*[》〉]|\([^)]*\)|（[^）]*）|'[^']*'"
)
_NO_DIGITS: frozenset[Fraction] = frozenset()


class BlockLines(Struct, frozen=True, dict=True):
    """The lines of the blocks of an edition. They cost a second pass of the renderer, so they are found on demand."""

    edition: Edition

    @cached_property
    def by_number(self) -> Mapping[int, int]:
        """What the page leaves out is skipped; a block that is not found has no line."""
        source = self.edition.source
        found = list(find_block_lines(source)) if source else []
        lines: dict[int, int] = {}
        place = 0
        for block in place_blocks(self.edition.blocks):
            wanted = block.figure or block.text
            if (at := next((n for n in range(place, len(found)) if found[n][0] == wanted), None)) is not None:
                lines[block.number], place = found[at][1], at + 1
        return lines


class TextBlock(Struct, frozen=True, dict=True):
    """A block as it is compared. ``number`` counts from 1 in the body; the title and the excerpt have 0.

    What its text has is read on demand: of most blocks of a good translation little is asked.
    """

    kind: BlockKind
    number: int
    lang: str
    text: str
    links: tuple[str, ...] = ()
    figure: str = ""
    lines: BlockLines | None = None

    @property
    def line(self) -> int | None:
        """Its line in the file, if that is known."""
        return self.lines.by_number.get(self.number) if self.lines else None

    @property
    def quote(self) -> str:
        """The beginning of the text."""
        return self.text if self.kind == "title" else self.text[:_MAX_QUOTED]

    @cached_property
    def length(self) -> float:
        """In letters of English, whatever the language."""
        letters = len(self.text) - self.text.count(" ") - self.text.count("\n")
        syllables = 0 if self.text.isascii() else _count_syllables(self.text)
        return letters + (_LETTERS_A_SYLLABLE - 1) * syllables + 1

    @cached_property
    def sentences(self) -> int:
        return len(_SENTENCE_END.findall(self.text)) or 1

    @property
    def sentence_ends(self) -> list[int]:
        """Where they end, as places in the text."""
        return [found.end() for found in _SENTENCE_END.finditer(self.text)]

    @cached_property
    def values(self) -> Values:
        return read_values(self.lang, self.text)

    @property
    def digits(self) -> frozenset[Fraction]:
        """The numbers in digits."""
        return self.values.digits if self.has_digits else _NO_DIGITS

    @cached_property
    def claims(self) -> Mapping[str, str]:
        """Words of advertising, by their kind."""
        return find_claims(find_word_file(self.lang), self.text, self.signals.rules)

    @cached_property
    def clinics(self) -> tuple[str, ...]:
        """What reads as the name of a clinic, each once."""
        return find_clinics(find_word_file(self.lang), self.text, self.signals.rules)

    @cached_property
    def foreign(self) -> tuple[str, ...]:
        """Runs of another script."""
        return () if self.text.isascii() else tuple(_find_foreign(self.lang, self.text))

    @cached_property
    def signals(self) -> Signals:
        """What its words tell."""
        return read_signals(find_word_file(self.lang), self.text)

    @property
    def topics(self) -> Topics:
        """What it is about, for pairing."""
        return self.signals.topics

    @property
    def has_digits(self) -> bool:
        """Whether it has a number in digits."""
        return DIGITS in self.signals.may_have

    @property
    def may_count(self) -> bool:
        """Whether a value in words may have a unit, or count something."""
        return COUNTS in self.signals.may_have

    @property
    def has_calendar_sign(self) -> bool:
        """Whether it may name a day of the week, a week of a month or an hour."""
        return CALENDAR in self.signals.may_have


class TextOutline(Struct, frozen=True):
    """A text in ``lang`` as it is compared: its title, its excerpt if it has one of its own, and its body's blocks."""

    lang: str
    blocks: tuple[TextBlock, ...]


def read_outline(edition: Edition) -> TextOutline:
    """The outline of ``edition``."""
    front, lang, lines = edition.front_matter, edition.lang, BlockLines(edition)
    blocks = [TextBlock("title", 0, lang, front.title)]
    if front.excerpt:
        blocks.append(TextBlock("excerpt", 0, lang, front.excerpt))
    for block in place_blocks(edition.blocks):
        text = block.text
        if block.figure and block.figure in front.images:
            text = "\n".join(filter(None, (front.images[block.figure].alt or text, text.partition("\n")[2])))
        blocks.append(TextBlock(block.kind, block.number, lang, text, block.links, block.figure, lines))
    return TextOutline(lang, tuple(blocks))


def _find_foreign(lang: str, text: str) -> Iterator[str]:
    for script in _SCRIPTS.get(lang.partition("-")[0], ("hangul", "kana")):
        pattern = _FOREIGN[script]
        if pattern.search(text):
            yield from (found[0] for found in pattern.finditer(_NAMED_WORDS.sub("", text)))


def _count_syllables(text: str) -> int:
    """As the rest of all characters, which takes an eighth of the time."""
    return len(text) - len(text.encode("ascii", "ignore")) - len(_OTHER_SIGN.findall(text))
