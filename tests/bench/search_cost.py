"""What gathered listings cost: by rebuilds, and so by time, whatever the number of new posts.

A rebuild of a search reads the newest entries of the language, up to ``LIMITS.searched``, puts at most every shard and
the index, and records a row. There is at most one in ``SearchSeconds``, beside those for what is taken down. A rebuild
of the pages of a clinic's tags puts at most each of them, and there is at most one in ``GATHERED_SECONDS``.
"""

import math

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.listings.periods import LIMITS
from colophon.listings.search_index import MOST_SHARDS
from colophon.listings.tag_counts import GATHERED_SECONDS, MAX_TAGS_WITH_PAGES
from colophon.page.entry import Entry
from colophon.page.names import ClinicName
from colophon.stores import row_encoding
from colophon.stores.sizes import item_size
from colophon_ops.republish import CALL, MESSAGE, PUT, READ, SECOND, WRITE
from tests.bench.post import make_post

_SAMPLE = 200
# Tokens of every shard and of the index in one row, each some 110 bytes.
_ROW_KB = math.ceil((MOST_SHARDS + 1) * 110 / 1024)
# Of Lambda with 1,024 MB: 0.16 ms of a whole processor were measured for reading, dividing and writing one post.
_SECONDS_A_POST = 0.00028
# Execution environments of relist that see changes in one minute: two shards of the stream, four batches at a time.
_PROCESSES = 8
REBUILDS_A_DAY = 1440
_SECONDS_A_DAY = 86400
# Of a tag in the row: its state, and the token of its page.
_TAG_BYTES = 250


class Rebuild(Struct, frozen=True):
    """What one rebuild of a search reads and costs at most, in dollars."""

    posts: int
    read_units: int
    seconds: float
    dollars: float

    @property
    def dollars_a_day(self) -> float:
        """With a change in each minute."""
        return self.dollars * REBUILDS_A_DAY


def cost_rebuild(posts: int) -> Rebuild:
    """The most that a rebuild costs with ``posts`` in the language."""
    read = min(posts, LIMITS.searched)
    units = math.ceil(read * _entry_size() / 4096)
    seconds = read * _SECONDS_A_POST
    sent = _PROCESSES * (3 * MESSAGE + CALL)
    objects = (MOST_SHARDS + 1) * PUT
    rows = _ROW_KB * (WRITE + 2 * READ / 4)
    return Rebuild(posts, units, seconds, units * READ + objects + rows + seconds * SECOND + sent)


def cost_tags_a_day() -> float:
    """The most dollars a day that the pages of the tags of a clinic in one language cost, with posts all the time."""
    row_kb = math.ceil(2 * MAX_TAGS_WITH_PAGES * _TAG_BYTES / 1024)
    rebuild = MAX_TAGS_WITH_PAGES * PUT + row_kb * (WRITE + 2 * READ / 4) + 3 * MESSAGE + CALL
    return rebuild * _SECONDS_A_DAY / GATHERED_SECONDS


def _entry_size() -> float:
    return sum(item_size(row_encoding.encode_entry(_make_row(number))) for number in range(_SAMPLE)) / _SAMPLE


def _make_row(number: int) -> EntryRow:
    post = make_post(number)
    names = (ClinicName("en", post.clinic.english), ClinicName("ko", post.clinic.korean))
    entry = Entry(
        lang="en",
        clinic=post.clinic.key,
        post=post.name,
        posted=post.posted,
        title=post.title,
        source_title=post.source_title,
        excerpt=post.excerpt,
        original=False,
        reviewed=False,
        published=post.translated.isoformat(),
        modified="",
        names=names,
        languages=("en", "ko"),
        tags=post.tags,
    )
    return replace(EntryRow("en", post.clinic.key, post.posted, post.name, "0" * 32), entry=entry)


def describe() -> list[str]:
    """The lines of infra/README.md."""
    ten, fifty = cost_rebuild(10_000), cost_rebuild(50_000)
    return [
        "The search of a language costs by time and not by posts. A rebuild, at most one in `SearchSeconds`, reads up",
        f"to {LIMITS.searched:,} posts and puts up to {MOST_SHARDS + 1} objects. With a change in every minute, and "
        "every shard changed:",
        "",
        "| posts of the language | read units | modelled seconds | dollars a day, at most |",
        "| ---: | ---: | ---: | ---: |",
        *(
            f"| {each.posts:,} | {each.read_units:,} | {each.seconds:.1f} | {each.dollars_a_day:.2f} |"
            for each in (ten, fifty)
        ),
        "",
        "So do the pages of the tags of a clinic in a language: a rebuild, at most one in "
        f"{GATHERED_SECONDS // 60} minutes, puts up to",
        f"{MAX_TAGS_WITH_PAGES} objects. If every tag has new posts all day, {cost_tags_a_day():.2f} dollars a day.",
    ]


if __name__ == "__main__":
    print("\n".join(describe()))
