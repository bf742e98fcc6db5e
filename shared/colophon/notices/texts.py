"""The texts of the notices: read from one file per language, filled in for one page."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

import yaml
from msgspec import Struct

from colophon.language.served import find_served_language
from colophon.problem import Misconfigured


class Notice(Struct, frozen=True):
    """One statement in one language, as a reader sees it: a text, or a link (with its ``href``), or both.

    ``heading`` is the title of a tombstone. ``version`` goes up when the wording changes.
    """

    id: str
    version: int
    lang: str
    text: str = ""
    link: str = ""
    href: str = ""
    heading: str = ""

    @property
    def full_text(self) -> str:
        """The text with the words of the link."""
        return f"{self.text} {self.link}" if self.text and self.link else self.text or self.link


class Wording(Struct, frozen=True):
    """One entry of a notice file: the words, with names of values in braces."""

    version: int
    text: str = ""
    link: str = ""
    heading: str = ""


class PlatformWords(Struct, frozen=True):
    """What a post on a platform is called (``post``), and where it is (``place``)."""

    post: str
    place: str


class DifferenceWords(Struct, frozen=True):
    """What a difference from the original is called, by kind of discrepancy; how one kind is written with its number,
    and what stands between two."""

    kinds: Mapping[str, str]
    each: str
    separator: str


class NoticeFile(Struct, frozen=True):
    """``<lang>.yaml``: notices by id, platforms by kind of channel, kinds of differences, and words that no notice may
    hold.

    ``scopes`` names what a person can have reviewed; ``separator`` stands between several of them.
    """

    lang: str
    wordings: Mapping[str, Wording]
    platforms: Mapping[str, PlatformWords]
    scopes: Mapping[str, str]
    separator: str
    differences: DifferenceWords
    forbidden: tuple[str, ...]


def make_notice(notice_id: str, tag: str, href: str = "", **values: str | int) -> Notice:
    """The notice ``notice_id`` for readers of ``tag``, filled in with ``values``.

    A notice with words for a link needs an ``href``. Raises Misconfigured if a text or a value is missing.
    """
    filled = _fill_wording(notice_id, tag, bool(href), **values)
    return (
        Notice(filled.id, filled.version, filled.lang, filled.text, filled.link, href, filled.heading)
        if href
        else filled
    )


@lru_cache(maxsize=1024)
def _fill_wording(notice_id: str, tag: str, linked: bool, **values: str | int) -> Notice:
    """The notice without its address, and so the same on many pages that link to different addresses."""
    file = _load_file_for(tag)
    if notice_id not in file.wordings:
        raise Misconfigured(f"There is no notice “{notice_id}” in {file.lang}.")
    wording = file.wordings[notice_id]
    if bool(wording.link) != linked:
        raise Misconfigured(
            f"The notice “{notice_id}” in {file.lang} has a link but no address, or an address but no link."
        )
    try:
        text, link = wording.text.format_map(values), wording.link.format_map(values)
    except KeyError as missing:
        raise Misconfigured(f"The notice “{notice_id}” in {file.lang} needs a value for {missing}.") from missing
    return Notice(notice_id, wording.version, file.lang, text, link, heading=wording.heading)


@lru_cache(maxsize=256)
def platform_words(kind: str, tag: str, source_language: str) -> PlatformWords:
    """The words in ``tag`` for a post on a platform of ``kind``; ``source_language`` is the name of its language."""
    phrases = _load_file_for(tag).platforms.get(kind)
    if phrases is None:
        raise Misconfigured(f"The notices have no words in {tag} for a channel of the kind “{kind}”.")
    return PlatformWords(phrases.post.format(source_language=source_language), phrases.place)


def scope_words(scopes: Sequence[str], tag: str) -> str:
    """What a review was about, in ``tag``. A text that is none of the known scopes stands as it is."""
    file = _load_file_for(tag)
    return file.separator.join(file.scopes.get(scope, scope) for scope in scopes)


def list_differences(counts: Mapping[str, int], tag: str) -> str:
    """How many differences of each kind there are, in words: "numbers (2), links (1)". Other kinds are one."""
    words = _load_file_for(tag).differences
    by_name: dict[str, int] = {}
    for kind, count in counts.items():
        name = words.kinds.get(kind, words.kinds["other"])
        by_name[name] = by_name.get(name, 0) + count
    return words.separator.join(words.each.format(kind=name, count=count) for name, count in by_name.items())


@cache
def load_notice_file(lang: str) -> NoticeFile:
    """All the notice texts of ``lang``, an interface language. Raises Misconfigured if the file is not complete."""
    try:
        content = yaml.load((files("colophon.notices") / f"{lang}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
        wordings = {notice_id: Wording(**fields) for notice_id, fields in content["notices"].items()}
        platforms = {kind: PlatformWords(**phrases) for kind, phrases in content["platforms"].items()}
        scopes, separator = {**content["scopes"]}, content["separator"]
        differences = DifferenceWords(**content["differences"])
        forbidden = tuple(word.lower() for word in content["forbidden"])
    except (FileNotFoundError, KeyError, TypeError, AttributeError) as wrong:
        raise Misconfigured(f"The notice file of {lang} is missing or not complete: {wrong}.") from wrong
    _check_wordings(lang, wordings, forbidden)
    return NoticeFile(lang, wordings, platforms, scopes, separator, differences, forbidden)


def _check_wordings(lang: str, wordings: Mapping[str, Wording], forbidden: tuple[str, ...]) -> None:
    for notice_id, wording in wordings.items():
        text = f"{wording.heading}\n{wording.text}\n{wording.link}".lower()
        if said := [word for word in forbidden if word in text]:
            raise Misconfigured(f"The notice “{notice_id}” in {lang} says “{said[0]}”, which no notice may say.")


def _load_file_for(tag: str) -> NoticeFile:
    served = find_served_language(tag)
    if served is None:
        raise Misconfigured(f"There are no notices for readers of “{tag}”, so no page can be made in it.")
    return load_notice_file(served)
