"""Parts of one post to record, and what belongs beside them, in as many transactions as that takes."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from msgspec import Struct, field

from colophon.decision.claim import Claim
from colophon.decision.history import PublishedVersion
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ImageRow, PageRow, WithdrawalRow
from colophon.decision.sweep import DueChanges, DueKey
from colophon.stores import row_encoding
from colophon.upload.keys import PageRef, PostRef, parse_key

# DynamoDB API reference, "TransactWriteItems". One language takes 67 at most, and one for each version in its history:
# its row, 4 for entries, 2 for what is due, 20 addresses that it lets go, 20 that it claims, noted with their clinics.
MAX_ACTIONS = 100


class PostChange(Struct, frozen=True):
    """Parts of one post to record together, the listings' entries that change with them, and what was published.

    ``claims`` are the post's to the addresses of others: by those posts, and then by language.
    """

    pages: Mapping[str, PageRow] = field(default_factory=dict)
    images: Mapping[str, ImageRow] = field(default_factory=dict)
    withdrawals: Mapping[str, WithdrawalRow] = field(default_factory=dict)
    entries: tuple[EntryRow, ...] = ()
    due_changes: DueChanges = field(default_factory=DueChanges)
    history: tuple[PublishedVersion, ...] = ()
    claims: Mapping[PostRef, Mapping[str, Claim]] = field(default_factory=dict)

    def rows_by_attribute(self) -> dict[str, PageRow | ImageRow | WithdrawalRow]:
        """The changed parts by the name of their attribute."""
        return {
            **{row_encoding.PAGE_PREFIX + lang: row for lang, row in self.pages.items()},
            **{row_encoding.IMAGE_PREFIX + name: row for name, row in self.images.items()},
            **{row_encoding.WITHDRAWAL_PREFIX + file: row for file, row in self.withdrawals.items()},
        }

    def split_into_transactions(self) -> Iterator["PostChange"]:
        """The same in changes of which each fits into one transaction, a language never divided."""
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
            yield PostChange(images=self.images, withdrawals=self.withdrawals, history=others)

    def _only_languages(self, langs: AbstractSet[str]) -> "PostChange":
        """What of it is about the pages in ``langs``."""
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
        )

    def _count_actions(self) -> int:
        """As many actions as it takes at most: an entry is kept twice, a claim is noted with the clinic, too."""
        due = len(self.due_changes.removed) + len(self.due_changes.added)
        return 1 + 2 * len(self.entries) + due + len(self.history) + 2 * len(self.claims)


def _due_for_languages(langs: AbstractSet[str], dues: Iterable[DueKey]) -> tuple[DueKey, ...]:
    return tuple(due for due in dues if isinstance(name := parse_key(due.key), PageRef) and name.lang in langs)
