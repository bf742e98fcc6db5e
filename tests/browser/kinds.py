"""Every kind of page that readers can meet, one of each: what is checked in a browser is checked of all of them."""

from msgspec import Struct

from colophon.language.served import served_languages
from colophon.page.paths import archive_path, directory_path, home_path, month_path, profile_path
from tests.browser.uploads import DELETED, EMPTY, HARD, HELD, NARROW, WITHDRAWN

CLINIC = "mulmarugyeol"


class Kind(Struct, frozen=True):
    """One page of the served site, and the status that it is answered with."""

    name: str
    path: str
    status: int = 200

    def __str__(self) -> str:
        return self.name


KINDS = (
    Kind("front", "/"),
    *(Kind(f"home-{lang}", home_path(lang)) for lang in served_languages()),
    Kind("directory", directory_path("en")),
    Kind("directory-ko", directory_path("ko")),
    Kind("archive", archive_path("en", CLINIC)),
    Kind("archive-ja", archive_path("ja", CLINIC)),
    Kind("archive-of-hard-words", archive_path("en", NARROW.name)),
    Kind("archive-empty", archive_path("en", EMPTY.name)),
    Kind("month", month_path("en", CLINIC, 2025, 5)),
    Kind("month-of-originals", month_path("ko", CLINIC, 2025, 5)),
    Kind("profile", profile_path("en", CLINIC)),
    Kind("profile-ja", profile_path("ja", CLINIC)),
    Kind("post-long", f"/en/{CLINIC}/how-much-sunscreen/"),
    Kind("post-corrected", "/en/neouljae/shoulder-that-will-not-lift/"),
    Kind("post-fewer-warnings", f"/en/{CLINIC}/after-mole-removal/"),
    Kind("post-image-withdrawn", "/en/dansolyeoul/first-toothbrush/"),
    Kind("post-ja", f"/ja/{CLINIC}/how-much-sunscreen/"),
    Kind("original", f"/ko/{CLINIC}/how-much-sunscreen/"),
    *(Kind(f"post-hard-{lang}", HARD.path(lang)) for lang in served_languages()),
    Kind("gone", "/en/dansolyeoul/silver-fillings/", 410),
    Kind("withdrawn", WITHDRAWN.path("en"), 410),
    Kind("legal", "/ja/bitgaonjae/a-night-with-contact-lenses/", 451),
    Kind("held", HELD.path("en"), 404),
    Kind("deleted", DELETED.path("en"), 404),
    Kind("not-found", "/en/there-never-was/anything-here/", 404),
)
POSTS = tuple(kind for kind in KINDS if kind.name.startswith(("post", "original")))
