"""The interface words of a page: one catalogue per language."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from colophon.notices.languages import notice_language
from colophon.problem import Misconfigured


@dataclass(frozen=True, slots=True)
class Words:
    """A catalogue. ``date``, ``month`` and ``instant`` are CLDR date patterns; ``figure`` holds ``{number}``."""

    lang: str
    date: str
    month: str
    instant: str
    og_locale: str
    about_translation: str
    about_archive: str
    clinic: str
    posted: str
    translated: str
    system: str
    source_title: str
    corrections: str
    warning: str
    figure: str
    illustration: str
    procedure: str
    credit: str
    image_withdrawn: str
    image_absent: str
    read_on: str
    archive_link: str
    archive_link_original: str
    profile_link: str
    other_languages: str
    contact: str


def words_for(tag: str) -> Words:
    """The words for readers of the language ``tag``. Raises Misconfigured where there are none."""
    lang = notice_language(tag)
    if lang is None:
        raise Misconfigured(f"There are no interface words for readers of “{tag}”.")
    return _catalogue(lang)


@cache
def _catalogue(lang: str) -> Words:
    text = (files("colophon.page") / "words" / f"{lang}.yaml").read_bytes()
    try:
        return Words(lang=lang, **yaml.load(text, Loader=yaml.CSafeLoader))
    except TypeError as wrong:
        raise Misconfigured(f"The interface words in {lang} are not complete: {wrong}.") from wrong
