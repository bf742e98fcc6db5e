"""The tags that may have pages, with the number of their posts in a period and the identity of these posts.

Tags with one slug count as one. A period names its most frequent tags only, so its row stays small.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.identity import fingerprint
from colophon.decision.listing_rows import EntryRow
from colophon.page.tags import TAGS_WITH_PAGES, slug_of

# A period names so many tags, and a clinic has pages for so many. A tag takes about 60 bytes in a row.
MAX_TAGS_WITH_PAGES = 100
# What new posts change about tags is gathered for so many seconds: each time up to 100 pages are put.
GATHERED_SECONDS = 300
_VALUE_LENGTH = 12


class TagCount(Struct, frozen=True, array_like=True):
    """How many posts of a period have a tag; ``value`` is the identity of what listings show of them.

    ``value`` is empty for a day or a part of one: pages of tags list no posts of months that are listed by day.
    ``since`` is the ``n`` of the row that first had the others, or that lost a page since then, so all together never
    return. ``months`` are those of a year listed by months that count the tag and whose posts its page may list.
    """

    count: int
    value: str
    since: int = 0
    months: tuple[int, ...] = ()


# By the spelling that most posts have.
TagCounts = Mapping[str, TagCount]


def count_tags(rows: Iterable[EntryRow], *, identified: bool) -> TagCounts:
    """The tags of the live pages among ``rows``; only if ``identified``, with the identity of these."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    ids: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        for slug, tag in tags_by_slug(row).items():
            spellings[slug][tag] += 1
            ids[slug].append((row.posted.isoformat(), row.post, row.id))
    return _keep_most_frequent(
        {
            _first(spellings[slug]): TagCount(len(posts), _identity(sorted(posts)) if identified else "")
            for slug, posts in ids.items()
        }
    )


def tags_by_slug(row: EntryRow) -> dict[str, str]:
    """The tags of a page that have pages; none if its entry is a removed one."""
    tags = row.entry.tags[:TAGS_WITH_PAGES] if row.entry else ()
    return {slug_of(tag): tag for tag in reversed(tags)}


def add_tag_counts(parts: Iterable[tuple[str, int, TagCounts]]) -> TagCounts:
    """The tags of a period from those of its parts.

    Each part comes with its name and, if pages of tags may list its posts, its month, else 0.
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    values: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    months: dict[str, list[int]] = defaultdict(list)
    for name, month, counts in parts:
        for tag, found in counts.items():
            slug = slug_of(tag)
            spellings[slug][tag] += found.count
            values[slug].append((name, found.value, found.since))
            months[slug] += [month] if month else []
    return _keep_most_frequent(
        {
            _first(spellings[slug]): TagCount(
                spellings[slug].total(), _identity(sorted(of)), months=tuple(sorted(set(months[slug])))
            )
            for slug, of in values.items()
        }
    )


def date_tag_counts(found: TagCounts, known: TagCounts, n: int) -> TagCounts:
    """``found`` as the row that is recorded as its ``n``-th has them, which had ``known`` until then."""
    return {
        tag: known[tag] if tag in known and replace(known[tag], since=0) == count else replace(count, since=n)
        for tag, count in found.items()
    }


def order_by_frequency(counts: Mapping[str, int]) -> Sequence[str]:
    """The tags in ``counts``, the most frequent first; those of one frequency by name."""
    return sorted(counts, key=lambda tag: (-counts[tag], tag))


def _keep_most_frequent(counts: TagCounts) -> TagCounts:
    kept = order_by_frequency({tag: found.count for tag, found in counts.items()})[:MAX_TAGS_WITH_PAGES]
    return {tag: counts[tag] for tag in kept}


def _first(spellings: Mapping[str, int]) -> str:
    return order_by_frequency(spellings)[0]


def _identity(posts: Sequence[object]) -> str:
    return fingerprint(posts)[:_VALUE_LENGTH]
