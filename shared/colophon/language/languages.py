"""The names of languages, and which way they run, from Unicode CLDR by way of Babel."""

from functools import cache

from babel import Locale, UnknownLocaleError


@cache
def language_name(tag: str, reader: str) -> str:
    """What readers of ``reader`` call the language ``tag``; the tag itself where CLDR has no name for it."""
    locale, reader_locale = _find_locale(tag), _find_locale(reader)
    if locale is None or reader_locale is None:
        return tag
    return str(locale.get_display_name(reader_locale) or tag)


@cache
def own_name(tag: str) -> str:
    """What its own speakers call the language ``tag``; by one name where CLDR has it, as 简体中文 for ``zh-Hans``."""
    locale = _find_locale(tag)
    whole = locale.languages.get(tag.replace("-", "_")) if locale else None
    return str(whole or language_name(tag, tag))


@cache
def direction(tag: str) -> str:
    """``ltr`` or ``rtl``."""
    locale = _find_locale(tag)
    return str(locale.text_direction) if locale else "ltr"


def _find_locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
