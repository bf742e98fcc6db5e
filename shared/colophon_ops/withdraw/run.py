"""``withdraw`` and ``reinstate``: the order written or deleted, the answer awaited, every place read until it is so."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from colophon.cli.answers import await_answers
from colophon.cli.failures import Misused
from colophon.decision.outcome import Outcome
from colophon.problem import Problem, Refused
from colophon.upload.keys import ImageRef, PostRef, named
from colophon.upload.versions import Version
from colophon.withdrawal import UNREADABLE, Withdrawal, read_withdrawal
from colophon_ops.withdraw.clients import Stack
from colophon_ops.withdraw.draft import OrderFile
from colophon_ops.withdraw.evidence import image_keys, traces_of
from colophon_ops.withdraw.footprint import Footprint, footprint, wider
from colophon_ops.withdraw.proof import Check, CheckResult, prove
from colophon_ops.withdraw.removal import Removal, removal_checks
from colophon_ops.withdraw.restore import restore_checks
from colophon_ops.withdraw.subject import (
    ImageNames,
    Subject,
    is_address,
    order_in,
    said,
    subject_at,
    subject_of,
)

_SETTLE_SECONDS = 3.0


class Progress(Protocol):
    """How far one step is."""

    def at(self, done: int, total: int) -> None: ...


class OpenProgress(Protocol):
    """Reports one step for the time of a block. ``total`` is left out where it is not known yet."""

    def __call__(self, what: str, total: int | None = None, /) -> AbstractContextManager[Progress]: ...


class Standing(Struct, frozen=True):
    """The order that lies at its key in the inbox now, whether or not it can be read."""

    version: Version
    order: Withdrawal


class Withdrawn(Struct, frozen=True):
    """The order's key, what its report says must be mended, and what every place was found as."""

    key: str
    written: bool
    problems: tuple[Problem, ...]
    proof: tuple[CheckResult, ...]


class Reinstated(Struct, frozen=True):
    """The keys that were deleted, and what every place was found as."""

    deleted: tuple[str, ...]
    proof: tuple[CheckResult, ...]


def withdraw(
    subject: Subject,
    file: OrderFile,
    stack: Stack,
    seconds: float,
    confirm: Callable[[Footprint], None],
    progress: OpenProgress,
) -> Withdrawn:
    """Write the order ``file`` against ``subject``, wait for its answer, and prove that all of it is gone.

    The same order again is not written again, only proven. ``confirm`` raises to stop before anything is written.
    Raises Misused.
    """
    found, before = looked_up(subject, stack, progress), standing(subject, stack)
    same = before is not None and file.says_no_more_than(before.order)
    if before and not same:
        check_replaced(subject, before.order, file.order)
    if not same:
        confirm(found)
    begun = time.monotonic()
    version = before.version if before and same else put_order(subject, file, stack)
    answer = answer_to(version, stack, seconds, progress)
    order = before.order if before and same else file.order
    checks = list(removal_checks(_removal(found, order, stack), stack))
    proof = _prove(checks, begun, seconds, progress)
    return Withdrawn(version.key, not same, answer.problems if answer else (), proof)


def reinstate(
    subject: Subject, stack: Stack, seconds: float, confirm: Callable[[Footprint], None], progress: OpenProgress
) -> Reinstated:
    """Delete the order against ``subject``, wait for the answer, and prove that what the inbox still holds is back.

    ``confirm`` raises to stop before anything is deleted. Raises Misused when no such order stands.
    """
    before = standing(subject, stack)
    found = looked_up(subject, stack, progress)
    if before is None:
        raise Misused(_nothing_there(subject, found.orders))
    if found.covered:
        confirm(found)
    begun = time.monotonic()
    markers = delete_order(subject, stack)
    answer_to(markers[0], stack, seconds, progress)
    proof = _prove(list(restore_checks(found, stack)), begun, seconds, progress)
    return Reinstated(tuple(marker.key for marker in markers), proof)


def subject_in(what: str, stack: Stack) -> Subject:
    """What ``what``, a name, a key or an address of the site, is to mean. Raises Misused."""
    if not is_address(what):
        return subject_of(what)
    return subject_at(what, stack.site_urls, _image_names(stack))


def looked_up(subject: Subject, stack: Stack, progress: OpenProgress) -> Footprint:
    """All that the inbox holds, and ever held, of ``subject``."""
    with progress("reading what it says") as bar:
        return footprint(subject, stack.inbox, bar.at)


def standing(subject: Subject, stack: Stack) -> Standing | None:
    """The order at ``subject``'s key in the inbox, or None where there is none."""
    history = stack.inbox.folder(subject.key).history(subject.key)
    if history.newest is None or not history.present:
        return None
    try:
        return Standing(history.newest, read_withdrawal(stack.inbox.read(history.newest)))
    except Refused:
        return Standing(history.newest, UNREADABLE)


def check_replaced(subject: Subject, old: Withdrawal, new: Withdrawal) -> None:
    """Raises Misused where ``new`` in the place of ``old`` would bring back by itself what was withdrawn for good."""
    if new.kind == "hold" and old.kind != "hold":
        what = f"An order without an end stands against {said(subject)} (kind {old.kind}); a hold would end by itself."
        raise Misused(f"{what} To have it so, first: colophon reinstate {subject.against}")


def put_order(subject: Subject, file: OrderFile, stack: Stack) -> Version:
    """Write the order into the inbox, in the spelling of its key that counts there; what stands there then."""
    newest = stack.inbox.folder(subject.key).history(subject.key).newest
    key = newest.key if newest else subject.key
    answer = stack.s3.put_object(Bucket=stack.inbox_bucket, Key=key, Body=file.content)
    return Version(key, str(answer["VersionId"]))


def delete_order(subject: Subject, stack: Stack) -> list[Version]:
    """Delete the order from the inbox, in every spelling of its key: the delete markers, the counting one first."""
    history = stack.inbox.folder(subject.key).history(subject.key)
    keys = [each.newest.key for each in (history, *history.beside) if each.newest and each.present]
    s3, bucket = stack.s3, stack.inbox_bucket
    return [Version(key, str(s3.delete_object(Bucket=bucket, Key=key)["VersionId"]), deleted=True) for key in keys]


def answer_to(version: Version, stack: Stack, seconds: float, progress: OpenProgress) -> Outcome | None:
    """What the stack says became of ``version`` of an order, waiting up to ``seconds`` for it."""
    with progress("waiting for the answer", 1) as bar:
        answers = await_answers(
            {version.key: version.id}, stack.index, seconds, _SETTLE_SECONDS, lambda done: bar.at(done, 1)
        )
    return answers.get(version.key)


def _prove(checks: list[Check], begun: float, seconds: float, progress: OpenProgress) -> tuple[CheckResult, ...]:
    with progress("reading every place", len(checks)) as bar:
        return prove(checks, begun, seconds, bar.at)


def _removal(found: Footprint, order: Withdrawal, stack: Stack) -> Removal:
    """What of ``found`` must be gone, as far as the site and the index know of it now."""
    prefixes = [f"images/{post}/" for post in found.posts] if found.images else []
    if len(prefixes) > 1:
        prefixes = [f"images/{found.posts[0].clinic}/"]
    there = [key for prefix in prefixes for key in stack.bucket.keys(prefix)]
    keys = tuple(image_keys(found, there, stack.index))
    return Removal(found, order.kind, traces_of(found, order, keys, stack.index, stack.listings), keys)


def _nothing_there(subject: Subject, orders: tuple[str, ...]) -> str:
    what = f"No withdrawal stands against {said(subject)} itself."
    for order in map(order_in, orders):
        if order and wider(order, subject):
            return f"{what} {order.key} withdraws it: colophon reinstate {order.against}"
    return f"{what} There is no {subject.key} in the inbox."


def _image_names(stack: Stack) -> ImageNames:
    def names(post: PostRef) -> list[str]:
        found = (named(key) for key in stack.inbox.folder(post.folder).uploaded())
        return [name.name for name in found if isinstance(name, ImageRef)]

    return names
