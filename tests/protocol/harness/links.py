"""What an object of the site says by its bytes alone: which other objects it names, and which texts it shows."""

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote

from colophon.page.paths import path_to_key

ADDRESS = "https://reader.example"
_WHOLE = re.compile(re.escape(ADDRESS) + r"(/[^\s\"'<>\\)]*)?")
_QUOTED = re.compile(r"\"((?:/[^\s\"]*)(?:\s+/[^\s\"]*)*)\"")
_NUMBERED = re.compile(r"\b(Text [a-z]+(?:-[a-z]+)*|Clinic|Shelf) (\d+)")
_PICTURE_NUMBER = re.compile(r"/([^/.]+)\.[^/]*-(\d+)\.(?:png|jpg)$")
_LISTING_NAMES = ("profile", "search")
# Objects that show something and link to nothing.
PICTURES = ("images/", "cards/")
FILES = (*PICTURES, "assets/")
_YEAR = re.compile("[0-9]{4}")


def is_page(key: str) -> bool:
    """Whether ``key`` is that of an edition's page."""
    match key.split("/"):
        case [_, _, post, "index.html"]:
            return post not in _LISTING_NAMES and not _YEAR.fullmatch(post)
    return False


def is_listing(key: str) -> bool:
    """Whether ``key`` is that of a page or a document about many posts, or about none."""
    return not is_page(key) and not key.startswith(FILES)


@lru_cache(maxsize=20000)
def links_in(content: bytes) -> frozenset[str]:
    """The keys of all that ``content`` names of this site: addresses between quotes from the root on, or whole ones."""
    text = html.unescape(content.decode("utf-8", "replace"))
    paths = {found.group(1) or "/" for found in _WHOLE.finditer(text)}
    paths |= {path for found in _QUOTED.finditer(text) for path in found.group(1).split()}
    return frozenset(key for path in paths if (key := _key(path)))


def moved_to(metadata: Mapping[str, str]) -> str:
    """The key that an object with ``metadata`` sends its readers to; empty where it sends them nowhere."""
    return _key(metadata["location"]) if "location" in metadata else ""


@lru_cache(maxsize=20000)
def numbers_in(content: bytes) -> Mapping[str, int]:
    """The lowest number that ``content`` shows of each text, clinic and site, and of each picture."""
    lowest: dict[str, int] = {}
    for label, number in _numbers(content):
        lowest[label] = min(number, lowest.get(label, number))
    return lowest


def _numbers(content: bytes) -> Iterator[tuple[str, int]]:
    for label, number in _NUMBERED.findall(content.decode("utf-8", "replace")):
        yield label, int(number)
    for key in links_in(content):
        for name, width in _PICTURE_NUMBER.findall(f"/{key}"):
            yield f"picture {name}", int(width)


def _key(path: str) -> str:
    bare = unquote(path.partition("#")[0].partition("?")[0])
    return path_to_key(bare)
