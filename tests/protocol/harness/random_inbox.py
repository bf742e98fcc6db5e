"""A random life of an inbox with two clinics: texts good and bad, dates to come, holds, claims, deletions."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeAlias

from msgspec import Struct

from tests.protocol.harness import contents
from tests.protocol.harness.world import NOW

OTHER = "badatga"
CLINICS = (contents.CLINIC, OTHER)
_POSTS = ("a", "b", "c")
_LANGS = ("en", "en", "ko", "ja")
_PICTURES = ("room.png", "door.png")
_DAYS = ("2026-03-02", "2026-03-02", "2026-02-27", "2025-12-30")
# How long after an upload what it says becomes due or ends.
_LATER = (timedelta(days=3), timedelta(days=10), timedelta(days=20))
# When nothing is to come any more.
LATEST = NOW + max(_LATER) + timedelta(days=1)
# A picture is no wider than this, so that a page shows one copy of it, as wide as it is.
_WIDEST = 250


class Step(Struct, frozen=True):
    """An upload of ``content`` to ``key``; its deletion, if it is None."""

    key: str
    content: bytes | None


@dataclass(frozen=True)
class RandomInbox:
    """Draws uploads. What they say of days to come lies ``later`` than ``now``."""

    random: Random
    now: Callable[[], datetime] = lambda: NOW
    later: Sequence[timedelta] = _LATER
    latest: dict[str, Step] = field(default_factory=dict)

    def draw_first_steps(self) -> list[Step]:
        """The site, both clinics and two texts, more often than not."""
        drawn = (_site, _clinic, _clinic, _text, _text)
        return [self._keep(draw(self, 1)) for draw in drawn if self.random.random() < 0.9]

    def draw_step(self, number: int) -> Step:
        """A step whose content says ``number``, or is that of the key's last upload."""
        return self._keep(self.random.choices([*_KINDS], [*_KINDS.values()])[0](self, number))

    def _keep(self, step: Step) -> Step:
        if step.content is not None:
            self.latest[step.key] = step
        return step

    def draw_moment(self) -> datetime:
        return self.now() + self.random.choice(self.later)

    def draw_folder(self) -> str:
        return f"posts/{self.random.choice(CLINICS)}/{self.random.choice(_POSTS)}/"


Draw: TypeAlias = Callable[[RandomInbox, int], Step]


def draw_steps(random: Random, count: int) -> list[Step]:
    """``count`` steps, and before them the first ones."""
    inbox = RandomInbox(random)
    return [*inbox.draw_first_steps(), *(inbox.draw_step(number) for number in range(2, count + 2))]


def _text(inbox: RandomInbox, number: int) -> Step:
    random, folder = inbox.random, inbox.draw_folder()
    lang = random.choice(_LANGS)
    key = f"{folder}{lang}.md"
    if random.random() < 0.15:
        return Step(key, contents.refused(number))
    names = random.sample([f"{clinic}/{post}" for clinic in CLINICS for post in _POSTS], random.choice([0, 0, 1, 2]))
    text = contents.edition(
        lang,
        number,
        random.choice(["", "", *_PICTURES]),
        inbox.draw_moment().isoformat() if random.random() < 0.2 else "",
        posted=random.choice(_DAYS),
        # Listings show posts of both clinics.
        post="-".join(folder.split("/")[1:3]),
        tags=random.choice([(), (), ("sleep",), ("rest", "sleep")]),
    )
    moved_from = f"moved_from: [{', '.join(names)}]\n".encode() if names else b""
    return Step(key, text.replace(b"---\n", b"---\n" + moved_from, 1))


def _picture(inbox: RandomInbox, number: int) -> Step:
    content = b"no picture" if inbox.random.random() < 0.2 else contents.drawing(number % _WIDEST)
    return Step(inbox.draw_folder() + inbox.random.choice(_PICTURES), content)


def _withdrawal(inbox: RandomInbox, number: int) -> Step:
    random, folder = inbox.random, inbox.draw_folder()
    keys = (
        f"{folder}withdrawal.yaml",
        f"{folder}{random.choice(_LANGS)}.md.withdrawal.yaml",
        f"{folder}{random.choice(_PICTURES)}.withdrawal.yaml",
        f"clinics/{random.choice(CLINICS)}/withdrawal.yaml",
    )
    kind = random.choice(["gone", "withdrawn", "legal", "hold", "hold", "broken"])
    if kind == "broken":
        return Step(random.choice(keys), b"kind: [")
    content = contents.withdrawal(kind, number, inbox.draw_moment().isoformat() if kind == "hold" else "")
    # A hold ends at most 30 days after it began.
    began = f'at: "{inbox.now().date() - timedelta(days=2)}T'.encode()
    return Step(random.choice(keys), re.sub(rb'at: "[0-9-]+T', began, content))


def _clinic(inbox: RandomInbox, number: int) -> Step:
    random = inbox.random
    record = contents.clinic(
        number,
        random.choice(["active", "active", "active", "suspended", "asleep"]),
        accepts=random.choice(["", *CLINICS]),
    )
    if random.random() < 0.1:
        record = record.replace(b"  blog:\n", b"  news:\n")
    if random.random() < 0.1:
        record = record.replace(b"permission:\n  reference: Sample\n  granted: 2025-01-01\n", b"")
    return Step(f"clinics/{random.choice(CLINICS)}/clinic.yaml", record)


def _site(inbox: RandomInbox, number: int) -> Step:
    content = contents.site(number, inbox.random.choice(["en, ko", "en, ko, ja", "en, ko, ja"]))
    return Step("site.yaml", content.replace(b"url:", b"address:") if inbox.random.random() < 0.1 else content)


def _again(inbox: RandomInbox, number: int) -> Step:
    """The last upload of a key once more, as when a folder is copied twice or a deletion is taken back."""
    return inbox.random.choice([*inbox.latest.values()]) if inbox.latest else _text(inbox, number)


def _deletion(inbox: RandomInbox, number: int) -> Step:
    drawn = (_text, _text, _text, _picture, _picture, _withdrawal, _withdrawal, _withdrawal, _clinic, _clinic, _site)
    return Step(inbox.random.choice(drawn)(inbox, number).key, None)


_KINDS: dict[Draw, int] = {
    _text: 9,
    _picture: 3,
    _withdrawal: 3,
    _clinic: 2,
    _site: 1,
    _deletion: 5,
    _again: 2,
}


def later_moments(random: Random) -> list[datetime]:
    """Moments at which the minute's sweep runs after the last upload, the last when nothing is to come any more."""
    return [NOW + random.choice(_LATER) + timedelta(minutes=1), LATEST]
