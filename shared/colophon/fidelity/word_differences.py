"""Names, terms, words of advertising and words of the original's script that a translation has, or should have."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from colophon.fidelity.discrepancy import Discrepancy, DiscrepancyKind, Grade, build_discrepancy
from colophon.fidelity.glossary import Names, Term, find_word, find_words, words_to_find
from colophon.fidelity.outline import TextBlock, TextOutline
from colophon.fidelity.parts import Pair
from colophon.fidelity.value import load_words
from colophon.fidelity.value_pairs import find_word_file
from colophon.upload.lazy_pattern import compile_lazily

_CLAIMS: tuple[DiscrepancyKind, ...] = ("price", "telephone", "booking", "superlative", "guarantee")
# Which letters show that something of the original was left, by the original's language.
_LETTERS = {
    "ko": compile_lazily(r"[가-힣]+(?:[\s,·]+[가-힣]+)*"),
    "ja": compile_lazily(r"[\u3041-\u3096\u30a1-\u30fa][\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff]*"),
}
# Fewer letters in one word may be a name.
_MANY_LETTERS = 6


class WordRules(Struct, frozen=True, dict=True):
    """What a comparison of two texts knows of words."""

    original: TextOutline
    translation: TextOutline
    names: Names
    glossary: Sequence[Term]

    @cached_property
    def letters(self) -> re.Pattern[str] | None:
        """What shows that something of the original was left."""
        there, here = self.original.lang, self.translation.lang
        return None if there == here else _LETTERS.get(there.partition("-")[0])

    @cached_property
    def may_stay(self) -> Sequence[str]:
        """Names that may stand in the original's script."""
        titles = (block.quote for block in self.original.blocks[:1] if block.kind == "title")
        return sorted({*self.names.values(), *titles} - {""}, key=len, reverse=True)

    @cached_property
    def terms(self) -> Sequence[tuple[str, str, tuple[str, ...]]]:
        """How the original writes each term, how the translation should, and how it may not."""
        there, here = self.original.lang, self.translation.lang
        return [] if there == here else [(term.word(there), term.word(here), term.never) for term in self.glossary]

    @cached_property
    def words(self) -> tuple[Sequence[str], Sequence[str]]:
        """The names and terms that the original has somewhere, and those of the translation."""
        there, here = (
            # No word of a text has a control character.
            list(find_words(words, "\0".join(block.text for block in outline.blocks)))
            for outline in (self.original, self.translation)
            for words in [words_to_find(outline.lang, self.names, self.glossary)]
        )
        return there, here

    def has_terms(self, pair: Pair) -> bool:
        """Whether one of the terms stands in one of the texts."""
        return bool(self.terms) and any(self.words) and any(self._find_words(pair))

    def _find_words(self, pair: Pair) -> tuple[frozenset[str], frozenset[str]]:
        """The names and terms that the blocks of each text have."""
        there, here = (
            frozenset(word for block in blocks for word in find_words(words, block.text))
            for words, blocks in zip(self.words, (pair.there, pair.here), strict=True)
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
            is_short = " " not in found and len(found) < _MANY_LETTERS
            grade: Grade = "look" if is_short or self._is_announced(block) else "differs"
            yield Discrepancy("untranslated", grade, block.number, block.line, there, None, "", found)

    def _is_announced(self, block: TextBlock) -> bool:
        """Whether ``block``, or the one before it, says that words stay as they are: for a driver, in Korean."""
        pattern = load_words(find_word_file(block.lang)).get("stays")
        near = (each for each in self.translation.blocks if each.number in (block.number - 1, block.number))
        return pattern is not None and any(re.search(pattern, each.text) for each in near if each.number)

    def find_other_words(self, pair: Pair) -> Iterator[Discrepancy]:
        """Names and terms that are not written as they should be."""
        there, here = self._find_words(pair)
        if there or here:
            yield from self._find_other_terms(pair, there, here)
        yield from self._find_other_name(pair, there, here)

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
                is_doubtful = word in self.words[1] or len(original) == 1
                grade: Grade = "look" if is_doubtful else "differs"
                yield build_discrepancy("term", grade, pair, original, "")

    def _find_other_name(
        self, pair: Pair, words_there: frozenset[str], words_here: frozenset[str]
    ) -> Iterator[Discrepancy]:
        """A name of a clinic that stands for none of the original's, where the registered one should stand."""
        name, name_here = (find_word(self.names, outline.lang) for outline in (self.original, self.translation))
        if not name or not name_here or name == name_here or name_here in words_here:
            return
        there, here = (
            [found for block in blocks for found in block.clinics if found not in name and found not in name_here]
            for blocks in (pair.there, pair.here)
        )
        if len(here) > len(there):
            resembles = [found for found in here if found.split()[0] == name_here.split()[0]]
            if name in words_there:
                yield build_discrepancy("name", "differs", pair, name, (resembles or here)[0])
            elif resembles:
                yield build_discrepancy("name", "look", pair, name, resembles[0])


def find_claims(pair: Pair) -> Iterator[Discrepancy]:
    """Words of advertising that the translation has and the original has not."""
    if any(block.claims for block in pair.here):
        for claim in _CLAIMS:
            found = next((block.claims[claim] for block in pair.here if claim in block.claims), "")
            if found and not any(claim in block.claims for block in pair.there):
                yield build_discrepancy(claim, "differs", pair, here=found)
