"""The pages that readers have now, of those that a command is about to change."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from colophon.stores.index import Index
from colophon.upload.keys import ClinicFile, PageRef, parse_key

# As many rows as one read takes.
_POSTS_PER_READ = 100


def find_live_pages(pages: Iterable[PageRef], index: Index) -> tuple[PageRef, ...]:
    """Those of ``pages`` that show a text now, whatever the state of their newest upload is."""
    wanted = sorted(set(pages))
    posts = sorted({page.post for page in wanted})
    live: set[PageRef] = set()
    for start in range(0, len(posts), _POSTS_PER_READ):
        rows = index.read_posts(posts[start : start + _POSTS_PER_READ])
        live.update(
            PageRef(post, lang)
            for post, row in rows.items()
            for lang, page in row.pages.items()
            if page.provenance and page.provenance.kind == "page"
        )
    return tuple(page for page in wanted if page in live)


def find_deleted_pages(deleted: Collection[str], remaining: Collection[str]) -> Iterator[PageRef]:
    """The pages that can't be shown without the keys ``deleted``; ``remaining`` are the keys that stay.

    A deleted edition takes its own page down, a deleted clinic's record all pages of the clinic.
    """
    names = [parse_key(key) for key in deleted]
    clinics = {name.clinic for name in names if isinstance(name, ClinicFile)}
    yield from (name for name in names if isinstance(name, PageRef))
    for name in map(parse_key, remaining):
        if isinstance(name, PageRef) and name.post.clinic in clinics:
            yield name


def count_text(pages: Sequence[PageRef]) -> str:
    """The number of ``pages``, of their posts and of their languages, as “12 pages in 5 posts and 3 languages”."""
    posts, langs = {page.post for page in pages}, {page.lang for page in pages}
    counts = (_plural(len(pages), "page"), _plural(len(posts), "post"), _plural(len(langs), "language"))
    return "{} in {} and {}".format(*counts)


def lost_text(pages: Sequence[PageRef]) -> str:
    """That readers lose ``pages``, without a full stop."""
    return f"{count_text(pages)} {'stops' if len(pages) == 1 else 'stop'} being readable"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
