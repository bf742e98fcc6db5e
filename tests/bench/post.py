"""One generated post. It depends on the seed and its number only, so a longer corpus begins with the shorter one."""

import datetime as dt
from random import Random

from msgspec import Struct

from tests.bench import words

POSTS_A_CLINIC = 250
FIRST_DAY = dt.date(2019, 1, 1)
DAYS = (dt.date(2025, 1, 1) - FIRST_DAY).days
SEED = 7
_SEOUL = dt.timezone(dt.timedelta(hours=9))


class Clinic(Struct, frozen=True):
    """An invented clinic: its key in the inbox, its names, and the addresses of its two channels."""

    key: str
    english: str
    korean: str

    @property
    def website(self) -> str:
        return f"https://www.{self.key}.example/column"

    @property
    def blog(self) -> str:
        return f"https://blog.naver.com/{self.key.replace('-', '_')}"


class Post(Struct, frozen=True):
    """A translated post: what its front matter says, and its body in Markdown."""

    clinic: Clinic
    name: str
    title: str
    source_title: str
    channel: str
    url: str
    archive_url: str
    posted: dt.date
    translated: dt.datetime
    system: str
    excerpt: str
    tags: tuple[str, ...]
    body: str


def make_clinic(number: int) -> Clinic:
    """The clinic that post ``number`` (from 0) belongs to."""
    place = number // POSTS_A_CLINIC
    round_, place_in_round = divmod(place, len(words.CLINIC_BEGINNINGS) * len(words.CLINIC_ENDINGS))
    begins = words.CLINIC_BEGINNINGS[place_in_round % len(words.CLINIC_BEGINNINGS)]
    ends = words.CLINIC_ENDINGS[place_in_round // len(words.CLINIC_BEGINNINGS)]
    kind, kind_in_korean = words.CLINIC_KINDS[place % len(words.CLINIC_KINDS)]
    turn = str(round_ + 1) if round_ else ""
    korean = f"{words.HANGUL[begins]}{words.HANGUL[ends]}{turn}{kind_in_korean}"
    return Clinic(f"{begins}{ends}{turn}", f"{(begins + ends).title()}{turn} {kind}", korean)


def make_post(number: int, seed: int = SEED) -> Post:
    """Post ``number``, from 0."""
    chance = Random(f"{seed}:{number}")
    clinic = make_clinic(number)
    posted = FIRST_DAY + dt.timedelta(days=chance.randrange(DAYS))
    topics = tuple(chance.sample(words.TOPICS, chance.randint(2, 4)))
    title = chance.choice(words.TITLES).format(topic=topics[0])
    at = dt.datetime(2025, 2, 1, tzinfo=_SEOUL) + dt.timedelta(minutes=chance.randrange(300_000))
    return Post(
        clinic=clinic,
        name=f"{topics[0].replace(' ', '-')}-{number:06}",
        title=f"{title[0].upper()}{title[1:]}, part {number}",
        source_title=chance.choice(words.KOREAN_TITLES).format(number=number),
        channel="blog",
        url=f"{clinic.blog}/{220_000_000_000 + number}",
        archive_url=f"https://archive.example/kept/{clinic.key}/{number}",
        posted=posted,
        translated=at,
        system=chance.choice(words.SYSTEMS),
        excerpt=f"{_sentence(chance)} {_sentence(chance)}",
        tags=topics,
        body=_body(chance, clinic),
    )


def _body(chance: Random, clinic: Clinic) -> str:
    blocks = [f"Hello, this is {clinic.english}.", *(_paragraph(chance) for _ in range(chance.randint(22, 28)))]
    for place in sorted(chance.sample(range(4, len(blocks)), chance.randint(1, 2)), reverse=True):
        blocks.insert(place, f"## {chance.choice(words.HEADINGS)}")
    blocks.insert(chance.randrange(6, len(blocks)), "\n".join(f"- {_sentence(chance)}" for _ in range(3)))
    blocks.insert(chance.randrange(6, len(blocks)), f"More about it stands [in our column]({clinic.website}).")
    return "\n\n".join([*blocks, chance.choice(words.WARNINGS)]) + "\n"


def _paragraph(chance: Random) -> str:
    """Two or three short lines, as posts on blogs are broken."""
    lines = [_sentence(chance) for _ in range(chance.randint(1, 2))]
    if chance.random() < 0.3:
        lines.append(f"**{chance.choice(words.CLOSINGS)}**")
    elif chance.random() < 0.8:
        lines.append(chance.choice(words.CLOSINGS))
    return "\n".join(lines)


def _sentence(chance: Random) -> str:
    said = f"{chance.choice(words.SUBJECTS)} {chance.choice(words.VERBS)} {chance.choice(words.OBJECTS)}"
    return f"{chance.choice(words.OPENINGS)} {said}."
