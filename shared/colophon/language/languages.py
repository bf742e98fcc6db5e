"""Names and directions of languages, from Unicode CLDR through Babel."""

from functools import cache

from babel import Locale, UnknownLocaleError

from colophon.language.locales import locale_for
from colophon.language.served import find_served_language


@cache
def language_name(tag: str, reader: str) -> str:
    """The name of the language ``tag`` in the language ``reader``, or the tag itself if CLDR has no name."""
    locale, reader_locale = _find_locale(tag), _find_locale_with_data(reader)
    if locale is None or reader_locale is None:
        return tag
    return str(locale.get_display_name(reader_locale) or tag)


@cache
def own_name(tag: str) -> str:
    """The name of ``tag`` in the language itself, as specific as CLDR has it: 简体中文 for ``zh-Hans``."""
    locale = _find_locale_with_data(tag)
    whole = locale.languages.get(tag.replace("-", "_")) if locale else None
    return str(whole or language_name(tag, tag))


@cache
def direction(tag: str) -> str:
    """``ltr`` or ``rtl``."""
    locale = _find_locale_with_data(tag)
    return str(locale.text_direction) if locale else "ltr"


def _find_locale(tag: str) -> Locale | None:
    """The locale of ``tag`` or, if CLDR has none, of the most of it that has one: of ``en-KR`` that of ``en``."""
    while tag:
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            tag = tag.rpartition("-")[0]
    return None


def _find_locale_with_data(tag: str) -> Locale | None:
    """The layer has the data of the languages in which pages can be. Of others it has the names."""
    return locale_for(tag) if find_served_language(tag) else _find_locale(tag)
