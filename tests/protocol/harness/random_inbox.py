"""A random life of an inbox with two clinics: texts good and bad, dates to come, holds, claims, deletions."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from tests.protocol.harness import contents
from tests.protocol.harness.world import NOW

OTHER = "badatga"
CLINICS = (contents.CLINIC, OTHER)
_POSTS = ("a", "b", "c")
_LANGS = ("en", "en", "ko", "ja")
_PICTURES = ("room.png", "door.png")
_DAYS = ("2026-03-02", "2026-03-02", "2026-02-27", "2025-12-30")
# How many days after the beginning something becomes due or ends.
_LATER = (3, 10, 20)
# When nothing is to come any more.
LATEST = NOW + timedelta(days=max(_LATER) + 1)


class Step(Struct, frozen=True):
    """An upload of ``content`` to ``key``; its deletion, if it is None."""

    key: str
    content: bytes | None


def draw_steps(random: Random, count: int) -> list[Step]:
    """``count`` steps, and before them the site and both clinics, more often than not."""
    kinds = random.choices([*_KINDS], [*_KINDS.values()], k=count)
    first = [draw(random, 1) for draw in (_site, _clinic, _clinic, _text, _text) if random.random() < 0.9]
    return [*first, *(kind(random, number) for number, kind in enumerate(kinds, 2))]


def _later(random: Random) -> str:
    return (NOW + timedelta(days=random.choice(_LATER))).isoformat()


def _folder(random: Random) -> str:
    return f"posts/{random.choice(CLINICS)}/{random.choice(_POSTS)}/"


def _text(random: Random, number: int) -> Step:
    folder, lang = _folder(random), random.choice(_LANGS)
    key = f"{folder}{lang}.md"
    if random.random() < 0.15:
        return Step(key, contents.refused(number))
    names = random.sample([f"{clinic}/{post}" for clinic in CLINICS for post in _POSTS], random.choice([0, 0, 1, 2]))
    text = contents.edition(
        lang,
        number,
        random.choice(["", "", *_PICTURES]),
        _later(random) if random.random() < 0.2 else "",
        posted=random.choice(_DAYS),
        post=folder.split("/")[2],
        tags=random.choice([(), (), ("sleep",), ("rest", "sleep")]),
    )
    moved_from = f"moved_from: [{', '.join(names)}]\n".encode() if names else b""
    return Step(key, text.replace(b"---\n", b"---\n" + moved_from, 1))


def _picture(random: Random, number: int) -> Step:
    content = b"no picture" if random.random() < 0.2 else contents.drawing(number)
    return Step(_folder(random) + random.choice(_PICTURES), content)


def _withdrawal(random: Random, number: int) -> Step:
    folder, clinic = _folder(random), random.choice(CLINICS)
    keys = (
        f"{folder}withdrawal.yaml",
        f"{folder}{random.choice(_LANGS)}.md.withdrawal.yaml",
        f"{folder}{random.choice(_PICTURES)}.withdrawal.yaml",
        f"clinics/{clinic}/withdrawal.yaml",
    )
    kind = random.choice(["gone", "withdrawn", "legal", "hold", "hold", "broken"])
    if kind == "broken":
        return Step(random.choice(keys), b"kind: [")
    content = contents.withdrawal(kind, number % 9 + 1, _later(random) if kind == "hold" else "")
    # A hold ends at most 30 days after it began.
    return Step(random.choice(keys), re.sub(rb"2026-05-0[0-9]", b"2026-05-30", content))


def _clinic(random: Random, number: int) -> Step:
    clinic = random.choice(CLINICS)
    record = contents.clinic(
        number,
        random.choice(["active", "active", "active", "suspended", "asleep"]),
        accepts=random.choice(["", *CLINICS]),
    )
    if random.random() < 0.1:
        record = record.replace(b"  blog:\n", b"  news:\n")
    if random.random() < 0.1:
        record = record.replace(b"permission:\n  reference: Sample\n  granted: 2025-01-01\n", b"")
    return Step(f"clinics/{clinic}/clinic.yaml", record)


def _site(random: Random, number: int) -> Step:
    content = contents.site(number, random.choice(["en, ko", "en, ko, ja", "en, ko, ja"]))
    return Step("site.yaml", content.replace(b"url:", b"address:") if random.random() < 0.1 else content)


def _deletion(random: Random, number: int) -> Step:
    return Step(random.choice((_text, _text, _picture, _withdrawal, _withdrawal, _clinic))(random, number).key, None)


_KINDS: dict[Callable[[Random, int], Step], int] = {
    _text: 9,
    _picture: 3,
    _withdrawal: 3,
    _clinic: 2,
    _site: 1,
    _deletion: 5,
}


def later_moments(random: Random) -> list[datetime]:
    """Moments at which the minute's sweep runs after the last upload, the last when nothing is to come any more."""
    return [NOW + timedelta(days=random.choice(_LATER), minutes=1), LATEST]
