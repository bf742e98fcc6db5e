"""Have posts made anew: the house first, then the posts in slices, then the listings that name them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from colophon.decision.claim_rings import earlier_addresses
from colophon.decision.identity import code_version
from colophon.decision.parts import PostRow
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.round_row import RoundRow
from colophon.upload.keys import PostRef
from colophon.verbs.relisting import Group, archive_group, directory_group, front_group, home_group, year_group
from colophon_ops.backlog import Backlog, Choice, backlog_of
from colophon_ops.errors import Misused
from colophon_ops.slow_lane import SlowLane, slow_lane, through
from colophon_ops.target import Target

_SLICE = 100
# So many names are still read by whoever mistyped one.
_NAMED = 20
# What came to its middle longer ago is not gone on with: what was done by then may be undone since.
_GOES_ON = timedelta(days=1)

# AWS list prices of us-east-1, in dollars for one: aws.amazon.com/s3/pricing, /dynamodb/pricing/on-demand,
# /sqs/pricing, /lambda/pricing (Arm, a gigabyte for a second).
PUT, GET, READ, WRITE, MESSAGE, CALL, SECOND = 5e-6, 4e-7, 1.25e-7, 6.25e-7, 4e-7, 2e-7, 1.333e-5

# A listing of the folder's versions; the rows of post, clinic and site read twice in a transaction; sent, received and
# deleted ten at a time.
_POST = PUT + 12 * READ + 0.3 * MESSAGE + 0.1 * CALL
# What stands asked for, the upload read, the page put, its two entries read, its row and its history written in a
# transaction.
_PAGE = 2 * GET + PUT + 2 * READ + 10 * WRITE + 0.1 * SECOND
# A message of its own; the folder listed, the rows read, five files asked for.
_IMAGE = 1.3 * MESSAGE + PUT + 6 * READ + 5 * GET + CALL + 0.2 * SECOND


class Republisher(Struct, frozen=True):
    """A stack as republishing needs it."""

    inbox: Inbox
    index: Index
    lane: SlowLane

    def deployed(self) -> str:
        """The code version that the stack runs, as ``sweep`` keeps it; before the first sweep this command's own."""
        return self.index.round().code or code_version()

    def backlog(self, choice: Choice, on_step: Callable[[int], None]) -> Backlog:
        """All that ``choice`` means now. Raises Misused where it names a clinic or a language that is not there."""
        backlog = backlog_of(replace(choice, code=self.deployed()), self.inbox, self.index, on_step)
        if choice.clinic:
            _check("clinic", choice.clinic, backlog.there)
        if choice.lang:
            settings = self.index.site().settings
            _check("language", choice.lang, {*backlog.langs, *(settings.languages if settings else ())})
        return backlog

    def left_off(self, choice: Choice, now: datetime) -> str:
        """The folder after which the same command left off within the last day; empty where it did not."""
        row = self.index.course(choice.name)
        recent = row.began is not None and now - row.began < _GOES_ON
        return row.after if recent and row.code == self.deployed() else ""

    def run(self, backlog: Backlog, after: str, on_step: Callable[[int, int], None]) -> int:
        """Ring for all of ``backlog`` after the folder ``after``, and wait; how many posts were rung for.

        ``on_step`` is told how many of how many posts are through. Raises Unavailable.
        """
        posts = [post for post in backlog.posts if post.folder > after]
        total, row = len(posts), self.index.course(backlog.choice.name)
        row = replace(row, after=after, began=row.began if after else datetime.now(UTC), code=self.deployed())
        self.lane.send(backlog.house(), lambda _: None)
        self.lane.drain(lambda _: on_step(0, total))
        for start in range(0, total, _SLICE):
            some = posts[start : start + _SLICE]
            self.lane.send([backlog.ring(post) for post in some], through(start + len(some), total, on_step))
            row = self._came_to(backlog.choice, row, some[-1].folder)
        self.lane.drain(through(total, total, on_step))
        self.lane.send([backlog.ring(post) for post in earlier_of(backlog, self.index)], through(total, total, on_step))
        self.lane.drain(through(total, total, on_step))
        self.lane.send_listings(groups_of(backlog, self.index))
        self.lane.drain(lambda _: on_step(total, total))
        self._came_to(backlog.choice, row, "")
        return total

    def _came_to(self, choice: Choice, row: RoundRow, folder: str) -> RoundRow:
        self.index.record_course(choice.name, replace(row, after=folder))
        return replace(row, after=folder, n=row.n + 1)


def _check(kind: str, name: str, there: set[str]) -> None:
    if name not in there:
        said = sorted(there)[:_NAMED]
        more = f"{len(there) - _NAMED:,} more" if len(there) > _NAMED else ""
        *most, last = [*said, more] if more else said or ["none"]
        names = f"{', '.join(most)} and {last}" if most else last
        raise Misused(f"There is no {kind} {name}; there {'is' if len(there) < 2 else 'are'} {names}.")


def republisher(target: Target, seconds: float) -> Republisher:
    """``target`` with its clients made. ``seconds``: so long its slow lane may stand still."""
    inbox, index = Inbox(target.client("s3"), target.inbox_bucket), Index(target.client("dynamodb"), target.table)
    return Republisher(inbox, index, slow_lane(target, seconds))


def earlier_of(backlog: Backlog, index: Index) -> list[PostRef]:
    """The earlier addresses of posts of ``backlog`` that are not among them: nothing may ever have lain there."""
    earlier = {old for row in _rows(backlog.around, index) for old in earlier_addresses(row)}
    return sorted(earlier - set(backlog.around))


def groups_of(backlog: Backlog, index: Index) -> Iterable[Group]:
    """Every group of listings that names a post of ``backlog``, or its clinic, or is the site's own."""
    site, lang = index.site(), backlog.choice.lang
    groups = {front_group()}
    langs = [each for each in (site.settings.languages if site.settings else ()) if lang in ("", each)]
    for each in langs:
        groups |= {directory_group(each), home_group(each)}
        groups |= {archive_group(each, clinic) for clinic in backlog.clinics}
    return groups | set(_years(backlog.around, lang, index))


def _years(posts: list[PostRef], lang: str, index: Index) -> Iterator[Group]:
    for row in _rows(posts, index):
        for each, part in row.pages.items():
            if part.mark and lang in ("", each):
                yield year_group(each, row.post.clinic, part.mark.posted.year)


def _rows(posts: list[PostRef], index: Index) -> Iterator[PostRow]:
    for start in range(0, len(posts), _SLICE):
        yield from index.posts(posts[start : start + _SLICE]).values()


def list_price(posts: int, pages: int, images: int) -> float:
    """About what it costs, in dollars, to look at so many and to put every page again; of listings there are few."""
    return posts * _POST + pages * _PAGE + images * _IMAGE
