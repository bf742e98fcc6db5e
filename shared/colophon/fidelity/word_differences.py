"""Names, terms, words of advertising and words of the original's script that a translation has, or should have."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from colophon.fidelity.discrepancy import Discrepancy, DiscrepancyKind, Grade, build_discrepancy
from colophon.fidelity.glossary import Names, Term, find_word, find_words, words_to_find
from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.pairs import Pair

_CLAIMS: tuple[DiscrepancyKind, ...] = ("price", "telephone", "booking", "superlative", "guarantee")
# Which letters show that something of the original was left, by the original's language.
_LETTERS = {
    "ko": re.compile(r"[가-힣]+(?:[\s,·]+[가-힣]+)*"),
    "ja": re.compile(r"[\u3041-\u3096\u30a1-\u30fa][\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff]*"),
}
# Fewer letters in one word may be a name.
_MANY_LETTERS = 6


class WordRules(Struct, frozen=True):
    """What a comparison knows of words. ``may_stay`` are names that may stand in the original's script.

    ``words_there`` and ``words_here`` are names and terms that each of the texts has somewhere.
    """

    letters: re.Pattern[str] | None
    may_stay: tuple[str, ...]
    name_there: str
    name_here: str
    terms: tuple[tuple[str, str, tuple[str, ...]], ...]
    words_there: tuple[str, ...]
    words_here: tuple[str, ...]

    @classmethod
    def choose(
        cls, original: TextOutline, translation: TextOutline, names: Names, glossary: Sequence[Term]
    ) -> "WordRules":
        """The rules for the languages of both texts."""
        there, here = original.lang, translation.lang
        titles = (block.quote for block in original.blocks[:1] if block.kind == "title")
        terms = ((term.word(there), term.word(here), term.never) for term in glossary)
        return cls(
            None if there == here else _LETTERS.get(there.partition("-")[0]),
            tuple(sorted({*names.values(), *titles} - {""}, key=len, reverse=True)),
            find_word(names, there),
            find_word(names, here),
            tuple(terms) if there != here else (),
            *(_find_in_outline(outline, names, glossary) for outline in (original, translation)),
        )

    def has_terms(self, pair: Pair) -> bool:
        """Whether one of the terms stands in one of the texts."""
        return bool(self.terms) and any(map(any, self._find_words(pair)))

    def _find_words(self, pair: Pair) -> tuple[frozenset[str], frozenset[str]]:
        """The names and terms that the blocks of each text have."""
        there, here = (
            frozenset(word for block in blocks for word in find_words(words, block.text))
            for words, blocks in ((self.words_there, pair.there), (self.words_here, pair.here))
        )
        return there, here

    def find_untranslated(self, pair: Pair, there: int) -> Iterator[Discrepancy]:
        """``there`` is the number of the original's block before."""
        for block in pair.here if self.letters else ():
            for run in block.foreign:
                yield from self._check_run(run, block, pair.there[0].number if pair.there else there)

    def _check_run(self, run: str, block: TextBlock, there: int) -> Iterator[Discrepancy]:
        for name in self.may_stay:
            run = run.replace(name, "")
        for found in self.letters.findall(run) if self.letters else ():
            grade: Grade = "differs" if " " in found or len(found) >= _MANY_LETTERS else "look"
            yield Discrepancy("untranslated", grade, block.number, block.line, there, None, "", found)

    def find_other_words(self, pair: Pair) -> Iterator[Discrepancy]:
        """Names and terms that are not written as they should be."""
        there, here = self._find_words(pair)
        if there or here:
            yield from self._find_other_terms(pair, there, here)
        if self.name_there and self.name_here and self.name_there != self.name_here:
            yield from self._find_other_name(pair, self.name_there in there, self.name_here in here)

    def _find_other_terms(self, pair: Pair, there: frozenset[str], here: frozenset[str]) -> Iterator[Discrepancy]:
        for original, word, never in self.terms:
            is_meant = original in there
            wrong = [each for each in never if each in here and each not in (word, original)]
            for each in wrong:
                yield build_discrepancy(
                    "term", "differs" if is_meant else "look", pair, original if is_meant else "", each
                )
            if is_meant and word and word not in here and not wrong:
                # Where the term stands elsewhere, a pronoun may stand here. One syllable has many meanings.
                is_doubtful = word in self.words_here or len(original) == 1
                grade: Grade = "look" if is_doubtful else "differs"
                yield build_discrepancy("term", grade, pair, original, "")

    def _find_other_name(self, pair: Pair, is_there: bool, is_here: bool) -> Iterator[Discrepancy]:
        """A name of a clinic that stands for none of the original's, where the registered one should stand."""
        there, here = (
            [name for block in blocks for name in block.clinics if not self._is_registered(name)]
            for blocks in (pair.there, pair.here)
        )
        if len(here) > len(there) and not is_here:
            resembles = [name for name in here if name.split()[0] == self.name_here.split()[0]]
            if is_there:
                yield build_discrepancy("name", "differs", pair, self.name_there, (resembles or here)[0])
            elif resembles:
                yield build_discrepancy("name", "look", pair, self.name_there, resembles[0])

    def _is_registered(self, name: str) -> bool:
        return name in self.name_there or name in self.name_here


def _find_in_outline(outline: TextOutline, names: Names, glossary: Sequence[Term]) -> tuple[str, ...]:
    # No word goes on behind a control character.
    text = "\0".join(block.text for block in outline.blocks)
    return tuple(find_words(words_to_find(outline.lang, names, glossary), text))


def find_claims(pair: Pair) -> Iterator[Discrepancy]:
    """Words of advertising that the translation has and the original has not."""
    if any(block.claims for block in pair.here):
        for claim in _CLAIMS:
            found = next((block.claims[claim] for block in pair.here if claim in block.claims), "")
            if found and not any(claim in block.claims for block in pair.there):
                yield build_discrepancy(claim, "differs", pair, here=found)
