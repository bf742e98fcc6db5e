"""Uploads of invented clinics, as small as they may be."""

import io
from functools import cache

from msgspec import Struct
from PIL import Image

SITE_URL = "https://shelf.example"
SITE = f"""\
url: {SITE_URL}
name: {{en: The Corner Shelf, ko: 모퉁이 책꽂이, ja: 角の本棚}}
about: {{en: Clinic posts in translation., ko: 옮긴 의원 글., ja: 医院の文章の翻訳。}}
languages: [en, ko, ja]
original_language: ko
time_zone: Asia/Seoul
contact: mailto:desk@shelf.example
notices: {{medical: true}}
"""


class Clinic(Struct, frozen=True):
    """A clinic with one blog. ``name`` is the folder's."""

    name: str

    @property
    def key(self) -> str:
        return f"clinics/{self.name}/clinic.yaml"

    @property
    def withdrawal_key(self) -> str:
        return f"clinics/{self.name}/withdrawal.yaml"

    def record(
        self, *, english: str = "Sorae Clinic", status: str = "active", permission: bool = True, accepts: str = ""
    ) -> str:
        """The clinic's record; posts of the clinic ``accepts`` may claim its addresses."""
        moves = f"accepts_moves_from: [{accepts}]\n" if accepts else ""
        scope = "{reference: Agreement 7 (sample), granted: 2024-05-01, scope: originals}"
        allowed = f"permission: {scope}\n" if permission else ""
        return (
            f"names: {{ko: 소래의원, en: {english}}}\nstatus: {status}\n{allowed}{moves}"
            "channels:\n  blog: {kind: naver-blog, url: 'https://blog.naver.com/sorae_note', name: 소래의원 쪽지}\n"
        )

    def post(self, name: str = "cough") -> "Post":
        return Post(self.name, name)


class Post(Struct, frozen=True):
    """One post's folder."""

    clinic: str
    name: str

    @property
    def folder(self) -> str:
        return f"posts/{self.clinic}/{self.name}/"

    def key(self, file: str) -> str:
        return self.folder + file

    def path(self, lang: str) -> str:
        """Where readers find an edition."""
        return f"/{lang}/{self.clinic}/{self.name}/"

    def images_folder(self) -> str:
        """Where the site keeps the post's images."""
        return f"images/{self.clinic}/{self.name}/"


def edition(title: str = "A cough that stays", *, body: str = "Drink warm water.", more: str = "") -> str:
    """A translation. ``more`` are further lines of front matter."""
    translated = 'translation: {at: "2026-02-01T09:00:00+09:00", system: sample-mt 1}\n'
    return original(title, body=body, more=translated + more)


def original(title: str = "오래가는 기침", *, body: str = "따뜻한 물을 드세요.", more: str = "") -> str:
    return (
        f"---\ntitle: {title}\n"
        "source: {channel: blog, url: 'https://blog.naver.com/sorae_note/223000000001', posted: 2026-01-15, "
        f"title: 오래가는 기침}}\n{more}---\n\n{body}\n"
    )


def withdrawal_file(kind: str = "gone", reason: str = "clinic-request") -> str:
    return f'kind: {kind}\nreason: {reason}\nat: "2026-03-01T10:00:00+09:00"\nreference: Order 12 (sample)\n'


@cache
def picture(shade: int = 120, width: int = 40, height: int = 24) -> bytes:
    """A sound PNG; another ``shade`` makes another picture."""
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), (shade, 90, 60)).save(drawn, "PNG")
    return drawn.getvalue()
