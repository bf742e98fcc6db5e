"""Two code versions of the functions in one process: "old" and "new". Each thread runs one of them.

They differ in their code version, in the bytes of every page and listing, in the index (the new one adds a field to
every row that it writes) and in the uploads that they accept (the new one knows one more field). With ``derives`` the
new one also finds other facts, another excerpt and other tags in the same upload.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from msgspec.structs import replace

from colophon.decision import history, identity, page
from colophon.listings import contents
from colophon.listings import finished as finished_listings
from colophon.page import finished
from colophon.page.objects import SiteObject
from colophon.problem import Misconfigured
from colophon.stores import row_encoding
from colophon.verbs import reading, sweep
from colophon.verbs.listings import enqueue_listings
from colophon_emulator.lock import patch
from colophon_ops.backlog import Selection, find_backlog
from colophon_ops.republish import earlier_posts, listing_groups
from tests.protocol.harness import at_rest
from tests.protocol.harness.cloud import Cloud, StoredObject
from tests.protocol.harness.invariants import InvariantChecker, Violation
from tests.protocol.harness.links import FILES, is_page
from tests.protocol.harness.scheduler import Scheduler, StartState
from tests.protocol.harness.world import Message, World

OLD, NEW = "old", "new"
_MARK, _SPACE = b"<!-- made by new code -->", b" \n"
_FIELD = b"reading_time: 3\n"
# The field that the new version adds to each row, as JSON.
_LATER = '"later":{"kept":[1,2]}'
_thread = threading.local()


@contextmanager
def running(version: str) -> Iterator[None]:
    """Within the block this thread runs ``version``."""
    before = current()
    _thread.version = version
    try:
        yield
    finally:
        _thread.version = before


def current() -> str:
    return getattr(_thread, "version", OLD)


@contextmanager
def two_versions(cloud: Cloud, *, derives: bool = False) -> Iterator[None]:
    """Within the block both versions exist, in an account where no schedule has begun yet."""
    with ExitStack() as stack:
        stack.enter_context(patch(cloud, "saved_starts", {}))
        for module in (identity, history, page, sweep):
            stack.enter_context(patch(module, "code_version", lambda: f"{current()} code"))
        for module in (finished, finished_listings):
            stack.enter_context(patch(module, "SiteObject", _made))
        for name in ("read_edition", "read_clinic", "read_site"):
            stack.enter_context(patch(reading, name, _knowing_field(getattr(reading, name))))
        stack.enter_context(patch(row_encoding, "_encode_json", _with_later(row_encoding._encode_json)))
        if derives:
            stack.enter_context(patch(page, "facts_of", _only_new(page.facts_of, source_warnings=7)))
            stack.enter_context(patch(page, "build_entry", _only_new(page.build_entry, excerpt="In new words.")))
            stack.enter_context(patch(contents, "_most_frequent", _with_new_tag(contents._most_frequent)))
        yield


def _made(key: str, content: bytes, *labels: Any) -> SiteObject:
    if current() == NEW and not key.startswith(FILES):
        content += _MARK if key.endswith((".html", ".xml")) else _SPACE
    return SiteObject(key, content, *labels)


def with_field(content: bytes) -> bytes:
    """``content``, an upload with fields, with the field that only the new version knows."""
    start = len(b"---\n") if content.startswith(b"---\n") else 0
    return content[:start] + _FIELD + content[start:]


def _knowing_field(read: Callable[..., Any]) -> Callable[..., Any]:
    def read_as_new(*given: Any) -> Any:
        *others, content = given
        return read(*others, content.replace(_FIELD, b"") if current() == NEW else content)

    return read_as_new


def _with_later(encode: Callable[[Any], str]) -> Callable[[Any], str]:
    def encode_json(value: Any) -> str:
        row = encode(value)
        # Rows with an ``n``: the others say what one decision says, and are replaced as a whole.
        return f"{{{_LATER},{row[1:]}" if current() == NEW and hasattr(value, "n") else row

    return encode_json


def _with_new_tag(find: Callable[[Any], tuple[str, ...]]) -> Callable[[Any], tuple[str, ...]]:
    return lambda tags: ("of new code",) if current() == NEW else find(tags)


def _only_new(make: Callable[..., Any], **changes: object) -> Callable[..., Any]:
    return lambda *given: replace(make(*given), **changes) if current() == NEW else make(*given)


def without_marks(stored: StoredObject) -> StoredObject:
    """``stored`` as the old version would have made it."""
    return replace(stored, content=stored.content.replace(_MARK, b"").removesuffix(_SPACE))


class LaterFields:
    """Sees that no row loses the field that the new version added to it."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.seen: set[tuple[str, str, str]] = set()

    def check(self) -> None:
        """Raise Violation if a row has lost its field."""
        found = set(_rows_with_later(self._cloud))
        if lost := self.seen - found:
            raise Violation(f"a row lost a field that newer code wrote: {sorted(lost)}")
        self.seen = found


def _rows_with_later(cloud: Cloud) -> Iterator[tuple[str, str, str]]:
    for (pk, sk), item in cloud.items().items():
        for name, value in {"": {"M": item}, **item}.items():
            if "M" in value and "row" in value["M"] and _LATER in value["M"]["row"]["S"]:
                yield pk, sk, name


class TwoVersionWorld(World):
    """A world whose handlers run the version that ``choose`` names."""

    choose: Callable[[], str] = staticmethod(cycle((OLD, NEW)).__next__)

    def handler_for(self, message: Message) -> Callable[[], object]:
        work, version = super().handler_for(message), self.choose()

        def run() -> None:
            with running(version):
                work()

        return run

    # Messages that failed, if they are kept for another attempt.
    failed: list[Message] | None = None

    def _handle(self, batch: list[Message]) -> None:
        try:
            super()._handle(batch)
        except Misconfigured:
            if self.failed is None:
                raise
            self.failed += batch
            self.deliver_stream()

    def handler_for_batch(self, batch: Sequence[Message]) -> Callable[[], object]:
        work, version = super().handler_for_batch(batch), self.choose()

        def run() -> None:
            with running(version):
                work()

        return run


@dataclass
class TwoVersionScheduler(Scheduler):
    """Plays schedules whose participants run the versions in ``versions``, by name; afterwards both take turns.

    At rest every message is repeated, and nothing may be written. ``revisions`` has for each schedule how often pages
    were put until then. With ``ends`` each of these versions is then deployed alone, and republishes what is stale:
    the site must be as a clean build of that version makes it. Without, the site is compared with a clean build
    whichever version made each page.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    ends: Sequence[str] = ()
    revisions: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._later = LaterFields(self.cloud)
        self._turns = cycle((NEW, OLD))
        self._ended: set[str] = set()

    def _prepare(self) -> StartState:
        """What stood before, the old version made."""
        with patch(self, "_choose", lambda: OLD):
            return super()._prepare()

    def _new_world(self) -> World:
        world = TwoVersionWorld(self.cloud, self.transport, self.functions, self.reporting, self.listing)
        world.choose = lambda: self._choose()
        self._later.seen = set()
        return world

    def _choose(self) -> str:
        return self.versions.get(self.transport.running_handler(), "") or next(self._turns)

    def _check(self, world: World) -> None:
        self._later.check()
        if not self.ends:
            with _masking_code():
                super()._check(world)

    def _check_at_rest(self, world: World, checker: InvariantChecker) -> None:
        super()._check_at_rest(world, checker)
        site = self.cloud.site()
        self.revisions.append(sum(int(stored.metadata["rev"]) for key, stored in site.items() if is_page(key)))
        if (state := self._state(world)) not in self._ended:
            self._ended.add(state)
            saved = self.cloud.save()
            assert isinstance(world, TwoVersionWorld)
            for version in self.ends:
                self.cloud.restore(saved)
                world.records_delivered = 0
                deploy_and_republish(world, version)
                self._later.check()


def deploy_and_republish(world: TwoVersionWorld, version: str, most: int = 2) -> None:
    """All handlers of ``world`` now run ``version``, and an operator republishes what is stale.

    Raises Violation unless the site is then as a clean build of ``version`` makes it, or if an object was put more than
    ``most`` times: a second time when a row that it is made from has changed too, as a sibling's or a year's.
    """
    world.choose = lambda: version
    world.failed = []
    before = {key: int(stored.metadata.get("rev", "0")) for key, stored in world.cloud.site().items()}
    with running(version):
        _republish_stale(world, Selection(stale=True, code=identity.code_version()))
        world.queued += world.failed
        world.failed = None
        world.run_until_quiet()
        at_rest.check_at_rest(world, at_rest.clean_build(world))
        at_rest.check_replay(world)
        again = find_backlog(Selection(stale=True, code=identity.code_version()), world.inbox, world.index, _no_step)
    if again.posts:
        raise Violation(f"still stale after a republish: {again.posts}")
    for key, stored in world.cloud.site().items():
        if int(stored.metadata.get("rev", "0")) - before.get(key, 0) > most:
            raise Violation(f"{key} was put too often: rev {before.get(key, 0)} became {stored.metadata['rev']}")


def _republish_stale(world: World, selection: Selection) -> None:
    """What the command does, step by step."""
    backlog = find_backlog(selection, world.inbox, world.index, _no_step)
    intake, listings = world.queue("intake"), world.queue("listings")
    for requests in (
        backlog.shared_requests(),
        [backlog.request_for(post) for post in backlog.posts],
        [backlog.request_for(post) for post in earlier_posts(backlog, world.index)],
    ):
        intake.enqueue(requests)
        world.run_until_quiet()
    enqueue_listings((replace(group, force=True) for group in listing_groups(backlog, world.index)), listings)
    world.run_until_quiet()


def _no_step(_: int) -> None:
    """Nothing is counted."""


def check_at_rest_but_for_code(world: World) -> None:
    """Raise Violation unless the site is as a clean build makes it, whichever version made each page."""
    with _masking_code():
        at_rest.check_at_rest(world, at_rest.clean_build(world))


@contextmanager
def _masking_code() -> Iterator[None]:
    with patch(at_rest, "_masked", _masked_without_marks):
        yield


def _masked_without_marks(stored: StoredObject, masked: Callable[[StoredObject], Any] = at_rest._masked) -> Any:
    return masked(without_marks(stored))
