"""Names and directions of languages, from Unicode CLDR through Babel."""

from functools import cache

from babel import Locale, UnknownLocaleError


@cache
def language_name(tag: str, reader: str) -> str:
    """The name of the language ``tag`` in the language ``reader``, or the tag itself if CLDR has no name."""
    locale, reader_locale = _find_locale(tag), _find_locale(reader)
    if locale is None or reader_locale is None:
        return tag
    return str(locale.get_display_name(reader_locale) or tag)


@cache
def own_name(tag: str) -> str:
    """The name of ``tag`` in the language itself, as specific as CLDR has it: 简体中文 for ``zh-Hans``."""
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
