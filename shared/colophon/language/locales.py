"""The CLDR locale of a page: its language as served, or a regional form of it, as en-GB is of en."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError

from colophon.language.words import words_for

# The layer holds these forms alone (layer/locale_data.py). Other scripts and variants have the dates of the language.
_REGION = re.compile(r"[A-Z]{2}|[0-9]{3}")


@cache
def locale_for(tag: str) -> Locale:
    """The locale for readers of ``tag``: of the language that serves them, in their region if CLDR describes it.

    ``en-GB`` has its own; ``en-KR`` and ``en-Shaw`` have that of ``en``. Raises Misconfigured if no interface language
    serves ``tag``.
    """
    served = words_for(tag).lang
    region = tag.removeprefix(served)[1:].partition("-")[0]
    if _REGION.fullmatch(region):
        try:
            return Locale.parse(f"{served}-{region}", sep="-", resolve_likely_subtags=False)
        except UnknownLocaleError:
            pass
    return Locale.parse(served, sep="-")
