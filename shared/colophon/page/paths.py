"""Paths of pages and listings, as in URLs, and their keys in the site bucket."""

from collections.abc import Iterable

from colophon.upload.keys import PageRef

# Served for every address that has no object (infra/cdn.yaml names it).
NOT_FOUND_KEY = "404.html"
ROBOTS_KEY = "robots.txt"
# What programs ask for without having read a page. The first two are redirects.
FAVICON_KEY = "favicon.ico"
SITEMAP_KEY = "sitemap.xml"
SECURITY_KEY = ".well-known/security.txt"
FRONT_KEY = "index.html"
FRONT_PATH = "/"
# The ids in our own templates. The entry of a post with such a name has none.
OWN_IDS = frozenset(
    {
        *("about", "beside", "channels", "clinics", "compare", "corrections", "main", "months", "names", "newest"),
        *("older", "parts", "read-on", "topics", "what"),
    }
)


def home_path(lang: str) -> str:
    return f"/{lang}/"


def directory_path(lang: str) -> str:
    """The listing of all clinics and tags of a language."""
    return f"/{lang}/search/"


def about_path(lang: str) -> str:
    """The page that says what the translations, or the archived originals, in ``lang`` are."""
    return f"/{lang}/about/"


def archive_path(lang: str, clinic: str) -> str:
    """The listing of a clinic's posts in ``lang``."""
    return f"/{lang}/{clinic}/"


def month_path(lang: str, clinic: str, year: int, month: int) -> str:
    return period_path(lang, clinic, (f"{year:04}", f"{month:02}"))


def period_path(lang: str, clinic: str, names: Iterable[str]) -> str:
    """The listing of a clinic's posts of a year, a month, a day or a part of it. ``names``: ``2025``, ``09``, ..."""
    return f"/{lang}/{clinic}/{'/'.join(names)}/"


def entry_id(post: str) -> str:
    """The id of a post's entry in listings of its clinic, where no other post has its name; empty if it has none."""
    return "" if post in OWN_IDS else post


def period_id(name: str) -> str:
    """The id of the period called ``name``, such as ``2025`` or ``2025-09``, in its clinic's archive.

    No post can have such a name (``upload.keys``), so it is the id of no entry.
    """
    return f"period_{name}"


def entry_path(page: PageRef, year: int, month: int) -> str:
    """Where the month of a page lists it."""
    path, fragment = month_path(page.lang, page.post.clinic, year, month), entry_id(page.post.post)
    return f"{path}#{fragment}" if fragment else path


def year_path(lang: str, clinic: str, year: int) -> str:
    """The page about a year of a clinic's posts: its months and topics."""
    return period_path(lang, clinic, (f"{year:04}",))


def tag_path(lang: str, clinic: str, slug: str) -> str:
    """The listing of a clinic's posts with a tag, by the tag's ``slug``."""
    return f"/{lang}/{clinic}/tags/{slug}/"


def profile_path(lang: str, clinic: str) -> str:
    """The profile of a clinic for readers of ``lang``."""
    return f"/{lang}/{clinic}/profile/"


def atom_path(lang: str, clinic: str = "") -> str:
    """The Atom feed of a language, or of a clinic in it."""
    return f"{_base_path(lang, clinic)}feed.xml"


def json_feed_path(lang: str, clinic: str = "") -> str:
    """The JSON Feed of a language, or of a clinic in it."""
    return f"{_base_path(lang, clinic)}feed.json"


def posts_sitemap_path(lang: str, clinic: str, period: str) -> str:
    """The sitemap of the posts of a ``period``, such as ``2025`` or ``2025-09``.

    It is in the clinic's folder: a sitemap may list only addresses beside and below itself (sitemaps.org).
    """
    return f"{_base_path(lang, clinic)}sitemap-{period}.xml"


def clinics_sitemap_path(lang: str, number: int = 1) -> str:
    """A sitemap of a language's home page, archives and profiles: the first, or a later one with its ``number``."""
    return f"/{lang}/sitemap-clinics{_file_number(number)}.xml"


def sitemap_index_path(lang: str, number: int = 1) -> str:
    """An index of a language's sitemaps: the first, or a later one with its ``number``."""
    return f"/{lang}/sitemap{_file_number(number)}.xml"


def search_shard_path(lang: str, clinic: str, period: str) -> str:
    """What the archive search reads of the posts of a ``period``, such as ``2025`` or ``2025-09``."""
    return f"{_base_path(lang, clinic)}search-{period}.json"


def search_index_path(lang: str) -> str:
    """What the search of a language reads first."""
    return f"/{lang}/search/index.json"


def search_part_path(lang: str, number: int) -> str:
    """The shard of that number (from 0) of the search of a language."""
    return f"/{lang}/search/{number:02}.json"


def page_path(page: PageRef) -> str:
    """``/<lang>/<clinic>/<post>/``"""
    return f"/{page.lang}/{page.post.clinic}/{page.post.post}/"


def card_folder(clinic: str) -> str:
    """What the site's keys of all cards of a clinic begin with."""
    return f"cards/{clinic}/"


def path_to_key(path: str) -> str:
    """The site bucket's key for ``path``: of a page, whose path ends with a slash, its index.html."""
    return f"{path[1:]}index.html" if path.endswith("/") else path[1:]


def page_key(page: PageRef) -> str:
    """``<lang>/<clinic>/<post>/index.html``"""
    return path_to_key(page_path(page))


def _file_number(number: int) -> str:
    return f"-{number}" if number > 1 else ""


def _base_path(lang: str, clinic: str) -> str:
    return archive_path(lang, clinic) if clinic else home_path(lang)
