"""How often something is done: 일주일에 두 번, twice a week. As many times in another period is another frequency."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from colophon.fidelity.value import Value, load_words

_LONGEST = 20


def mark_frequencies(word_file: str, values: Sequence[Value], text: str) -> Iterator[Value]:
    """``values`` of ``text``; those that say how many times in which period, with the period and the whole phrase."""
    for value in values:
        yield _mark(word_file, value, text) if value.unit == "times" or value.text.lower() == "once" else value


def _mark(word_file: str, value: Value, text: str) -> Value:
    before, after, names = _patterns(word_file)
    start, end = value.start, value.start + len(value.text)
    if before and (found := before.search(text[max(0, start - _LONGEST) : start])):
        return replace(value, period=names[found[1]], phrase=f"{found[0]}{value.text}")
    if after and (found := after.match(text, end)):
        return replace(value, period=names[found[1].lower()], phrase=f"{value.text}{found[0]}")
    return value


@cache
def _patterns(word_file: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None, Mapping[str, str]]:
    """What stands before a number of times, what stands after it, and the period of each word in them."""
    words = load_words(word_file).get("frequencies", {})
    names = {name: period for period, found in words.get("periods", {}).items() for name in found}
    listed = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    before, after = (words[side].format(periods=listed) if side in words else "" for side in ("before", "after"))
    return (
        re.compile(f"{before}$") if before else None,
        re.compile(after, re.IGNORECASE) if after else None,
        names,
    )
