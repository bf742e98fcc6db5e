"""A change that is too large for one transaction is split: each part of it is in exactly one, its language's."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from colophon.decision.claim import Claim, ClaimTarget
from colophon.decision.earlier_address import ClaimWrite, WaitChanges, WaitNote
from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ImageRow, Outcome, PageRow, WithdrawalRow
from colophon.decision.stray import StrayRow
from colophon.decision.sweep import DueChanges, DueKey
from colophon.stores.change import MAX_ACTIONS, PostChange
from colophon.upload.keys import PageRef, PostRef

POST, NOW = PostRef("a", "b"), datetime(2026, 3, 10, tzinfo=UTC)
LANGS = ("de", "en", "fr", "ja", "ko")


def key(name: str) -> str:
    return f"{POST.folder}{name}"


def change(addresses: int, *, others: bool = True) -> PostChange:
    """Of five languages, each of which claims so many addresses; and of an image, a withdrawal and a lost version."""
    posts = [PostRef("a", f"old-{number}") for number in range(addresses)]
    write = ClaimWrite(Claim((ClaimTarget("a/b"),), "id"))
    more = ("x.jpg", "withdrawal.yaml") if others else ()
    versions = (*LANGS, "it") if others else LANGS
    return PostChange(
        {lang: PageRow(Outcome(key(f"{lang}.md"), "live", version="v")) for lang in LANGS},
        {"x.jpg": ImageRow(Outcome(key("x.jpg"), "live", version="v"))} if others else {},
        {"withdrawal.yaml": WithdrawalRow(Outcome(key("withdrawal.yaml"), "live", version="v"))} if others else {},
        tuple(EntryRow(lang, "a", date(2026, 3, 1), "b", lang) for lang in LANGS),
        DueChanges(
            tuple(DueKey(NOW, key(f"{lang}.md")) for lang in LANGS[:2]),
            tuple(DueKey(NOW, key(f"{lang}.md")) for lang in LANGS[2:]),
        ),
        tuple(PublishedVersion(lang, 2, NOW, "page") for lang in versions),
        {post: dict.fromkeys(LANGS, write) for post in posts},
        {lang: WaitChanges((WaitNote(PageRef(POST, lang), "c"),)) for lang in LANGS},
        tuple(StrayRow(key(name)) for name in (*(f"{lang}.md" for lang in LANGS), *more)),
    )


def pieces(changes: Iterable[PostChange]) -> list[tuple[str, object]]:
    """Everything that is written, sorted."""
    found: list[tuple[str, object]] = []
    for each in changes:
        found += [(name, row) for name, row in each.rows_by_attribute().items()]
        found += [("entry", entry) for entry in each.entries]
        found += [("due", due) for due in (*each.due_changes.removed, *each.due_changes.added)]
        found += [("version", version) for version in each.history]
        found += [(f"{post} {lang}", claim) for post, claims in each.claims.items() for lang, claim in claims.items()]
        found += [("wait", note) for note in each.waits_begun()]
        found += [("own row", row) for row in each.own_rows]
    return sorted(found, key=str)


@pytest.mark.parametrize("others", [True, False])
@pytest.mark.parametrize("addresses", [0, 5, 36, 40])
def test_every_part_is_written_once_and_with_its_language(addresses: int, *, others: bool) -> None:
    whole = change(addresses, others=others)
    parts = list(whole.split_into_transactions())
    assert pieces(parts) == pieces([whole])
    assert (len(parts) > 1) == (addresses > 5)
    for part in parts[: len(parts) - others] if len(parts) > 1 else ():
        langs = part.pages.keys()
        assert {entry.lang for entry in part.entries} == {version.lang for version in part.history} == set(langs)
        assert {row.key for row in part.own_rows} == {key(f"{lang}.md") for lang in langs}


def test_what_fits_into_one_transaction_is_not_split() -> None:
    small = change(0)
    assert list(small.split_into_transactions()) == [small]
    assert MAX_ACTIONS == 100
