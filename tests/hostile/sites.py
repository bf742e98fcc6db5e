"""Whole sites with hostile words in their fields: built as a command builds them, compared with one of plain words."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from colophon.problem import Refused
from colophon_ops.build.plan import make_plan
from colophon_ops.build.site import build_whole_site
from tests.decision.in_memory import Drawings, InMemoryInbox
from tests.hostile.comparison import Difference, Site, compare, find_bad_addresses
from tests.hostile.inbox import Field, Inbox
from tests.hostile.words import ADDRESSES, WORDS

NOW = datetime(2026, 6, 1, tzinfo=UTC)
# Hostile in every context: text, an attribute in either quote, a character reference, a script element, which also ends
# at a space.
POLYGLOT = "\"><img src=x onerror=pwned()>'&lt;b</script x>"
_POLYGLOT_ADDRESS = "{}'&lt;x&copy=x"


@dataclasses.dataclass
class SiteCheck:
    """The result for words in fields. ``taken`` and ``refused`` count pairs of a field and a word."""

    taken: Counter[str] = dataclasses.field(default_factory=Counter)
    refused: Counter[str] = dataclasses.field(default_factory=Counter)
    pages: int = 0
    differences: list[Difference] = dataclasses.field(default_factory=list)
    changed: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: "SiteCheck") -> None:
        self.taken += other.taken
        self.refused += other.refused
        self.pages += other.pages
        self.differences += other.differences
        self.changed += other.changed


class Sites:
    """Builds sites from the small inbox, in memory."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.plain = self.build({})

    def build(self, words: Mapping[Field, str]) -> Site:
        """The site of the inbox with ``words``."""
        steps = self.inbox.steps(words)
        plan = make_plan(step.key for step in steps)
        built = build_whole_site(plan, InMemoryInbox(steps), NOW, Drawings())
        return {each.key: each.content for each in built.objects}

    def printed(self, field: Field) -> list[str]:
        """The files of the plain site that show the word of ``field``."""
        word = mark_of(self.inbox.plain[field])
        return [name for name, content in self.plain.items() if word.encode() in content]

    def check(self, words: Mapping[Field, str], plain: Site | None = None) -> SiteCheck:
        """Build the site with those of ``words`` that readers accept, and compare it with the site of plain words.

        ``plain`` replaces the latter.
        """
        checked, shown = SiteCheck(), dict[str, str]()
        taken = dict(self._read_words(words, checked, shown))
        site, before = self.build(taken), plain or self.plain
        checked.pages += len(site)
        checked.differences += compare(before, site, shown)
        checked.differences += find_bad_addresses(
            {name: each for name, each in site.items() if each != before.get(name)}
        )
        return checked

    def _read_words(
        self, words: Mapping[Field, str], checked: SiteCheck, shown: dict[str, str]
    ) -> Iterator[tuple[Field, str]]:
        """The words that readers accept. ``shown`` gets what pages show of each, by the plain word of its field."""
        for field, word in words.items():
            if not self.inbox.fits(field, word):
                continue
            try:
                read = self.inbox.read_word(field, word)
            except Refused:
                checked.refused[field.name] += 1
                continue
            if not read:
                # A text that shows nothing is left out, and the page may use another one instead.
                continue
            checked.taken[field.name] += 1
            shown[self.inbox.plain[field]] = read
            if is_common(word) and read != word:
                checked.changed.append(f"{field.name}: {word!r} is read as {read!r}")
            yield field, word

    def rotations(self, more: Sequence[str] = ()) -> int:
        """The number of rotations after which each field has had each word, with those of ``more``."""
        return len(WORDS) + len(more)

    def rotate(self, number: int, more: Sequence[str] = ()) -> Mapping[Field, str]:
        """The words of rotation ``number``, a different one for each field."""
        all_words = (*WORDS, *more)
        words = {
            field: ADDRESSES[(number + place) % len(ADDRESSES)].replace("{}", plain)
            if is_address(plain)
            else all_words[(number + place) % len(all_words)]
            for place, (field, plain) in enumerate(self.inbox.plain.items())
        }
        left_out = {field for field in words if _repeats_title(field, words) or _is_term_of_text(field, words)}
        return {field: word for field, word in words.items() if field not in left_out}

    def polyglots(self) -> Iterator[tuple[Field, str]]:
        """Each printed field, with a word that is hostile in every context."""
        for field, plain in self.inbox.plain.items():
            if self.printed(field):
                yield field, (_POLYGLOT_ADDRESS if is_address(plain) else f"{{}}{POLYGLOT}").replace("{}", plain)


def _repeats_title(field: Field, words: Mapping[Field, str]) -> bool:
    """Whether ``field`` is an alternative text that begins like the title: pages leave it out."""
    title = words.get(Field(field.document, ("title",)), "")
    return field.path[-1] == "alt" and words[field].casefold().startswith(title.casefold())


def _is_term_of_text(field: Field, words: Mapping[Field, str]) -> bool:
    """Whether ``field`` is a word of the glossary that another field has: the page may say that a term is missing."""
    others = (word for other, word in words.items() if other.document != "glossary")
    return field.document == "glossary" and any(words[field] in word for word in others)


def mark_of(plain: str) -> str:
    """The word in ``plain`` that no other field has."""
    found = re.search(r"zq[a-z]{2}word", plain)
    assert found
    return found[0]


def is_address(plain: str) -> bool:
    return plain.startswith("https://")


def is_common(word: str) -> bool:
    """Whether readers must keep ``word`` unchanged: plain ASCII, with single spaces only between characters."""
    return word.isascii() and word.isprintable() and word == " ".join(word.split())
