"""The interface words of pages: one file per language."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from msgspec import Struct

from colophon.language.served import find_served_language
from colophon.problem import Misconfigured


class Words(Struct, frozen=True):
    """The words of one language. ``month`` and ``month_name`` are CLDR date patterns.

    Templates fill in the words in braces, and dates those of ``instant``. Counts are phrased so that no language needs
    plural forms. ``channel_kinds`` are the names of platforms, by kind; ``made_kinds`` are what ``how`` stands for, in
    sentences about how an image was made. A word that ends in ``_original`` is
    for listings in the original language, which hold no translations. ``listings`` are words that only one kind of
    listings uses, by the kind's name.
    """

    lang: str
    month: str
    instant: str
    og_locale: str
    about_translation: str
    about_archive: str
    about_source: str
    about_source_and_system: str
    clinic: str
    posted: str
    translated: str
    system: str
    source_title: str
    corrections: str
    warning: str
    difference: str
    difference_title: str
    difference_values: str
    difference_missing: str
    difference_added: str
    difference_untranslated: str
    difference_order: str
    difference_note: str
    beside_show: str
    beside_note: str
    beside_hide: str
    original_of_block: str
    none_in_original: str
    none_in_translation: str
    figure: str
    illustration: str
    procedure: str
    credit: str
    image_withdrawn: str
    image_absent: str
    made_file: str
    made_stated: str
    made_stated_otherwise: str
    made_credentials: str
    made_kinds: Mapping[str, str]
    footnotes: str
    back_to_text: str
    task_done: str
    task_open: str
    read_on: str
    in_month: str
    archive_link: str
    archive_link_original: str
    profile_link: str
    other_languages: str
    neighbours: str
    newer: str
    older: str
    related: str
    contact: str
    skip: str
    languages: str
    breadcrumb: str
    home: str
    feeds: str
    about_listing: str
    about_listing_original: str
    translated_posts: str
    archived_posts: str
    newest: str
    by_month: str
    topics: str
    topic: str
    clinic_count: str
    post_count: str
    month_name: str
    all_clinics: str
    no_posts: str
    no_clinics: str
    to_home: str
    not_found: str
    profile: str
    registered_names: str
    registration: str
    channels: str
    channels_note: str
    no_channels: str
    channel_kinds: Mapping[str, str]
    search: str
    search_found: str
    search_first: str
    search_none: str
    search_more: str
    search_failed: str
    search_all: str
    search_all_failed: str
    search_everywhere: str
    search_meant: str
    listings: Mapping[str, Mapping[str, str]]


def words_for(tag: str) -> Words:
    """The words for readers of ``tag``. Raises Misconfigured if no interface language serves them."""
    lang = find_served_language(tag)
    if lang is None:
        raise Misconfigured(f"There are no interface words for readers of “{tag}”.")
    return _load_words(lang)


@cache
def _load_words(lang: str) -> Words:
    text = (files("colophon.language") / "words" / f"{lang}.yaml").read_bytes()
    try:
        return Words(lang=lang, **yaml.load(text, Loader=yaml.CSafeLoader))
    except TypeError as wrong:
        raise Misconfigured(f"The interface words in {lang} are not complete: {wrong}.") from wrong
