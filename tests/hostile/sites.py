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
from tests.hostile.compared import Difference, Site, compare, find_bad_addresses
from tests.hostile.documents import Field, Inbox
from tests.hostile.words import ADDRESSES, WORDS

NOW = datetime(2026, 6, 1, tzinfo=UTC)
# Says what it is in every context: text, an attribute in either quote, a script element, a character reference.
SPEAKING = "\"><img src=x onerror=pwned()>'&lt;b</script>"
_SPEAKING_ADDRESS = "{}'&lt;x&copy=x"


@dataclasses.dataclass
class Judged:
    """What was seen of words in fields. ``taken`` and ``refused`` count pairs of a field and a word."""

    taken: Counter[str] = dataclasses.field(default_factory=Counter)
    refused: Counter[str] = dataclasses.field(default_factory=Counter)
    pages: int = 0
    differences: list[Difference] = dataclasses.field(default_factory=list)
    changed: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: "Judged") -> None:
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

    def judge(self, words: Mapping[Field, str], plain: Site | None = None, judged: Judged | None = None) -> Judged:
        """Write ``words`` into their fields, those that readers take, and judge the site.

        ``plain`` is what it is compared with, if not the site of plain words.
        """
        judged = judged or Judged()
        taken: dict[Field, str] = {}
        shown: dict[str, str] = {}
        for field, word in words.items():
            if not self.inbox.fits(field, word):
                continue
            try:
                read = self.inbox.read_word(field, word)
            except Refused:
                judged.refused[field.name] += 1
                continue
            judged.taken[field.name] += 1
            taken[field], shown[self.inbox.plain[field]] = word, read
            if is_common(word) and read != word:
                judged.changed.append(f"{field.name}: {word!r} is read as {read!r}")
        site = self.build(taken)
        judged.pages += len(site)
        before = plain or self.plain
        judged.differences += compare(before, site, shown)
        judged.differences += find_bad_addresses(
            {name: each for name, each in site.items() if each != before.get(name)}
        )
        return judged

    def rotations(self, more: Sequence[str] = ()) -> int:
        """After so many rotations each field has had each word, those of ``more`` too."""
        return len(WORDS) + len(more)

    def rotate(self, number: int, more: Sequence[str] = ()) -> Mapping[Field, str]:
        """The words of rotation ``number``: another one for each field."""
        all_words = (*WORDS, *more)
        words = {
            field: ADDRESSES[(number + place) % len(ADDRESSES)].replace("{}", plain)
            if is_address(plain)
            else all_words[(number + place) % len(all_words)]
            for place, (field, plain) in enumerate(self.inbox.plain.items())
        }
        return {field: word for field, word in words.items() if not _repeats_title(field, words)}

    def speaking(self) -> Iterator[tuple[Field, str]]:
        """Each field that is printed, with what is hostile in every context."""
        for field, plain in self.inbox.plain.items():
            if self.printed(field):
                yield field, (_SPEAKING_ADDRESS if is_address(plain) else f"{{}}{SPEAKING}").replace("{}", plain)


def _repeats_title(field: Field, words: Mapping[Field, str]) -> bool:
    """Whether the word is that of an alternative text that begins as the title: pages leave it out."""
    title = words.get(Field(field.document, ("title",)), "")
    return field.path[-1] == "alt" and words[field].casefold().startswith(title.casefold())


def mark_of(plain: str) -> str:
    """The word that is in no other field."""
    found = re.search(r"zq[a-z]{2}word", plain)
    assert found
    return found[0]


def is_address(plain: str) -> bool:
    return plain.startswith("https://")


def is_common(word: str) -> bool:
    """Whether no reader may change ``word`` in any way: plain ASCII, without white space at an end or in a row."""
    return word.isascii() and word.isprintable() and word == " ".join(word.split())
