"""Parts of one post to record, and what belongs beside them, in as many transactions as that takes."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from msgspec import Struct, field

from colophon.decision.claim import Claim
from colophon.decision.history import Published
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ImagePart, OrderPart, PagePart
from colophon.decision.sweep import Agenda, Due
from colophon.stores import row_encoding
from colophon.upload.keys import PageRef, PostRef, named

# DynamoDB API reference, "TransactWriteItems". One language takes 67 at most, and one for each version in its history:
# its row, 4 for entries, 2 for what is due, 20 addresses that it lets go, 20 that it claims, noted with their clinics.
MOST_ACTIONS = 100


class Change(Struct, frozen=True):
    """Parts of one post to record together, the listings' entries that change with them, and what was published.

    ``claims`` are the post's to the addresses of others: by those posts, and then by language.
    """

    pages: Mapping[str, PagePart] = field(default_factory=dict)
    images: Mapping[str, ImagePart] = field(default_factory=dict)
    orders: Mapping[str, OrderPart] = field(default_factory=dict)
    entries: tuple[EntryRow, ...] = ()
    agenda: Agenda = field(default_factory=Agenda)
    history: tuple[Published, ...] = ()
    claims: Mapping[PostRef, Mapping[str, Claim]] = field(default_factory=dict)

    def parts(self) -> dict[str, PagePart | ImagePart | OrderPart]:
        """The changed parts by the name of their attribute."""
        return {
            **{row_encoding.PAGE + lang: part for lang, part in self.pages.items()},
            **{row_encoding.IMAGE + name: part for name, part in self.images.items()},
            **{row_encoding.ORDER + file: part for file, part in self.orders.items()},
        }

    def in_transactions(self) -> Iterator["Change"]:
        """The same in changes of which each fits into one transaction, a language never divided."""
        if self._actions() <= MOST_ACTIONS or not self.pages:
            yield self
            return
        group = self._of(frozenset())
        for lang in self.pages:
            larger = self._of(group.pages.keys() | {lang})
            if group.pages and larger._actions() > MOST_ACTIONS:
                yield group
                larger = self._of({lang})
            group = larger
        yield group
        others = tuple(version for version in self.history if version.lang not in self.pages)
        if self.images or self.orders or others:
            yield Change(images=self.images, orders=self.orders, history=others)

    def _of(self, langs: AbstractSet[str]) -> "Change":
        """What of it is about the pages in ``langs``."""
        claims = {old: {lang: one for lang, one in them.items() if lang in langs} for old, them in self.claims.items()}
        return Change(
            {lang: part for lang, part in self.pages.items() if lang in langs},
            entries=tuple(entry for entry in self.entries if entry.lang in langs),
            agenda=Agenda(_due_in(langs, self.agenda.over), _due_in(langs, self.agenda.due)),
            history=tuple(version for version in self.history if version.lang in langs),
            claims={old: them for old, them in claims.items() if them},
        )

    def _actions(self) -> int:
        """As many actions as it takes at most: an entry is kept twice, a claim is noted with the clinic, too."""
        due = len(self.agenda.over) + len(self.agenda.due)
        return 1 + 2 * len(self.entries) + due + len(self.history) + 2 * len(self.claims)


def _due_in(langs: AbstractSet[str], dues: Iterable[Due]) -> tuple[Due, ...]:
    return tuple(due for due in dues if isinstance(name := named(due.key), PageRef) and name.lang in langs)
