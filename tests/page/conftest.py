"""An invented clinic and one of its posts, in as many shapes as the tests want."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from msgspec.structs import replace

from colophon.clinic.record import Channel, ClinicRecord
from colophon.edition.model import (
    Correction,
    Edition,
    Figure,
    FrontMatter,
    ImageWords,
    Prose,
    Source,
    SourceWarning,
    Translation,
)
from colophon.edition.pin import compute_pin
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PageRef, PostRef
from colophon.views import Facts, ImageView, PostView

# Of the text of every edition here.
UPLOADED = "Night guards", "Grinding wears teeth down."
PIN = compute_pin(*UPLOADED)
POST = PostRef("noeul-dental", "night-guards")
SITE = SiteSettings(
    url="https://reader.example",
    name={"en": "Clinic Reader", "ko": "클리닉 리더", "ja": "クリニックリーダー"},
    languages=("en", "ja", "ko"),
    contact="mailto:desk@reader.example",
)
CLINIC = ClinicRecord(
    names={"en": "Noeul Dental", "ko": "노을치과의원"},
    channels={"blog": Channel(kind="naver-blog", url="https://blog.naver.com/noeul-example", name="노을 블로그")},
)
SOURCE = Source(
    channel="blog", url="https://blog.naver.com/noeul-example/77", posted=date(2025, 2, 3), title="이갈이와 마우스가드"
)
TRANSLATION = Translation(at=datetime(2026, 4, 22, 14, 39, tzinfo=timezone(timedelta(hours=9))), system="Saebyeok 3")
BLOCKS = (
    Prose("<p>Grinding wears teeth down.</p>"),
    Figure(1, "a.jpg", alt="A clear guard on a table", caption="A guard for the upper teeth"),
    SourceWarning("<p>※ Jaw pain may occur.</p>"),
    Figure(2, "b.jpg"),
    Prose("<p>Rinse it every morning.</p>"),
)
IMAGES = {
    "a.jpg": ImageView("ready", "/images/noeul-dental/night-guards/a.00ff-1200.jpg", 1200, 800, (480, 960, 1200)),
    "b.jpg": ImageView("ready", "/images/noeul-dental/night-guards/b.11ee-900.png", 900, 900, (480, 900)),
}
FRONT = FrontMatter(
    title="Night guards",
    source=SOURCE,
    translation=TRANSLATION,
    images={"a.jpg": ImageWords(credit="Noeul Dental website", credit_url="https://noeul.example/about")},
    tags=("teeth",),
    corrections=(Correction(at=date(2026, 5, 1), note="A number was put right."),),
)


def facts(lang: str, warnings: int = 1) -> Facts:
    """What a sibling in ``lang`` shows."""
    path = f"/{lang}/noeul-dental/night-guards/"
    return Facts(lang, path, lang == "ko", warnings)


def view(lang: str = "en", siblings: tuple[str, ...] = ("ja", "ko"), warnings: int = 1, **front: Any) -> PostView:
    """The page in ``lang``; ``warnings`` are those of its siblings, ``front`` replaces fields of the front matter."""
    fields = FRONT.model_copy(update={**({"translation": None} if lang == "ko" else {}), **front})
    edition = Edition(lang, fields, BLOCKS, "Grinding wears teeth down.", uploaded=UPLOADED)
    others = tuple(facts(tag, warnings) for tag in siblings if tag != lang)
    return PostView(PageRef(POST, lang), edition, CLINIC, SITE, IMAGES, others)


def with_blocks(shown: PostView, *blocks: Any, **images: ImageView) -> PostView:
    """``shown`` with another body."""
    return replace(shown, edition=replace(shown.edition, blocks=blocks), images=images or shown.images)


def parsed(page: bytes) -> Element:
    """The tree a browser would make of ``page``; a page that is not well-formed HTML fails here."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False, strict=True)
    tree: Element = parser.parse(page, transport_encoding="utf-8")
    return tree


@pytest.fixture
def make_view() -> Callable[..., PostView]:
    return view


@pytest.fixture
def make_facts() -> Callable[..., Facts]:
    return facts


@pytest.fixture
def change_body() -> Callable[..., PostView]:
    return with_blocks


@pytest.fixture
def parse() -> Callable[[bytes], Element]:
    return parsed
