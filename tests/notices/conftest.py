"""One invented translation and its original, to be changed by the tests."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from colophon.clinic.record import Channel, ClinicRecord
from colophon.edition.model import Edition, FrontMatter, Prose, Source, SourceWarning, Translation
from colophon.edition.pin import compute_pin
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PageRef, PostRef
from colophon.views import Facts, PostView

UPLOADED, ORIGINAL = ("Dry eyes", "Blink."), ("안구건조증", "깜박이십시오.")
PIN, ORIGINAL_PIN = (compute_pin(*text) for text in (UPLOADED, ORIGINAL))
POST = PostRef("badaro-eye", "dry-eyes")
SITE = SiteSettings(
    url="https://reader.example", name={"en": "Reader"}, languages=("en", "ja", "ko"), contact="mailto:d@reader.example"
)
CLINIC = ClinicRecord(
    names={"en": "Badaro Eye", "ko": "바다로안과"},
    channels={"blog": Channel(kind="naver-blog", url="https://blog.naver.com/badaro-example", name="블로그")},
)
SOURCE = Source(
    channel="blog", url="https://blog.naver.com/badaro-example/5?a=1&b=2", posted=date(2025, 8, 1), title="안구건조증"
)


def original(warnings: int) -> Facts:
    """The live original of the post, with so many ※ lines."""
    return Facts("ko", "/ko/badaro-eye/dry-eyes/", True, warnings)


def view(
    lang: str = "en",
    review: Any = "none",
    warnings_there: int | None = 1,
    body: str = "<p>Blink.</p>",
    of: str | None = None,
    **changes: Any,
) -> PostView:
    """The page in ``lang``, with one source warning; ``warnings_there`` are the live original's (None: not live).

    ``of`` is the pin of the original that was translated.
    """
    translation = Translation(at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC), system="Saebyeok 3", review=review, of=of)
    front = FrontMatter(title="Dry eyes", source=SOURCE, translation=None if lang == "ko" else translation)
    edition = Edition(lang, front, (Prose(body), SourceWarning("<p>※ Results vary.</p>")), "Blink.", uploaded=UPLOADED)
    siblings = () if lang == "ko" or warnings_there is None else (original(warnings_there),)
    there = Edition("ko", front, (Prose("<p>깜박이십시오.</p>"),), "", uploaded=ORIGINAL) if siblings else None
    view = PostView(PageRef(POST, lang), edition, CLINIC, SITE, {}, siblings, original_edition=there)
    return replace(view, **changes)


@pytest.fixture
def make_view() -> Callable[..., PostView]:
    return view


@pytest.fixture
def site() -> SiteSettings:
    return SITE
