"""Republish posts: first what all pages share, then the posts in batches, then the listings that name them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.redirects import posts_claimed_by
from colophon.decision.rows import PostRow
from colophon.listings.kind import ListingGroup
from colophon.listings.kinds import groups_for
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.row_encoding import ScanCursor
from colophon.upload.keys import PostRef
from colophon.verbs.listings import EntryGroups
from colophon_ops.backlog import Backlog, Selection, deployed_code, find_backlog
from colophon_ops.errors import Misused
from colophon_ops.slow_lane import SlowLane, count_done, open_slow_lane
from colophon_ops.target import Target

_BATCH = 100
# Names listed when one was mistyped.
_NAMES_SHOWN = 20
# An older run is not resumed: what it did may have been undone since.
_RESUMES_WITHIN = timedelta(days=1)

# AWS list prices of us-east-1 in dollars, each for one call, message or gigabyte-second (Arm):
# aws.amazon.com/s3/pricing, /dynamodb/pricing/on-demand, /sqs/pricing, /lambda/pricing.
PUT, GET, READ, WRITE, MESSAGE, CALL, SECOND = 5e-6, 4e-7, 1.25e-7, 6.25e-7, 4e-7, 2e-7, 1.333e-5

# List the folder's versions; read the rows of post, clinic and site twice in a transaction; send, receive and delete
# messages ten at a time.
_POST = PUT + 12 * READ + 0.3 * MESSAGE + 0.1 * CALL
# Read the current page and the upload, put the page, read its two entries, write its row and history in a
# transaction.
_PAGE = 2 * GET + PUT + 2 * READ + 10 * WRITE + 0.1 * SECOND
# A message of its own; list the folder, read the rows and five files.
_IMAGE = 1.3 * MESSAGE + PUT + 6 * READ + 5 * GET + CALL + 0.2 * SECOND


class Republisher(Struct, frozen=True):
    """What republishing uses of a stack."""

    inbox: Inbox
    index: Index
    lane: SlowLane

    def backlog(self, selection: Selection, on_step: Callable[[int], None]) -> Backlog:
        """Everything that ``selection`` covers now. Raises Misused if it names an unknown clinic or language."""
        backlog = find_backlog(replace(selection, code=deployed_code(self.index)), self.inbox, self.index, on_step)
        if selection.clinic:
            _check_known("clinic", selection.clinic, backlog.known_clinics)
        if selection.lang:
            settings = self.index.read_site().settings
            _check_known(
                "language", selection.lang, {*backlog.known_languages, *(settings.languages if settings else ())}
            )
        return backlog

    def resume_point(self, selection: Selection, now: datetime) -> str:
        """The last folder that an interrupted run of the same selection finished within a day; else empty."""
        row = self.index.read_command_cursor(selection.name)
        recent = row.started_at is not None and now - row.started_at < _RESUMES_WITHIN
        return row.after if recent and row.code_version == deployed_code(self.index) else ""

    def run(self, backlog: Backlog, after: str, on_step: Callable[[int, int], None]) -> int:
        """Refresh all of ``backlog`` after the folder ``after``, wait, and return the number of posts.

        ``on_step`` gets the number of posts done and the total. Raises Unavailable.
        """
        posts = [post for post in backlog.posts if post.folder > after]
        total, row = len(posts), self.index.read_command_cursor(backlog.selection.name)
        row = replace(
            row,
            after=after,
            started_at=row.started_at if after else datetime.now(UTC),
            code_version=deployed_code(self.index),
        )
        self.lane.send(backlog.shared_requests(), lambda _: None)
        self.lane.drain(lambda _: on_step(0, total))
        for start in range(0, total, _BATCH):
            batch = posts[start : start + _BATCH]
            self.lane.send(
                [backlog.request_for(post) for post in batch], count_done(start + len(batch), total, on_step)
            )
            row = self._record_progress(backlog.selection, row, batch[-1].folder)
        self.lane.drain(count_done(total, total, on_step))
        self.lane.send(
            [backlog.request_for(post) for post in earlier_posts(backlog, self.index)],
            count_done(total, total, on_step),
        )
        self.lane.drain(count_done(total, total, on_step))
        self.lane.send_listings(listing_groups(backlog, self.index))
        self.lane.drain(lambda _: on_step(total, total))
        self._record_progress(backlog.selection, row, "")
        return total

    def _record_progress(self, selection: Selection, row: ScanCursor, folder: str) -> ScanCursor:
        self.index.record_command_cursor(selection.name, replace(row, after=folder))
        return replace(row, after=folder, n=row.n + 1)


def _check_known(kind: str, name: str, known: set[str]) -> None:
    if name not in known:
        shown = sorted(known)[:_NAMES_SHOWN]
        more = f"{len(known) - _NAMES_SHOWN:,} more" if len(known) > _NAMES_SHOWN else ""
        *most, last = [*shown, more] if more else shown or ["none"]
        names = f"{', '.join(most)} and {last}" if most else last
        raise Misused(f"There is no {kind} {name}; there {'is' if len(known) < 2 else 'are'} {names}.")


def open_republisher(target: Target, seconds: float) -> Republisher:
    """A republisher of ``target``, with its clients made. ``seconds``: see SlowLane."""
    inbox, index = Inbox(target.client("s3"), target.inbox_bucket), Index(target.client("dynamodb"), target.table)
    return Republisher(inbox, index, open_slow_lane(target, seconds))


def earlier_posts(backlog: Backlog, index: Index) -> list[PostRef]:
    """The earlier addresses of the posts in ``backlog``, as posts. They may never have had an upload of their own."""
    earlier = {old for row in _rows(backlog.matching, index) for old in posts_claimed_by(row)}
    return sorted(earlier - set(backlog.matching))


def listing_groups(backlog: Backlog, index: Index) -> Iterable[ListingGroup]:
    """Every listing group that names a post of ``backlog`` or its clinic, and the site's own.

    Also those in languages that the site once had: the clinic's row that knew of them may be lost.
    """
    lang = backlog.selection.lang
    groups = set(groups_for())
    languages = [each for each in index.read_site().ever_languages if lang in ("", each)]
    for each in languages:
        groups.update(groups_for(each))
        for clinic in backlog.clinics:
            groups.update(groups_for(each, clinic))
    return groups | set(_groups_of_entries(backlog.matching, lang, index))


def _groups_of_entries(posts: list[PostRef], lang: str, index: Index) -> Iterator[ListingGroup]:
    entry_groups = EntryGroups(index)
    for row in _rows(posts, index):
        for each, part in row.pages.items():
            if part.entry_ref and lang in ("", each):
                yield from entry_groups.find(each, row.post.clinic, part.entry_ref.posted, row.post.post)


def _rows(posts: list[PostRef], index: Index) -> Iterator[PostRow]:
    for start in range(0, len(posts), _BATCH):
        yield from index.read_posts(posts[start : start + _BATCH]).values()


def list_price(posts: int, pages: int, images: int) -> float:
    """The approximate cost in dollars if every page is put again. Listings are few and not counted."""
    return posts * _POST + pages * _PAGE + images * _IMAGE
