"""Compares two sites file by file: only the words may differ.

The comparison shares no code with what makes pages: html5lib parses HTML, the standard library XML and JSON. Each text,
attribute and string of the plain site must be in the other one, with its words in them literally. Addresses may have
them percent-encoded, or as the slug of a tag.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import quote
from xml.etree import ElementTree

import html5lib
from msgspec import Struct

from colophon.page.tags import slug_of

# A place in a file, as a path of names, and the text that is there.
Leaf: TypeAlias = tuple[str, str]
Site: TypeAlias = Mapping[str, bytes]

# Names of pictures that show text contain a digest of their content. Other names must be equal.
_DRAWN = re.compile(r"((?:/cards/[^\"\s]*|/assets/(?:card|icon))\.)[0-9a-f]{12}")
_CARD = b'property="og:image"'
# Search shards hold the words of a text, sorted, and not the text itself.
_DERIVED = {"words"}
_UNORDERED = {"topics"}
# A search shard holds the posts that a word of their text leads to. Other words lead to other shards.
_SHARD = re.compile(r"[^/]+/search/\d+\.json")


class Difference(Struct, frozen=True, order=True):
    """A place where two sites differ in more than their words."""

    file: str
    where: str
    expected: str
    found: str


def compare(plain: Site, other: Site, words: Mapping[str, str]) -> list[Difference]:
    """The differences of ``other`` from ``plain``, with each key of ``words`` replaced by its value."""
    renamed = {_rename(name, words): name for name in plain if _is_read(name)}
    names = {name for name in other if _is_read(name)}
    absent = (name for name in renamed.keys() - names if not _SHARD.fullmatch(name))
    missing = [Difference(name, "", "a file", "none") for name in absent]
    extra = [Difference(name, "", "none", "a file") for name in names - renamed.keys()]
    found = [
        difference
        for name in sorted(names & renamed.keys())
        if other[name] != plain[renamed[name]] or any(word.encode() in plain[renamed[name]] for word in words)
        for difference in _compare_file(name, plain[renamed[name]], other[name], words)
    ]
    return [*missing, *extra, *found]


# Addresses that are allowed: absolute https without user information, a path of the site, a fragment, and a mailbox as
# contact.
GOOD_ADDRESS = re.compile(r"https://[^\s/?#@\\]+(?:[/?#].*)?|/(?![/\\]).*|#.*|mailto:[^?]+")
_ADDRESSED = ("href", "src", "action", "formaction", "data", "poster", "background", "ping", "cite", "manifest")


def find_bad_addresses(site: Site) -> list[Difference]:
    """Every address in ``site`` that is not allowed."""
    return [
        Difference(name, where, "an address", text)
        for name in site
        for where, text in _read_addresses(name, site[name])
        if not GOOD_ADDRESS.fullmatch(text)
    ]


def _read_addresses(name: str, content: bytes) -> Iterator[Leaf]:
    if name.endswith(".html"):
        yield from (leaf for leaf in read_leaves(name, content) if leaf[0].rpartition("/@")[2] in _ADDRESSED)
    elif name.endswith("security.txt"):
        lines = content.decode().splitlines()
        yield from (("Contact", line.partition(": ")[2]) for line in lines if line.startswith("Contact"))


def _is_read(name: str) -> bool:
    return not name.endswith((".png", ".jpg", ".webp", ".ico"))


def _rename(name: str, words: Mapping[str, str]) -> str:
    for plain, word in words.items():
        name = name.replace(f"/tags/{plain}/", f"/tags/{slug_of(word)}/")
    return name


def _compare_file(name: str, plain: bytes, other: bytes, words: Mapping[str, str]) -> Iterator[Difference]:
    # No card is drawn of letters that are in no installed font.
    without_cards = (_CARD in plain) != (_CARD in other)
    try:
        expected, found = (read_leaves(name, each, without_cards=without_cards) for each in (plain, other))
    except (ElementTree.ParseError, ValueError) as error:
        yield Difference(name, "the whole file", "a file that can be parsed", str(error))
        return
    if _SHARD.fullmatch(name):
        shown = {where for where, _ in found}
        expected = tuple(leaf for leaf in expected if leaf[0] in shown)
    if len(expected) != len(found):
        yield Difference(name, "number of parts", str(len(expected)), str(len(found)))
    for (where, text), (place, shown) in zip(expected, found, strict=False):
        if where != place:
            yield Difference(name, where, where, place)
            return
        if not _has_words(where, text, shown, words):
            yield Difference(name, where, text[:200], shown[:200])


def _has_words(where: str, text: str, shown: str, words: Mapping[str, str]) -> bool:
    mentioned = [word for word in words if word in text]
    if not mentioned:
        return text == shown
    literal = text
    for word in mentioned:
        literal = literal.replace(word, words[word])
    if literal == shown:
        return True
    last, is_path = where.rpartition("/")[2], text.startswith(("/", "https://"))
    if last not in ("@href", "@content", "@id", "url") and not (last == "value" and is_path):
        return False
    pattern = "|".join(map(re.escape, mentioned))
    parts = re.split(f"({pattern})", text)
    forms = ("|".join(map(re.escape, _forms(words[part]))) if part in words else re.escape(part) for part in parts)
    return re.fullmatch("".join(f"(?:{form})" for form in forms), shown) is not None


def _forms(word: str) -> tuple[str, ...]:
    """How an address or an id says ``word``: HTML, 3.2.6: an id has no white space."""
    joined = "-".join(word.split())
    return word, quote(word, safe=""), slug_of(word), joined, quote(joined)


# Most pages of a site equal those of the site before.
@lru_cache(maxsize=512)
def read_leaves(name: str, content: bytes, *, without_cards: bool = False) -> tuple[Leaf, ...]:
    """Every text of a file, with its place. Raises ValueError or ParseError if it can't be parsed."""
    return tuple(_read_leaves(name, content, without_cards=without_cards))


def _read_leaves(name: str, content: bytes, *, without_cards: bool) -> Iterator[Leaf]:
    text = _DRAWN.sub(r"\1", content.decode())
    if name.endswith(".html"):
        tree = html5lib.parse(text, namespaceHTMLElements=False)
        if without_cards:
            _remove_cards(tree.find("head"))
        yield from _html_leaves(tree, "")
    elif name.endswith(".xml"):
        yield from _xml_leaves(ElementTree.fromstring(text), "")
    elif _SHARD.fullmatch(name):
        yield from _shard_leaves(json.loads(text))
    elif name.endswith(".json"):
        yield from _json_leaves(json.loads(text), "")
    else:
        yield from ((f"line {number}", line) for number, line in enumerate(text.splitlines()))


def _remove_cards(head: Any) -> None:
    for meta in head.findall("meta"):
        if meta.get("property", meta.get("name", "")).startswith(("og:image", "twitter:")):
            head.remove(meta)


def _html_leaves(element: Any, above: str) -> Iterator[Leaf]:
    tag = element.tag if isinstance(element.tag, str) else "comment"
    place = f"{above}/{tag}"
    yield f"{place}/open", ""
    for name, value in sorted(element.attrib.items()):
        yield f"{place}/@{name}", value
    if tag == "script" and "json" in element.attrib.get("type", ""):
        yield from _data_leaves(element.text or "", f"{place}/")
    else:
        yield f"{place}/text", element.text or ""
    for child in element:
        yield from _html_leaves(child, place)
        yield f"{place}/{child.tag if isinstance(child.tag, str) else 'comment'}/after", child.tail or ""


def _data_leaves(text: str, place: str) -> Iterator[Leaf]:
    try:
        data = json.loads(text)
    except ValueError:
        yield f"{place}no JSON", text
    else:
        yield from _json_leaves(data, place)


def _xml_leaves(element: Any, above: str) -> Iterator[Leaf]:
    place = f"{above}/{element.tag.rpartition('}')[2]}"
    for name, value in sorted(element.attrib.items()):
        yield f"{place}/@{name}", value
    if element.attrib.get("type") == "html":
        yield from _fragment_leaves(element.text or "", f"{place}/")
    else:
        yield f"{place}/{'url' if place.endswith(('/loc', '/id')) else 'text'}", element.text or ""
    for child in element:
        yield from _xml_leaves(child, place)


def _json_leaves(value: Any, place: str) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield f"{place}{key}", ""
            if key == "content_html":
                yield from _fragment_leaves(each, f"{place}{key}/")
            elif key not in _DERIVED:
                each = sorted(each, key=json.dumps) if key in _UNORDERED else each
                yield from _json_leaves(each, f"{place}{key}/")
    elif isinstance(value, list):
        yield f"{place}length", str(len(value))
        for each in value:
            yield from _json_leaves(each, place)
    else:
        yield f"{place}value", value if isinstance(value, str) else repr(value)


def _shard_leaves(shard: Any) -> Iterator[Leaf]:
    """What a reader sees of each post in a shard of the search: title, clinic and tags."""
    for path, posted, title, clinic, tags, *_ in shard["posts"]:
        yield f"{path} posted", posted
        yield f"{path} title", title
        yield f"{path} clinic", shard["clinics"][clinic]
        yield from ((f"{path} tag", shard["tags"][tag]) for tag in tags)


def _fragment_leaves(html: str, place: str) -> Iterator[Leaf]:
    yield from _html_leaves(html5lib.parseFragment(html, namespaceHTMLElements=False), place)
