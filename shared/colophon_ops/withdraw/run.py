"""``withdraw`` and ``reinstate``: the file written or deleted, the stack's answer awaited, the result proven."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol, TypeAlias

from msgspec import Struct

from colophon.decision.rows import Outcome
from colophon.problem import Problem, Refused
from colophon.upload.keys import ImageRef, PageRef, PostRef, parse_key
from colophon.upload.versions import Version
from colophon.withdrawal import UNREADABLE_WITHDRAWAL, Withdrawal, read_withdrawal
from colophon_ops.answers import await_answers, written_version
from colophon_ops.errors import Misused
from colophon_ops.readers import find_live_pages
from colophon_ops.withdraw.clients import WithdrawClients
from colophon_ops.withdraw.draft import WithdrawalDraft
from colophon_ops.withdraw.evidence import covered_image_keys, gather_evidence
from colophon_ops.withdraw.footprint import Footprint, is_wider, read_footprint
from colophon_ops.withdraw.proof import Check, CheckResult, prove
from colophon_ops.withdraw.removal import Removal, removal_checks
from colophon_ops.withdraw.restore import restore_checks
from colophon_ops.withdraw.subject import (
    ImageNames,
    WithdrawalTarget,
    is_address,
    parse_address,
    parse_target,
    parse_target_key,
    target_text,
)

# A withdrawal of something unknown is answered with "waiting". It may become something else within this time.
_SETTLE_SECONDS = 3.0


# Returns the pages that readers have now.
ReadLivePages: TypeAlias = Callable[[], Sequence[PageRef]]


class Progress(Protocol):
    """The progress of one step."""

    def at(self, done: int, total: int) -> None: ...


class OpenProgress(Protocol):
    """Shows the progress of one step while its block runs. ``total`` is left out where it is not known yet."""

    def __call__(self, what: str, total: int | None = None, /) -> AbstractContextManager[Progress]: ...


class Interaction(Struct, frozen=True):
    """What a command shows and asks meanwhile.

    ``confirm`` gets the footprint, and a function that reads which of its pages readers have now. It raises to stop
    before anything is changed.
    """

    confirm: Callable[[Footprint, ReadLivePages], None]
    progress: OpenProgress


class StandingWithdrawal(Struct, frozen=True):
    """The withdrawal that the inbox holds now, and which version of its file."""

    version: Version
    withdrawal: Withdrawal


class WithdrawResult(Struct, frozen=True):
    """``key`` is the file's, ``written`` whether it was written now, ``problems`` what its report says of it."""

    key: str
    written: bool
    problems: tuple[Problem, ...]
    proof: tuple[CheckResult, ...]


class ReinstateResult(Struct, frozen=True):
    """``deleted`` are the keys of the deleted files."""

    deleted: tuple[str, ...]
    proof: tuple[CheckResult, ...]


def withdraw(
    target: WithdrawalTarget, draft: WithdrawalDraft, clients: WithdrawClients, seconds: float, interaction: Interaction
) -> WithdrawResult:
    """Withdraw ``target`` as ``draft`` says, and prove that it is gone.

    If the same withdrawal stands already, nothing is written, and it is only proven again. Waiting and proving end
    after ``seconds`` without news. Raises Misused.
    """
    footprint = _read_footprint(target, clients, interaction)
    standing = read_standing(target, clients)
    is_new = standing is None or not draft.adds_nothing_to(standing.withdrawal)
    if is_new:
        check_replacement(target, standing, draft)
        interaction.confirm(footprint, partial(_read_live_pages, footprint, clients))
    began = time.monotonic()
    current = _put_file(target, draft, clients) if standing is None or is_new else standing
    outcome = _await_outcome(current.version, clients, seconds, interaction)
    removal = _plan_removal(footprint, current.withdrawal, clients)
    proof = _prove(tuple(removal_checks(removal, clients)), began, seconds, interaction)
    return WithdrawResult(current.version.key, is_new, outcome.problems if outcome else (), proof)


def reinstate(
    target: WithdrawalTarget, clients: WithdrawClients, seconds: float, interaction: Interaction
) -> ReinstateResult:
    """Delete the withdrawal of ``target``, and prove that what the inbox still holds of it is shown again.

    Waiting and proving end after ``seconds`` without news. Raises Misused if there is no such withdrawal.
    """
    standing = read_standing(target, clients)
    footprint = _read_footprint(target, clients, interaction)
    if standing is None:
        raise Misused(_not_withdrawn_text(target, footprint.withdrawal_keys))
    if footprint.covered:
        interaction.confirm(footprint, partial(_read_live_pages, footprint, clients))
    began = time.monotonic()
    deleted = _delete_files(target, clients)
    _await_outcome(deleted[0], clients, seconds, interaction)
    proof = _prove(tuple(restore_checks(footprint, clients)), began, seconds, interaction)
    return ReinstateResult(tuple(version.key for version in deleted), proof)


def prove_removal(
    target: WithdrawalTarget, clients: WithdrawClients, seconds: float, open_progress: OpenProgress
) -> tuple[CheckResult, ...]:
    """Prove that ``target``, which is withdrawn, is gone everywhere. Waits as ``withdraw`` does."""
    interaction = Interaction(lambda *_: None, open_progress)
    standing = read_standing(target, clients)
    removal = _plan_removal(
        _read_footprint(target, clients, interaction),
        standing.withdrawal if standing else UNREADABLE_WITHDRAWAL,
        clients,
    )
    return _prove(tuple(removal_checks(removal, clients)), time.monotonic(), seconds, interaction)


def find_withdrawal_target(what: str, clients: WithdrawClients) -> WithdrawalTarget:
    """The target that ``what`` means: a name, a key of the inbox, or an address of the site. Raises Misused."""
    if not is_address(what):
        return parse_target(what)
    return parse_address(what, clients.site_urls, _list_image_names(clients))


def read_standing(target: WithdrawalTarget, clients: WithdrawClients) -> StandingWithdrawal | None:
    """The withdrawal of ``target`` in the inbox, if any; one that can't be read withdraws too."""
    history = clients.inbox.read_folder(target.key).history_of(target.key)
    if history.newest is None or not history.exists:
        return None
    try:
        return StandingWithdrawal(history.newest, read_withdrawal(clients.inbox.read_content(history.newest)))
    except Refused:
        return StandingWithdrawal(history.newest, UNREADABLE_WITHDRAWAL)


def check_replacement(target: WithdrawalTarget, standing: StandingWithdrawal | None, draft: WithdrawalDraft) -> None:
    """Raises Misused if a hold would replace another kind: at its end it would bring back what is gone for good."""
    if standing and draft.withdrawal.kind == "hold" and standing.withdrawal.kind != "hold":
        text, kind = target_text(target), standing.withdrawal.kind
        what = f"There is a withdrawal of {text} without an end (kind {kind}), and a hold would end by itself."
        raise Misused(f"{what} To replace it with a hold, run this first: colophon reinstate {target.target_name}")


def _read_footprint(target: WithdrawalTarget, clients: WithdrawClients, interaction: Interaction) -> Footprint:
    with interaction.progress("reading the editions") as bar:
        return read_footprint(target, clients.inbox, bar.at)


def _read_live_pages(footprint: Footprint, clients: WithdrawClients) -> tuple[PageRef, ...]:
    return find_live_pages((edition.page for edition in footprint.covered), clients.index)


def _put_file(target: WithdrawalTarget, draft: WithdrawalDraft, clients: WithdrawClients) -> StandingWithdrawal:
    """Write the file under the spelling of its key that is in force: keys in NFC and NFD name the same target."""
    newest = clients.inbox.read_folder(target.key).history_of(target.key).newest
    key = newest.key if newest else target.key
    answer = clients.s3.put_object(Bucket=clients.inbox_bucket, Key=key, Body=draft.content)
    return StandingWithdrawal(Version(key, written_version(answer)), draft.withdrawal)


def _delete_files(target: WithdrawalTarget, clients: WithdrawClients) -> list[Version]:
    """Delete the file under every spelling of its key; the delete markers, that of the spelling in force first."""
    history = clients.inbox.read_folder(target.key).history_of(target.key)
    keys = [each.newest.key for each in (history, *history.other_spellings) if each.newest and each.exists]
    s3, bucket = clients.s3, clients.inbox_bucket
    return [Version(key, written_version(s3.delete_object(Bucket=bucket, Key=key)), deleted=True) for key in keys]


def _await_outcome(
    version: Version, clients: WithdrawClients, seconds: float, interaction: Interaction
) -> Outcome | None:
    """What became of ``version`` of a withdrawal's file; None if no answer came."""
    with interaction.progress("waiting for the answer", 1) as bar:
        answers = await_answers(
            {version.key: version.id}, clients.index, seconds, _SETTLE_SECONDS, lambda done: bar.at(done, 1)
        )
    return answers.get(version.key)


def _plan_removal(footprint: Footprint, withdrawal: Withdrawal, clients: WithdrawClients) -> Removal:
    """What of ``footprint`` must be gone, as the site and the index have it now."""
    prefixes = [f"images/{post}/" for post in footprint.posts] if footprint.images else []
    if len(prefixes) > 1:
        prefixes = [f"images/{footprint.posts[0].clinic}/"]
    stored = [key for prefix in prefixes for key in clients.bucket.keys(prefix)]
    image_keys = tuple(covered_image_keys(footprint, stored, clients.index))
    evidence = gather_evidence(footprint, withdrawal, image_keys, clients.index, clients.listings)
    card_keys = tuple(clients.bucket.keys(footprint.card_folder)) if footprint.card_folder else ()
    return Removal(footprint, withdrawal.kind, evidence, image_keys, card_keys)


def _prove(checks: Sequence[Check], began: float, seconds: float, interaction: Interaction) -> tuple[CheckResult, ...]:
    with interaction.progress("checking every place", len(checks)) as bar:
        return prove(checks, began, seconds, bar.at)


def _not_withdrawn_text(target: WithdrawalTarget, withdrawal_keys: tuple[str, ...]) -> str:
    what = f"There is no withdrawal of {target_text(target)} itself."
    for other in map(parse_target_key, withdrawal_keys):
        if other and is_wider(other, target):
            return f"{what} It is withdrawn by {other.key}: colophon reinstate {other.target_name}"
    return f"{what} The inbox has no {target.key}."


def _list_image_names(clients: WithdrawClients) -> ImageNames:
    def names(post: PostRef) -> list[str]:
        found = (parse_key(key) for key in clients.inbox.read_folder(post.folder).uploaded_keys())
        return [name.name for name in found if isinstance(name, ImageRef)]

    return names
