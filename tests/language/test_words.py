"""The interface words: the same in every language but for the language."""

import re

import pytest
from msgspec.structs import fields

from colophon.images.mark import SOURCE_TYPES
from colophon.language.served import served_languages
from colophon.language.words import Words, words_for
from colophon.listings.kinds import KINDS
from colophon.problem import Misconfigured

WORDS = [
    (field.name,) for field in fields(Words) if field.name not in ("lang", "channel_kinds", "made_kinds", "listings")
]
MADE_KINDS = [("made_kinds", kind) for kind in sorted(set(SOURCE_TYPES.values()))]
LISTING_WORDS = [("listings", kind, word) for kind, words in words_for("en").listings.items() for word in words]
OTHERS = [lang for lang in served_languages() if lang != "en"]


@pytest.mark.parametrize("lang", OTHERS)
@pytest.mark.parametrize("word", WORDS + MADE_KINDS + LISTING_WORDS, ids=" ".join)
def test_a_word_is_there_in_every_language_with_the_same_places_to_fill(lang, word):
    here, there = word_at(word, "en"), word_at(word, lang)
    assert there.strip() == there != ""
    assert sorted(re.findall(r"\{[a-z]*\}", there)) == sorted(re.findall(r"\{[a-z]*\}", here))


def word_at(path, lang):
    """The word called ``path``: one name, or "listings", a kind of them and a name."""
    found = getattr(words_for(lang), path[0])
    for name in path[1:]:
        found = found[name]
    return found


@pytest.mark.parametrize("lang", OTHERS)
def test_the_words_of_listings_are_the_same_in_every_language(lang):
    here, there = words_for("en").listings, words_for(lang).listings
    assert {kind: set(words) for kind, words in there.items()} == {kind: set(words) for kind, words in here.items()}
    assert set(here) <= {kind.name for kind in KINDS}


def test_a_language_is_served_in_the_nearest_one_there_is_or_not_at_all():
    assert words_for("en-GB") is words_for("en")
    with pytest.raises(Misconfigured):
        words_for("qaa")
