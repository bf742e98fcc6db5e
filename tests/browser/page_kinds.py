"""Every kind of page that readers can meet, one of each: what is checked in a browser is checked of all of them."""

from msgspec import Struct

from colophon.language.served import served_languages
from colophon.page.paths import (
    about_path,
    archive_path,
    directory_path,
    home_path,
    month_path,
    profile_path,
    tag_path,
    year_path,
)
from colophon.page.tags import slug_of
from tests.browser.uploads import DELETED, EMPTY, HARD, HELD, NARROW, WITHDRAWN

CLINIC = "mulmarugyeol"


class PageKind(Struct, frozen=True):
    """One page of the served site, and the status that it is answered with."""

    name: str
    path: str
    status: int = 200

    def __str__(self) -> str:
        return self.name


PAGE_KINDS = (
    PageKind("front", "/"),
    *(PageKind(f"home-{lang}", home_path(lang)) for lang in served_languages()),
    PageKind("directory", directory_path("en")),
    PageKind("directory-ko", directory_path("ko")),
    *(PageKind(f"about-{lang}", about_path(lang)) for lang in served_languages()),
    PageKind("search", f"{home_path('en')}#q=knee"),
    PageKind("search-ko", f"{directory_path('ko')}#q=%EC%97%90%20%EC%B0%A8%EB%8B%A8%EC%A0%9C"),
    PageKind("search-misspelt", f"{directory_path('en')}#q=sunscren"),
    PageKind("archive", archive_path("en", CLINIC)),
    PageKind("archive-ja", archive_path("ja", CLINIC)),
    PageKind("archive-of-hard-words", archive_path("en", NARROW.name)),
    PageKind("archive-empty", archive_path("en", EMPTY.name)),
    PageKind("month", month_path("en", CLINIC, 2025, 5)),
    PageKind("month-of-originals", month_path("ko", CLINIC, 2025, 5)),
    PageKind("year", year_path("en", CLINIC, 2025)),
    PageKind("tag", tag_path("en", CLINIC, "sunscreen")),
    PageKind("tag-ko", tag_path("ko", CLINIC, slug_of("자외선 차단제"))),
    PageKind("profile", profile_path("en", CLINIC)),
    PageKind("profile-ja", profile_path("ja", CLINIC)),
    PageKind("post-long", f"/en/{CLINIC}/how-much-sunscreen/"),
    PageKind("post-corrected", "/en/neouljae/shoulder-that-will-not-lift/"),
    PageKind("post-fewer-warnings", f"/en/{CLINIC}/after-mole-removal/"),
    PageKind("post-image-withdrawn", "/en/dansolyeoul/first-toothbrush/"),
    PageKind("post-ja", f"/ja/{CLINIC}/how-much-sunscreen/"),
    PageKind("beside", f"/en/{CLINIC}/how-much-sunscreen/#compare"),
    PageKind("beside-at-a-row", f"/en/{CLINIC}/how-much-sunscreen/#p26-ko"),
    PageKind("beside-unpaired", f"/en/{CLINIC}/after-mole-removal/#compare"),
    *(PageKind(f"beside-hard-{lang}", f"{HARD.path(lang)}#compare") for lang in ("en", "ja")),
    PageKind("original", f"/ko/{CLINIC}/how-much-sunscreen/"),
    *(PageKind(f"post-hard-{lang}", HARD.path(lang)) for lang in served_languages()),
    PageKind("gone", "/en/dansolyeoul/silver-fillings/", 410),
    PageKind("withdrawn", WITHDRAWN.path("en"), 410),
    PageKind("legal", "/ja/bitgaonjae/a-night-with-contact-lenses/", 451),
    PageKind("held", HELD.path("en"), 404),
    PageKind("deleted", DELETED.path("en"), 404),
    PageKind("not-found", "/en/there-never-was/anything-here/", 404),
)
POSTS = tuple(kind for kind in PAGE_KINDS if kind.name.startswith(("post", "original")))
