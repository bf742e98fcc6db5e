"""Finds the language tag that people mean by another: en_US, zh-CN, jp, kor, Korean."""

from collections.abc import Collection, Iterator
from functools import cache

from babel import Locale, localedata
from babel.core import get_global

from colophon.language.served import served_languages

_LONGEST = 60


def nearest_language(written: str, known: Collection[str]) -> str | None:
    """The tag of ``known`` (canonical) whose language and script are those of ``written``, or None if there is none.

    ``written`` may be a tag in any spelling, with a region or an old or longer code, the code of a country, or the name
    of a language. Of several tags the one with the same region is nearest, else the shortest. Sources: RFC 5646, 2.1;
    CLDR's language aliases and likely subtags (UTS 35, part 1, 4.3), which say that zh-TW is written in zh-Hant.
    """
    for language, script, region in _readings(written[:_LONGEST]):
        near = [tag for tag in known if _maximize(tag)[:2] == (language, script)]
        if near:
            return min(near, key=lambda tag: (_maximize(tag)[2] != region, len(tag), tag))
    return None


def find_served_advice(written: str) -> str | None:
    """The interface language that ``written`` means, or None."""
    return nearest_language(written, served_languages())


def find_regional_tag(written: str, language: str) -> str | None:
    """``written`` in canonical form (``en-GB`` for ``en_gb``) if it is ``language`` in a region, but its usual one."""
    parts = _parse(written[:_LONGEST].partition(".")[0].replace("_", "-"))
    usual = _maximize(language)
    if parts[0] != usual[0] or parts[2] in ("", usual[2]):
        return None
    return "-".join(filter(None, parts))


def _readings(written: str) -> Iterator[tuple[str, str, str]]:
    """What ``written`` can mean, the most likely first: language, script and region."""
    tag = written.partition(".")[0].replace("_", "-")
    yield _maximize(tag)
    first = tag.partition("-")[0]
    if len(first) == 2 and not localedata.exists(first.lower()):
        # The code of a country where that of its language belongs: jp, kr, cn.
        yield _maximize(f"und-{first}")
    if name := _find_language_by_name(tag):
        yield _maximize(name)


@cache
def _maximize(tag: str) -> tuple[str, str, str]:
    """Language, script and region of ``tag``, filled in by CLDR's likely subtags."""
    language, script, region = _parse(tag)
    likely = get_global("likely_subtags")
    for parts in ((language, script, region), (language, region), (language, script), (language,), ("und", script)):
        if all(parts) and parts != ("und",) and (found := likely.get("_".join(parts))):
            full = found.split("_")
            return full[0] if language == "und" else language, script or full[1], region or full[2]
    if language == "und" and region in Locale("en").territories:
        # CLDR leaves out what follows from its entry for no subtags at all.
        full = likely["und"].split("_")
        return full[0], full[1], region
    return language, script, region


def _parse(tag: str) -> tuple[str, str, str]:
    """Language, script and region of ``tag`` in canonical case, with their current codes; empty if not given."""
    first, *others = tag.split("-")
    language, script, region = first.lower(), "", ""
    for part in others:
        if len(part) == 1:
            # Extensions and private use follow (RFC 5646, 2.2.6).
            break
        if len(part) == 4 and part.isalpha() and not script:
            script = part.title()
        elif (len(part) == 2 and part.isalpha()) or (len(part) == 3 and part.isdigit()):
            region = region or part.upper()
        elif len(part) == 3 and part.isalpha() and not script and not region:
            # An extended language subtag, which stands for itself (RFC 5646, 2.2.2).
            language = part.lower()
    language, _, implied = get_global("language_aliases").get(language, language).partition("_")
    aliases = get_global("territory_aliases").get(region, [region])
    return language, script or (implied if len(implied) == 4 else ""), aliases[0]


def _find_language_by_name(written: str) -> str:
    """The tag of the language that has the name ``written`` in an interface language; empty if none has."""
    words = _words_of(written)
    for reader in served_languages():
        for code, name in Locale.parse(reader, sep="-").languages.items():
            if _words_of(name) == words:
                return str(code).replace("_", "-")
    return ""


def _words_of(name: str) -> frozenset[str]:
    return frozenset(name.casefold().replace("-", " ").replace("(", " ").replace(")", " ").split())
