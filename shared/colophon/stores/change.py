"""Changes of one post to record, split into as few transactions as DynamoDB's limit allows."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from msgspec import Struct, field

from colophon.decision.earlier_address import ClaimWrite, WaitChanges, WaitNote
from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ImageRow, PageRow, WithdrawalRow
from colophon.decision.stray import StrayRow
from colophon.decision.sweep import DueChanges, DueKey
from colophon.stores import row_encoding
from colophon.upload.keys import PageRef, PostRef, parse_key

# DynamoDB API reference, "TransactWriteItems". One language takes at most 87 actions, and one for each version of its
# history: the post's item, 4 for entries, 2 for due keys, 20 addresses given up and 20 claimed, the latter noted with
# their clinics too, which are checked if they are others.
MAX_ACTIONS = 100


class PostChange(Struct, frozen=True):
    """Rows of one post to record together, with the entries, due keys and history that change with them.

    ``claims`` are this post's claims to earlier addresses: by the post at that address, then by language. ``waits`` are
    the notes of claims that wait, by language. ``own_rows`` are for keys of the post that have an item of their own
    too: an outcome with all of its problems, or none.
    """

    pages: Mapping[str, PageRow] = field(default_factory=dict)
    images: Mapping[str, ImageRow] = field(default_factory=dict)
    withdrawals: Mapping[str, WithdrawalRow] = field(default_factory=dict)
    entries: tuple[EntryRow, ...] = ()
    due_changes: DueChanges = field(default_factory=DueChanges)
    history: tuple[PublishedVersion, ...] = ()
    claims: Mapping[PostRef, Mapping[str, ClaimWrite]] = field(default_factory=dict)
    waits: Mapping[str, WaitChanges] = field(default_factory=dict)
    own_rows: tuple[StrayRow, ...] = ()

    def rows_by_attribute(self) -> dict[str, PageRow | ImageRow | WithdrawalRow]:
        """The changed rows by the names of their attributes in the post's item."""
        return {
            **{row_encoding.PAGE_PREFIX + lang: row for lang, row in self.pages.items()},
            **{row_encoding.IMAGE_PREFIX + name: row for name, row in self.images.items()},
            **{row_encoding.WITHDRAWAL_PREFIX + file: row for file, row in self.withdrawals.items()},
        }

    def accepting_clinics(self) -> dict[str, int]:
        """The clinics whose rows must still be those that accepted new claims, with the ``n`` of each."""
        writes = ((address.clinic, claim) for address, claims in self.claims.items() for claim in claims.values())
        return {clinic: claim.clinic_n for clinic, claim in writes if claim.clinic_n is not None}

    def waits_begun(self) -> list[WaitNote]:
        """The notes to add."""
        return [note for changes in self.waits.values() for note in changes.begun]

    def waits_ended(self) -> list[WaitNote]:
        """The notes to remove."""
        return [note for changes in self.waits.values() for note in changes.ended]

    def split_into_transactions(self) -> Iterator["PostChange"]:
        """The same change in parts that each fit into one transaction. A language is never divided."""
        if self._count_actions() <= MAX_ACTIONS or not self.pages:
            yield self
            return
        group = self._only_languages(frozenset())
        for lang in self.pages:
            larger = self._only_languages(group.pages.keys() | {lang})
            if group.pages and larger._count_actions() > MAX_ACTIONS:
                yield group
                larger = self._only_languages({lang})
            group = larger
        yield group
        others = tuple(version for version in self.history if version.lang not in self.pages)
        if self.images or self.withdrawals or others:
            own_rows = tuple(row for row in self.own_rows if _language_of(row.key) not in self.pages)
            yield PostChange(images=self.images, withdrawals=self.withdrawals, history=others, own_rows=own_rows)

    def _only_languages(self, langs: AbstractSet[str]) -> "PostChange":
        """The part of this change that is about the pages in ``langs``."""
        claims = {
            address: {lang: claim for lang, claim in claims_at_address.items() if lang in langs}
            for address, claims_at_address in self.claims.items()
        }
        return PostChange(
            {lang: row for lang, row in self.pages.items() if lang in langs},
            entries=tuple(entry for entry in self.entries if entry.lang in langs),
            due_changes=DueChanges(
                _due_for_languages(langs, self.due_changes.removed), _due_for_languages(langs, self.due_changes.added)
            ),
            history=tuple(version for version in self.history if version.lang in langs),
            claims={address: claims_at_address for address, claims_at_address in claims.items() if claims_at_address},
            waits={lang: changes for lang, changes in self.waits.items() if lang in langs},
            own_rows=tuple(row for row in self.own_rows if _language_of(row.key) in langs),
        )

    def _count_actions(self) -> int:
        """An upper bound: an entry is stored in two items, and a claim is noted in an item of its clinic too."""
        due = len(self.due_changes.removed) + len(self.due_changes.added)
        claims = 2 * len(self.claims) + len(self.accepting_clinics())
        waits = len(self.waits_begun()) + len(self.waits_ended())
        others = len(self.history) + len(self.own_rows)
        return 1 + 2 * len(self.entries) + due + others + claims + waits


def _due_for_languages(langs: AbstractSet[str], dues: Iterable[DueKey]) -> tuple[DueKey, ...]:
    return tuple(due for due in dues if _language_of(due.key) in langs)


def _language_of(key: str) -> str:
    """The language of the edition at ``key``; empty for any other file."""
    name = parse_key(key)
    return name.lang if isinstance(name, PageRef) else ""
