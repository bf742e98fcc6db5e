"""I10: whatever AWS refuses for ever, a handler ends within a bounded number of calls, and its message returns.

Each handler meets each kind of refusal at each of its kinds of call, every time that it makes it. The loops that wait
for AWS are all in one table, so that a new one gets its bound.
"""

import ast
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from msgspec import Struct

import colophon
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.faults import Fault, faults_of
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import (
    BOTH,
    CLINIC,
    ILLUSTRATED,
    PICTURE,
    SITE,
    as_image_message,
    as_stream_record,
    en,
    put,
    refresh,
)

SDK_ATTEMPTS = 3
# Refusals that the handler outlives, and sees again and again.
FOR_EVER: tuple[Fault, ...] = ("lost answer", "no answer", "throttle", "conflict", "cancel", "part")


class Handled(Struct, frozen=True):
    """What is handled after ``before``, in at most ``attempts`` rounds of the protocol (``verbs.swap``)."""

    before: tuple[Upload, ...]
    upload: Upload
    attempts: int
    reporting: bool = False


def followed(world: World) -> Message:
    """All that the stream tells of a correction, in one batch."""
    world.queued.append(en(2)(world))
    world.handle(0)
    records = [record for message in world.queued if message.to == "relist" for record in json.loads(message.body)]
    world.queued.clear()
    return Message("relist", json.dumps(records))


HANDLERS: Mapping[str, Handled] = {
    "a correction": Handled(BOTH, en(2), 6),
    "a republish of a post": Handled(BOTH, refresh(force=True), 24),
    "an image": Handled(ILLUSTRATED, as_image_message(put(PICTURE, contents.drawing(2))), 6),
    "a clinic": Handled(BOTH, put(CLINIC, contents.clinic(2)), 6),
    "the site": Handled(BOTH, put(SITE, contents.site(2, "en, ko, ja")), 6),
    "a fan-out": Handled(BOTH, refresh(f"posts/{contents.CLINIC}/"), 1),
    "what follows from a correction": Handled(BOTH, followed, 24),
    "a report": Handled(BOTH, as_stream_record(en(2), "report"), 6, reporting=True),
}
# The loops of stores and verbs, and what ends each.
LOOPS = {
    "stores.decoder_child.main": "the parent closes the pipe: tests/stores/test_decoder.py",
    "stores.inbox.Inbox._pages": "S3 says that no version is left: tests/stores/test_inbox_pages.py",
    "stores.inbox.Inbox._version_pages": "the same, and pages of one batch: tests/stores/test_inbox_pages.py",
    "stores.inbox.Inbox.read_neighbours": "a page has two more folders, or it ends: tests/stores/test_inbox_pages.py",
    "stores.inbox_folder.InboxFolder._files": "each folder is listed once: tests/stores/test_inbox_folder.py",
    "stores.inbox_folder._read_regular_file": "the file's end: tests/stores/test_inbox_folder.py",
    "stores.listing_index.ListingIndex._newest_of_language": "a day or an entry a turn: tests/protocol/test_search.py",
    "stores.table.Table.query": "DynamoDB names no last item: tests/stores/test_table.py",
    "verbs.reading.decide_with_reads": "a version is read once: tests/verbs/test_reading.py",
    "verbs.sweep._scan_from": "its seconds, or the inbox's end: tests/protocol/test_scan_passes.py",
}


@pytest.mark.parametrize("name", HANDLERS)
def test_what_is_refused_for_ever_ends(name: str, account: Cloud, transport: Transport) -> None:
    handled = HANDLERS[name]
    account.empty()
    settled = World(account, transport, REAL, handled.reporting, listing=True)
    restore_or_settle(settled, handled.before)
    message = handled.upload(settled)
    start, delivered = account.save(), settled.records_delivered

    def play(operation: str, fault: Fault, most: int) -> int:
        account.restore(start)
        world = World(account, transport, REAL, handled.reporting, listing=True, purging=True)
        world.records_delivered = delivered
        handler = transport.start(name, world.handler_for(message))
        steps = 0
        while handler.pending_call:
            steps += 1
            if steps > most:
                call = handler.pending_call
                transport.stop_all([handler])
                pytest.fail(f"{name} goes on for ever: {fault} at {operation}; after {most} calls it makes {call}")
            seen[handler.pending_call.operation] |= {*faults_of(handler.pending_call)} & {*FOR_EVER}
            transport.step(handler, fault if handler.pending_call.operation == operation else "go")
        if handler.failure and not world.is_retried(handler.failure):
            raise handler.failure
        return steps

    seen: defaultdict[str, set[Fault]] = defaultdict(set)
    smooth = play("", "go", 500)
    most = (smooth + 2) * SDK_ATTEMPTS * handled.attempts
    for operation, fault in [(each, one) for each, kinds in sorted(seen.items()) for one in sorted(kinds)]:
        play(operation, fault, most)
    assert len(seen) > 1


def test_every_loop_that_may_wait_for_others_has_a_bound() -> None:
    root = Path(colophon.__file__).parent
    found = {
        f"{folder}.{path.stem}.{name}"
        for folder in ("stores", "verbs")
        for path in sorted((root / folder).glob("*.py"))
        for name in _functions_with_while(ast.parse(path.read_text()))
    }
    assert found == LOOPS.keys()
    tests = {bound.rpartition(": ")[2] for bound in LOOPS.values()}
    assert all(Path(__file__).parents[2].joinpath(test).exists() for test in tests)


def _functions_with_while(tree: ast.AST, inside: str = "") -> Iterator[str]:
    """The functions, with their classes, that have a ``while`` of their own."""
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if isinstance(node, ast.While):
            yield inside
        yield from _functions_with_while(node, f"{inside}.{node.name}".lstrip(".") if named else inside)  # type: ignore[attr-defined]
