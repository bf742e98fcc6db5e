"""A random history of an inbox: uploads good and bad, corrections, withdrawals, deletions, in no order at all."""

import random
import unicodedata
from collections.abc import Callable

from msgspec import Struct

from tests.emulated.uploads import SITE, Clinic, Post, edition, original, picture, withdrawal_file

CLINICS = (Clinic("sorae"), Clinic("haneul"))
POSTS = (CLINICS[0].post("cough"), CLINICS[0].post("fever"), CLINICS[1].post("sleep"))
_IMAGES = ("throat.png", unicodedata.normalize("NFC", "목.png"), unicodedata.normalize("NFD", "목.png"))


class Step(Struct, frozen=True):
    """An upload of ``content`` to ``key``, or its deletion (None)."""

    key: str
    content: bytes | None


def history(chance: random.Random, steps: int) -> list[Step]:
    """A history of ``steps`` steps that begins with a sound site and two sound clinics, in some order."""
    first_steps = [
        Step("site.yaml", SITE.encode()),
        *(Step(clinic.key, clinic.record().encode()) for clinic in CLINICS),
    ]
    drawn = [chance.choices(_KINDS, _WEIGHTS)[0](chance) for _ in range(steps)]
    opening = [*first_steps, *drawn[: steps // 3]]
    chance.shuffle(opening)
    return [*opening, *drawn[steps // 3 :]]


def _text(chance: random.Random) -> Step:
    post, lang = chance.choice(POSTS), chance.choice(("ko", "en", "ja"))
    body = "\n\n".join(f"![{name}](<{name}>)" for name in chance.sample(_IMAGES[:2], chance.randint(0, 2)))
    body += "\n\n※ Warm water only." * chance.randint(0, 1)
    more = chance.choice(("", "", "", "author: no\n", 'publish_at: "2199-01-01T00:00:00Z"\n'))
    written = original if lang == "ko" else edition
    text = written(f"Title {chance.randint(1, 3)}", body=f"Text.\n\n{body}", more=more)
    posted = chance.choice(("2026-01-15", "2026-01-20", "2026-02-03", "2025-12-31"))
    return Step(post.key(f"{lang}.md"), text.replace("posted: 2026-01-15", f"posted: {posted}").encode())


def _image(chance: random.Random) -> Step:
    content = chance.choice((picture(1), picture(2), picture(3), b"no picture"))
    return Step(chance.choice(POSTS).key(chance.choice(_IMAGES)), content)


def _withdrawal(chance: random.Random) -> Step:
    return Step(
        _withdrawal_key(chance),
        chance.choice(
            (withdrawal_file("gone"), withdrawal_file("withdrawn"), withdrawal_file("legal"), "broken: :")
        ).encode(),
    )


def _clinic(chance: random.Random) -> Step:
    clinic = chance.choice(CLINICS)
    records = (
        clinic.record(),
        clinic.record(english="Sorae Family Clinic"),
        clinic.record(status="suspended"),
        clinic.record(permission=False),
        clinic.record(status="asleep"),
    )
    return Step(clinic.key, chance.choice(records).encode())


def _site(chance: random.Random) -> Step:
    sites = (SITE, SITE.replace("Corner", "Other"), SITE.replace("ko, ja]", "ko]"), SITE.replace("url:", "address:"))
    return Step("site.yaml", chance.choice(sites).encode())


def _stray(chance: random.Random) -> Step:
    return Step(chance.choice(POSTS).key(chance.choice(("notes.docx", "en_US.md"))), b"x")


def _deletion(chance: random.Random) -> Step:
    kinds: tuple[Callable[[random.Random], Step], ...] = (_text, _image, _withdrawal, _withdrawal, _clinic, _stray)
    return Step(chance.choice(kinds)(chance).key, None)


def _withdrawal_key(chance: random.Random) -> str:
    post: Post = chance.choice(POSTS)
    files = ("withdrawal.yaml", "en.md.withdrawal.yaml", *(f"{name}.withdrawal.yaml" for name in _IMAGES))
    return chance.choice((chance.choice(CLINICS).withdrawal_key, *(post.key(file) for file in files)))


_KINDS = (_text, _image, _withdrawal, _clinic, _site, _stray, _deletion)
_WEIGHTS = (8, 6, 3, 2, 1, 1, 7)
