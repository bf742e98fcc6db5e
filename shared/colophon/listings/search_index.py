"""What the search of a language reads: an index of clinics, topics and words, and shards with the posts.

A post is in at most ``MOST_SHARDS_OF_POST`` shards, those of its most telling words. A shard is bounded: of each word
it has the newest posts, and a rare word keeps all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote

from msgspec.structs import asdict, replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.documents import encode_json
from colophon.listings.search_words import (
    HAN,
    HANGUL,
    HIRAGANA,
    KATAKANA,
    OTHER,
    fold,
    script_of,
    shard_of,
    split_words,
)
from colophon.page.entry import Entry
from colophon.page.names import ClinicName
from colophon.page.paths import archive_path, directory_path
from colophon.page.tags import search_path

MOST_SHARDS, MOST_SHARDS_OF_POST = 64, 8
# So many bytes of posts are in a shard, uncompressed: some 55 kB on the wire.
SHARD_BYTES = 150_000
# Few posts need few shards: up to so many posts, so many shards.
_SHARDS = ((300, 1), (1000, 16))
# What the index lists at most; the directory has every clinic and topic.
_MOST_CLINICS, _MOST_TOPICS, _MOST_WORDS = 400, 800, 8000
# So many of a clinic's newest posts are found by its name.
_FOUND_BY_CLINIC = 10
# Words that say nothing about a post: its shards should be those of other words.
UNTELLING = frozenset(
    """
    a about after an and are as at be by can do does for from has have how if in into is it its of on or our should so
    that the their them there these they this those to was we were what when which who why will with you your
    """.split()  # noqa: SIM905
)
# What a word is of a post, the most telling first: of the title; of a tag; the end of a compound in either; of the
# clinic's name; of the original's title alone.
_TITLE, _TAG, _INNER, _CLINIC, _SOURCE = "01234"
# The words of a post, each once, with a space between, and for each a digit that says what it is of the post. As plain
# text, because a search has those of all posts in memory.
FoundBy: TypeAlias = tuple[str, str]


class SearchedRow(EntryRow, frozen=True, array_like=True):
    """An entry with no more than a search shows, and its own words: a build finds them in many processes."""

    words: FoundBy = ("", "")


def searched_row(row: EntryRow) -> SearchedRow:
    """What the search of a language needs of ``row``."""
    unseen = {"excerpt": "", "published": "", "modified": "", "languages": (), "pictures": (), "differences": ()}
    shown = replace(row.entry, **unseen) if row.entry else None
    return SearchedRow(**{**asdict(row), "entry": shown, "words": find_own_words(shown) if shown else ("", "")})


def count_shards(posts: int) -> int:
    """The number of shards for so many posts."""
    return next((shards for most, shards in _SHARDS if posts <= most), MOST_SHARDS)


def divide_posts(entries: Sequence[Entry], own_words: Sequence[FoundBy] | None = None) -> list[list[tuple[int, bool]]]:
    """The shards of ``entries``, the newest first: of each post its place, and whether it is found by
    the original's title.

    ``own_words`` are what ``find_own_words`` finds of each, if the caller has them.
    """
    shards = count_shards(len(entries))
    words = list(_collect_words(entries, own_words or list(map(find_own_words, entries))))
    found: list[list[tuple[int, int, bool]]] = [[] for _ in range(shards)]
    counts: Counter[str] = Counter()
    for joined, _ in words:
        counts.update(joined.split())
    newer: defaultdict[str, int] = defaultdict(int)
    for place, (joined, kinds) in enumerate(words):
        each = joined.split()
        # Rare words first, roughly: a new post should not change the shards of many others.
        ordered = sorted(zip(kinds, (counts[word].bit_length() for word in each), range(len(each)), strict=True))
        mine: dict[int, tuple[int, bool]] = {}
        for kind, _, position in ordered:
            word = each[position]
            shard = shard_of(word, shards)
            if shard in mine or len(mine) < MOST_SHARDS_OF_POST:
                rank, by_source = mine.get(shard, (newer[word], False))
                mine[shard] = min(rank, newer[word]), by_source or kind == _SOURCE
                newer[word] += 1
        for shard, (rank, by_source) in mine.items():
            found[shard].append((rank, place, by_source))
    sizes = list(map(_size_of, entries))
    # Each is let go when the next is looked at: together they are large.
    found.reverse()
    return [_keep_within_bound(found.pop(), entries, sizes) for _ in range(shards)]


def _keep_within_bound(
    posts: Iterable[tuple[int, int, bool]], entries: Sequence[Entry], sizes: Sequence[int]
) -> list[tuple[int, bool]]:
    """Of each word the newest post, then of each the second one, and so on, until the shard is full.

    ``posts`` are rank, place, and whether the post is found by the original's title.
    """
    kept, size = [], 0
    for _, place, by_source in sorted(posts):
        size += sizes[place] + (len(entries[place].source_title.encode()) if by_source else 0)
        if size > SHARD_BYTES:
            break
        kept.append((place, by_source))
    return sorted(kept)


def _size_of(entry: Entry) -> int:
    """In bytes, without the original's title."""
    return len(entry.title.encode()) + len(entry.path) + 4 * len(entry.tags) + 40


def find_own_words(entry: Entry) -> FoundBy:
    """What a post is found by that is not among its clinic's newest."""
    return _find_words(entry, ())


def _collect_words(entries: Sequence[Entry], own_words: Sequence[FoundBy]) -> Iterator[FoundBy]:
    of_clinic: Counter[str] = Counter()
    for entry, own in zip(entries, own_words, strict=True):
        of_clinic[entry.clinic] += 1
        yield own if of_clinic[entry.clinic] > _FOUND_BY_CLINIC else _find_words(entry, entry.names)


def _find_words(entry: Entry, names: Iterable[ClinicName]) -> FoundBy:
    words: dict[str, str] = {}
    _add_words(words, (entry.title,), _TITLE)
    _add_words(words, entry.tags, _TAG)
    _add_words(words, (name.text for name in names), _CLINIC)
    _add_words(words, () if entry.original else (entry.source_title,), _SOURCE)
    return " ".join(words), "".join(words.values())


def _add_words(words: dict[str, str], texts: Iterable[str], kind: str) -> None:
    for text in texts:
        for word, is_inner in _telling_words(text):
            words.setdefault(word, max(kind, _INNER) if is_inner else kind)


@lru_cache(maxsize=4096)
def _telling_words(text: str) -> tuple[tuple[str, bool], ...]:
    """What a post with ``text`` is found by: words, pairs of Han, and what a long word of Hangul ends in."""
    return tuple(each for word in split_words(fold(text)) for each in _beginnings(word))


def _beginnings(word: str) -> Iterator[tuple[str, bool]]:
    """What readers may begin to type for ``word``, and whether it is its end."""
    script = script_of(word)
    if script == HAN:
        yield from ((word[place : place + 2], False) for place in range(max(1, len(word) - 1)))
    elif script == HANGUL:
        yield word, False
        # Compounds are written as one word, and readers type one of its parts.
        yield from ((word[place:], True) for place in range(2, len(word) - 1))
    elif len(word) > 1 and word not in UNTELLING:
        yield word, False


def render_shard(lang: str, posts: Sequence[tuple[Entry, bool]], rev: int) -> bytes:
    """A shard, JSON in UTF-8; ``rev`` counts from 1.

    A post is its path, date (ISO 8601), title, the places of its clinic and of its tags in the lists of these, and the
    title of the original where it is found by that.
    """
    clinics, tags = _Places(), _Places()
    rows = [
        [
            entry.path,
            entry.posted.isoformat(),
            entry.title,
            clinics[entry.names[0].text],
            [tags[tag] for tag in entry.tags],
            *([entry.source_title] if by_source else []),
        ]
        for entry, by_source in posts
    ]
    return encode_json({"rev": rev, "lang": lang, "clinics": list(clinics), "tags": list(tags), "posts": rows})


class _Places(dict[str, int]):
    """The place of each text, in the order in which they are first asked for."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return self[text]


def render_search_index(lang: str, entries: Sequence[Entry], rev: int) -> bytes:
    """What a search reads first, JSON in UTF-8; ``rev`` counts from 1.

    ``shards`` is their number. A clinic is its path and its names, a topic its path and the tag. ``words`` are those
    that a typing error may be corrected to, ``skip`` those that need not be found.
    """
    return encode_json(
        {
            "rev": rev,
            "lang": lang,
            "shards": count_shards(len(entries)),
            "clinics": [[archive_path(lang, clinic), *names] for clinic, names in _find_clinics(entries)],
            "topics": list(_find_topics(lang, entries)),
            "words": " ".join(_find_known_words(entries)),
            "skip": " ".join(sorted(UNTELLING)) if lang.partition("-")[0] == "en" else "",
        }
    )


def _find_clinics(entries: Iterable[Entry]) -> list[tuple[str, list[str]]]:
    """The clinics with the most posts, and their names."""
    posts: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    for entry in entries:
        posts[entry.clinic] += 1
        names.setdefault(entry.clinic, [name.text for name in entry.names])
    return [(clinic, names[clinic]) for clinic in _most_frequent(posts, _MOST_CLINICS)]


def _find_topics(lang: str, entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """The paths of the most frequent tags: where their clinic has it or, of several clinics, in the directory."""
    posts: Counter[str] = Counter()
    clinics: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        posts.update(entry.tags)
        for tag in entry.tags:
            clinics[tag].add(entry.clinic)
    for tag in _most_frequent(posts, _MOST_TOPICS):
        first, *others = clinics[tag]
        path = f"{directory_path(lang)}#{quote(topic_id(tag))}" if others else search_path(tag, lang, first)
        yield path, tag


def topic_id(tag: str) -> str:
    """The id of ``tag`` in the directory. An id has no spaces (HTML, 3.2.6)."""
    return f"topic-{'-'.join(tag.split())}"


def _find_known_words(entries: Iterable[Entry]) -> list[str]:
    """The most frequent words in which a typing error can be told from another word."""
    texts = Counter(text for entry in entries for text in (entry.title, *entry.tags, *(n.text for n in entry.names)))
    posts: Counter[str] = Counter()
    for text, count in texts.items():
        for word in set(split_words(fold(text))):
            posts[word] += count
    found = {word: count for word, count in posts.items() if _may_be_mistyped(word)}
    return sorted(_most_frequent(found, _MOST_WORDS))


# In shorter words an error makes another word. Han are not mistyped letter by letter.
_SHORTEST: Mapping[str, int] = {OTHER: 3, HANGUL: 2, HIRAGANA: 3, KATAKANA: 3}


def _may_be_mistyped(word: str) -> bool:
    return len(word) >= _SHORTEST.get(script_of(word), len(word) + 1) and not word.isdigit()


def _most_frequent(counts: Mapping[str, int], most: int) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], name))[:most]
