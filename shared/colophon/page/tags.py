"""Tags as readers see them: links, and the addresses of the pages that list the posts with a tag."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from hashlib import sha256
from unicodedata import normalize
from urllib.parse import quote

from markupsafe import Markup
from msgspec import Struct

from colophon.language.words import words_for
from colophon.page.paths import archive_path, tag_path
from colophon.page.template import load_macro

# So many of a post's tags, the first ones, have pages.
TAGS_WITH_PAGES = 5

_WORDS = re.compile(r"[a-z0-9]+(?:[ _-]+[a-z0-9]+)*")
_GAPS = re.compile(r"[ _-]+")
_HASH_LENGTH = 16
_HASH = re.compile(rf"[0-9a-f]{{{_HASH_LENGTH}}}")
_MAX_SLUG = 60


class TagLink(Struct, frozen=True):
    """A tag and its link: to its page, or to the clinic's archive, whose search takes its words from ``#q=``."""

    tag: str
    path: str


@lru_cache(maxsize=4096)
def slug_of(tag: str) -> str:
    """The name of the tag's page in its address. Tags that differ in case, width or hyphens alone have one page.

    English words keep their letters: ``wisdom-teeth``. Any other tag has the start of a SHA-256, which no word gets.
    """
    text = normalize("NFKC", normalize("NFKC", tag).casefold()).strip()
    slug = _GAPS.sub("-", text)
    if _WORDS.fullmatch(text) and len(slug) <= _MAX_SLUG and not _HASH.fullmatch(slug):
        return slug
    return sha256(text.encode()).hexdigest()[:_HASH_LENGTH]


def tag_links(tags: Iterable[str], lang: str, clinic: str, slugs: Collection[str] = ()) -> tuple[TagLink, ...]:
    """Links for ``tags``, in their order; ``slugs`` are those of tags that are known to have a page.

    Any other leads to the search of the clinic's archive, without scripts to the archive only.
    """
    return tuple(
        TagLink(tag, tag_path(lang, clinic, slug_of(tag)))
        if slugs and slug_of(tag) in slugs
        else TagLink(tag, search_path(tag, lang, clinic))
        for tag in tags
    )


@lru_cache(maxsize=1024)
def render_tags(tags: tuple[str, ...], lang: str, clinic: str) -> Markup:
    """The list of a post's ``tags``. Its page and its entries may be there before the tags' pages are."""
    return load_macro("entry.html", "tags")(tag_links(tags, lang, clinic), words_for(lang))


@lru_cache(maxsize=1024)
def search_path(tag: str, lang: str, clinic: str) -> str:
    """The archive of the clinic, with a search for ``tag``."""
    return f"{archive_path(lang, clinic)}#q={quote(tag, safe='')}"
