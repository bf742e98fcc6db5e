"""The interface words: the same in every language but for the language."""

import re

import pytest
from msgspec.structs import fields

from colophon.language.served import served_languages
from colophon.language.words import Words, words_for
from colophon.problem import Misconfigured

WORDS = [field.name for field in fields(Words) if field.name not in ("lang", "channel_kinds")]
OTHERS = [lang for lang in served_languages() if lang != "en"]


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_there_in_every_language_with_the_same_places_to_fill(lang, word):
    here, there = getattr(words_for("en"), word), getattr(words_for(lang), word)
    assert there.strip() == there != ""
    assert sorted(re.findall(r"\{[a-z]*\}", there)) == sorted(re.findall(r"\{[a-z]*\}", here))


def test_a_language_is_served_in_the_nearest_one_there_is_or_not_at_all():
    assert words_for("en-GB") is words_for("en")
    with pytest.raises(Misconfigured):
        words_for("qaa")
