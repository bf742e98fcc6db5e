"""Views of listings: an invented clinic's shelf in every language, empty or full, to be changed by the tests."""

from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from msgspec.structs import replace

from colophon.clinic.record import Channel, ClinicRecord
from colophon.listings.about_page import render_about
from colophon.listings.cards import ClinicSummary as Clinic
from colophon.listings.kinds.clinic import ArchiveView, YearCount, render_archive
from colophon.listings.kinds.front import render_front, render_not_found
from colophon.listings.kinds.home import HomeView, render_home
from colophon.listings.kinds.language import DirectoryView, render_directory
from colophon.listings.part_page import Part, PeriodView, render_period
from colophon.listings.periods import Period
from colophon.listings.profile import ProfileView, render_profile
from colophon.listings.sources import ClinicInLanguage
from colophon.listings.tag_page import TagView, render_tag
from colophon.listings.year_page import YearView, render_year
from colophon.page.entry import Entry, Picture
from colophon.page.names import clinic_names
from colophon.site_settings import SiteSettings

SITE = SiteSettings(
    url="https://reader.example",
    name={"en": "Clinic Reader", "ko": "클리닉 리더", "ja": "クリニックリーダー"},
    about={"en": "What clinics write, translated."},
    languages=("en", "ja", "ko", "zh-Hans"),
    contact="mailto:desk@reader.example",
)
RECORD = ClinicRecord(
    names={"ko": "노을치과의원", "en": "Noeul Dental"},
    registration="Sample registry 1",
    channels={
        "blog": Channel(kind="naver-blog", url="https://blog.naver.com/noeul-example", name="노을 블로그"),
        "site": Channel(kind="website", url="https://noeul.example", name="노을치과"),
    },
)
PICTURE = Picture("/images/noeul-dental/night-guards/a.00ff-1200.jpg", 1200, 800)


def shelf(lang: str = "en", site: SiteSettings = SITE, record: ClinicRecord = RECORD) -> ClinicInLanguage:
    """The clinic in ``lang``."""
    return ClinicInLanguage(lang, "noeul-dental", tuple(clinic_names(record, lang, site.original_language)), site)


def entry(lang: str = "en", **changes: Any) -> Entry:
    """One page of the clinic: a translation, in Korean the original."""
    made = Entry(
        lang=lang,
        clinic="noeul-dental",
        post="night-guards",
        posted=date(2026, 4, 3),
        title="이갈이와 마우스가드" if lang == "ko" else "Night guards",
        source_title="이갈이와 마우스가드",
        excerpt="Grinding wears teeth down.",
        original=lang == "ko",
        reviewed=False,
        published="2026-04-22T14:39:00+09:00",
        modified="",
        names=shelf(lang).names,
        languages=("en", "ko"),
        tags=("teeth", "잠 & 꿈"),
        pictures=(PICTURE,),
    )
    return replace(made, **changes)


def entries(lang: str = "en", count: int = 3) -> tuple[Entry, ...]:
    """``count`` entries, the newest first, each with an address of its own."""
    return tuple(entry(lang, post=f"post-{place}", posted=date(2026, 4, 28 - place % 28)) for place in range(count))


def month(lang: str = "en", count: int = 3, **changes: Any) -> PeriodView:
    return replace(PeriodView(shelf(lang), Period(2026, 4), entries(lang, count)), **changes)


def divided(lang: str, whole: Period, count: int) -> PeriodView:
    """The page of a long period with ``count`` parts, if it can have so many: of 1 post, 2 posts, ..."""
    parts = tuple(Part(part, number) for number, part in enumerate(islice(whole.children(), count), 1))
    return PeriodView(shelf(lang), whole, parts=parts)


def archive(lang: str = "en", count: int = 3, **changes: Any) -> ArchiveView:
    """Of ``count`` posts of April 2026 and, where there are any, five of 2024; empty without any."""
    years = (YearCount(2026, {4: count}), YearCount(2024, {12: 2, 1: 3})) if count else ()
    tags = ("teeth", "잠 & 꿈") if count else ()
    return replace(ArchiveView(shelf(lang), years, entries(lang, count), tags), **changes)


def clinics(lang: str = "en") -> tuple[Clinic, ...]:
    """Two clinics with one tag in common."""
    names = shelf(lang).names
    return Clinic("noeul-dental", names, ("teeth", "Yawning")), Clinic("badaro-eye", names[-1:], ("eyes", "teeth"))


def home(lang: str = "en", count: int = 3, **changes: Any) -> HomeView:
    shown = clinics(lang) if count else ()
    return replace(HomeView(lang, SITE, entries(lang, count), shown, 40 if count else 0), **changes)


def directory(lang: str = "en", count: int = 2, **changes: Any) -> DirectoryView:
    return replace(DirectoryView(lang, SITE, clinics(lang)[:count]), **changes)


def profile(lang: str = "en", record: ClinicRecord = RECORD) -> ProfileView:
    return ProfileView(shelf(lang, record=record), record)


def year(lang: str = "en", count: int = 3, **changes: Any) -> YearView:
    """With the first ``count`` months, and two tags."""
    tags = ("teeth", "잠 & 꿈") if count else ()
    return replace(YearView(shelf(lang), 2026, tuple(range(1, min(count, 12) + 1)), tags), **changes)


def tag(lang: str = "en", count: int = 3, **changes: Any) -> TagView:
    """With ``count`` posts, and seven of an earlier year that are not listed."""
    return replace(TagView(shelf(lang), "잠 & 꿈", count + 7, entries(lang, count), ((2024, 7),)), **changes)


# Every kind of listing page, by name: from a language and a count of entries to its bytes.
PAGES: dict[str, Callable[[str, int], bytes]] = {
    "month": lambda lang, count: render_period(month(lang, count), 7),
    "day": lambda lang, count: render_period(month(lang, count, period=Period(2026, 4, 3)), 7),
    "part-of-a-day": lambda lang, count: render_period(month(lang, count, period=Period(2026, 4, 3, "a")), 7),
    "month-by-day": lambda lang, count: render_period(divided(lang, Period(2026, 4), count), 7),
    "day-in-parts": lambda lang, count: render_period(divided(lang, Period(2026, 4, 3), count), 7),
    "year": lambda lang, count: render_year(year(lang, count), 7),
    "tag": lambda lang, count: render_tag(tag(lang, count), 7),
    "archive": lambda lang, count: render_archive(archive(lang, count), 7),
    "home": lambda lang, count: render_home(home(lang, count), 7),
    "directory": lambda lang, count: render_directory(directory(lang, count), 7),
    "about": lambda lang, count: render_about(SITE, lang, 7),
    "profile": lambda lang, count: render_profile(profile(lang), 7),
    "front": lambda lang, count: render_front(SITE, 7),
    "not-found": lambda lang, count: render_not_found(SITE, 7),
}


def parsed(page: bytes) -> Element:
    """The tree a browser would make of ``page``; a page that is not well-formed HTML fails here."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False, strict=True)
    tree: Element = parser.parse(page, transport_encoding="utf-8")
    return tree


@pytest.fixture
def parse() -> Callable[[bytes], Element]:
    return parsed


@pytest.fixture(params=PAGES)
def any_page(request: pytest.FixtureRequest) -> Callable[[str, int], bytes]:
    """Each kind of listing page in turn: call it with a language and a count of entries."""
    return PAGES[request.param]


@pytest.fixture(params=["month", "day", "part-of-a-day", "tag", "archive", "home"])
def page_with_entries(request: pytest.FixtureRequest) -> Callable[[str, int], bytes]:
    """Each kind of page that lists posts."""
    return PAGES[request.param]


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    return entry


@pytest.fixture
def make_shelf() -> Callable[..., ClinicInLanguage]:
    return shelf


@pytest.fixture
def make_month() -> Callable[..., PeriodView]:
    return month


@pytest.fixture
def make_year() -> Callable[..., YearView]:
    return year


@pytest.fixture
def make_tag() -> Callable[..., TagView]:
    return tag


@pytest.fixture
def make_archive() -> Callable[..., ArchiveView]:
    return archive


@pytest.fixture
def make_home() -> Callable[..., HomeView]:
    return home


@pytest.fixture
def make_directory() -> Callable[..., DirectoryView]:
    return directory


@pytest.fixture
def make_profile() -> Callable[..., ProfileView]:
    return profile
