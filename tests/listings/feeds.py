"""An invented clinic's entries, and the views that feeds, sitemaps and shards are made from."""

from datetime import date
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from colophon.clinic.record import ClinicRecord
from colophon.edition.model import Edition, FrontMatter, Source
from colophon.listings.feeds import FeedView
from colophon.listings.kinds.language import ClinicYears, LanguageSitemap
from colophon.listings.part_page import PeriodView
from colophon.listings.periods import Period
from colophon.listings.sources import ClinicInLanguage
from colophon.page.entry import Entry, Picture
from colophon.page.names import ClinicName
from colophon.site_settings import SiteSettings
from colophon.upload.keys import PageRef, PostRef
from colophon.views import Facts, PostView

SITE = SiteSettings(
    url="https://reader.example",
    name={"en": "Clinic Reader", "ko": "클리닉 리더", "ja": "クリニックリーダー"},
    languages=("en", "ja", "ko"),
    contact="mailto:desk@reader.example",
)
NAMES = (ClinicName("en", "Noeul Dental"), ClinicName("ko", "노을치과의원"))
ENTRY = Entry(
    lang="en",
    clinic="noeul-dental",
    post="night-guards",
    posted=date(2025, 2, 3),
    title="Night guards",
    source_title="이갈이와 마우스가드",
    excerpt="Grinding wears teeth down.",
    original=False,
    reviewed=False,
    published="2026-04-22T14:39:00+09:00",
    modified="2026-05-01",
    names=NAMES,
    languages=("en", "ja", "ko"),
    tags=("teeth", "sleep"),
    pictures=(
        Picture("/images/noeul-dental/night-guards/%EC%82%AC%EC%A7%84%201.00ff-1200.jpg", 1200, 800),
        Picture("/images/noeul-dental/night-guards/b.11ee-900.png", 900, 900),
    ),
)
ORIGINAL = replace(
    ENTRY,
    lang="ko",
    title="이갈이와 마우스가드",
    excerpt="이를 갈면 이가 닳습니다.",
    original=True,
    published="2025-02-03",
    modified="",
    names=NAMES[1:],
)
PLAIN = replace(ENTRY, post="plain", modified="", published="2026-01-02T09:00:00Z", tags=(), pictures=(), excerpt="")
# What may stand in a title or elsewhere, and what a careless writer of XML, HTML or JSON breaks on.
HOSTILE = (
    "</script><script>alert(1)</script>",
    "]]> &amp; <![CDATA[ <!-- rev 7 --> <?php",
    "\"quotes\" 'apostrophes' \\ & < >",
    '"rev": 7, "rev":7',
    "nul \x00 bell \x07 escape \x1b non-characters \ufffe \uffff delete \x7f \x85",
    "‮right to left‬ \u200f\u061c",
    "emoji 👩‍⚕️ 🇰🇷 𝔘𠮷",
    "가" * 300,
    "{{ 7 * 7 }} {% raw %} {number} %s",
    " line\u2028separator\u2029 ",
)


def entry(**fields: Any) -> Entry:
    return replace(ENTRY, **fields)


def hostile_entry(text: str) -> Entry:
    """An entry that says ``text`` wherever it says anything."""
    picture = Picture(quote(f"/images/c/p/{text.replace('/', '-')[:60]}.00ff-600.jpg"), 600, 400)
    words: Any = {"title": text, "source_title": text, "excerpt": text, "tags": (text,)}
    return entry(names=(ClinicName("en", text),), pictures=(picture,), **words)


def shelf(lang: str = "en", names: tuple[ClinicName, ...] = NAMES, site: SiteSettings = SITE) -> ClinicInLanguage:
    return ClinicInLanguage(lang, "noeul-dental", names, site)


def language_feed(*entries: Entry, lang: str = "en", site: SiteSettings = SITE) -> FeedView:
    return FeedView(lang, site, None, entries)


def clinic_feed(*entries: Entry, lang: str = "en", site: SiteSettings = SITE) -> FeedView:
    return FeedView(lang, site, shelf(lang, NAMES if lang == "en" else NAMES[1:], site), entries)


def year(*entries: Entry, lang: str = "en", site: SiteSettings = SITE) -> PeriodView:
    return PeriodView(shelf(lang, site=site), Period(2025), entries)


def language_map(*shelves: ClinicYears, lang: str = "en", site: SiteSettings = SITE) -> LanguageSitemap:
    return LanguageSitemap(lang, site, shelves)


def post_view(lang: str, languages: tuple[str, ...]) -> PostView:
    """The page of ``ENTRY`` in ``lang``, beside its other ``languages``."""
    source = Source(channel="blog", url="https://blog.example/1", posted=ENTRY.posted, title=ENTRY.source_title)
    edition = Edition(lang, FrontMatter(title=ENTRY.title, source=source), (), "")
    siblings = tuple(Facts(tag, entry(lang=tag).path, False, 0) for tag in languages if tag != lang)
    page = PageRef(PostRef(ENTRY.clinic, ENTRY.post), lang)
    return PostView(page, edition, ClinicRecord(names={"ko": NAMES[1].text}), SITE, siblings=siblings)
