"""The uploads of the loads: posts of a few lines, each with its own words, and photos of a phone's shape."""

import datetime as dt
from functools import cache
from io import BytesIO

from msgspec import Struct
from PIL import Image

from tests.emulated.uploads import Clinic

_FIRST_DAY = dt.date(2021, 1, 1)
_DAYS = 1_500
_SENTENCES = 40


class LoadPost(Struct, frozen=True):
    """Post ``number`` of ``clinic``. Its day is spread over years, unless ``day`` says it."""

    clinic: Clinic
    number: int
    day: dt.date | None = None

    @property
    def name(self) -> str:
        # ``observer`` knows a post's page by this.
        return f"post-{self.number:05}"

    @property
    def text_key(self) -> str:
        return f"posts/{self.clinic.name}/{self.name}/en.md"

    @property
    def image_key(self) -> str:
        return f"posts/{self.clinic.name}/{self.name}/photo.jpg"

    @property
    def page_key(self) -> str:
        return f"en/{self.clinic.name}/{self.name}/index.html"

    @property
    def title(self) -> str:
        return f"How post {self.number} of {self.clinic.name} came about"

    def text(self, *, image: bool = False, said: str = "") -> str:
        """The edition; ``said`` is a sentence of its own, which makes another version of it."""
        posted = self.day or _FIRST_DAY + dt.timedelta(days=self.number * 7 % _DAYS)
        sentences = [
            f"Sentence {place} of post {self.number} speaks of rest and warm water." for place in range(_SENTENCES)
        ]
        body = "\n\n".join([*sentences, *([said] if said else []), *(["![A photo](photo.jpg)"] if image else [])])
        return (
            f"---\ntitle: {self.title}\nsource:\n  channel: blog\n"
            f"  url: https://blog.naver.com/sorae_note/{223_000_000_000 + self.number}\n  posted: {posted}\n"
            f"  title: 오래가는 기침 {self.number}\n"
            'translation: {at: "2026-02-01T09:00:00+09:00", system: sample-mt 1}\n'
            f"---\n\n{body}\n"
        )


def photo(number: int) -> bytes:
    """Photo ``number``; each has bytes of its own."""
    return _draw_photo() + f"photo {number}".encode()


@cache
def _draw_photo() -> bytes:
    """Blocks of a few colours: a copy of it takes little of the processor, which the load is not about."""
    drawn, photo = BytesIO(), Image.new("RGB", (800, 600), (120, 90, 60))
    for place in range(0, 800, 100):
        photo.paste((place // 4, 140, 90), (place, place // 2, place + 60, place // 2 + 60))
    photo.save(drawn, "JPEG", quality=80)
    return drawn.getvalue()
