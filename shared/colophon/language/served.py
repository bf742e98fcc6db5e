"""The interface languages: those in which pages can be, with their notices and interface words.

To add one, write ``language/words/<lang>.yaml`` and ``notices/<lang>.yaml``, and nothing else.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files


@cache
def served_languages() -> tuple[str, ...]:
    """The tags of all interface languages, sorted: those with a file of interface words."""
    # Notices are a package above this one, so their files are not listed here. A test compares the two folders.
    names = (entry.name for entry in (files("colophon.language") / "words").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@lru_cache(maxsize=256)
def find_served_language(tag: str) -> str | None:
    """The interface language that serves readers of ``tag`` (BCP 47, canonical case), or None.

    Subtags are dropped from the end until one fits, as in RFC 4647, 3.4 (Lookup): ``en-GB`` is served in ``en``,
    ``zh-Hans-CN`` in ``zh-Hans``. Chinese without a script is not served: ``zh-TW`` must not get ``zh-Hans``.
    """
    return next((each for each in lookup_tags(tag) if each in served_languages()), None)


def find_text(texts: Mapping[str, str], tag: str) -> str:
    """The text of ``texts``, given by language, for readers of ``tag``, by the same lookup; empty if none fits."""
    return next((texts[each] for each in lookup_tags(tag) if texts.get(each)), "")


@lru_cache(maxsize=256)
def lookup_tags(tag: str) -> tuple[str, ...]:
    """``tag``, then without its last subtag, and so on."""
    subtags = tag.split("-")
    return tuple("-".join(subtags[:length]) for length in range(len(subtags), 0, -1)) if tag else ()
