"""The index: the DynamoDB table that says of every upload what became of it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from colophon.decision.history import Published
from colophon.decision.listing_rows import EntryRow
from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.decision.stray import StrayRow
from colophon.decision.sweep import Agenda, Due
from colophon.stores import listing_keys, row_encoding
from colophon.stores.change import Change
from colophon.stores.row_encoding import RoundRow
from colophon.stores.table import Beside, Table
from colophon.upload.keys import PageRef, PostRef

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


# BatchGetItem takes a hundred keys; an entry is kept twice.
_ENTRIES = 50


class Index:
    """What uploads came to, through one DynamoDB client."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._table = Table(client, table)

    def post(self, post: PostRef) -> tuple[PostRow, ClinicRow, SiteRow]:
        """A post's row, its clinic's and the site's, as they stood at one moment."""
        keys = (row_encoding.post_key(post), row_encoding.clinic_key(post.clinic), row_encoding.site_key())
        items = self._table.snapshot(keys)
        return (
            row_encoding.read_post(post, items[0]),
            row_encoding.read_clinic(post.clinic, items[1]),
            row_encoding.read_site(items[2]),
        )

    def posts(self, posts: Sequence[PostRef]) -> dict[PostRef, PostRow]:
        """The rows of at most a hundred ``posts``, each as it stood at a moment of its own."""
        found = {item["pk"]["S"]: item for item in self._table.items([row_encoding.post_key(post) for post in posts])}
        return {
            post: row_encoding.read_post(post, found.get(row_encoding.post_key(post)["pk"]["S"], {})) for post in posts
        }

    def round(self) -> RoundRow:
        """How far the round of the inbox has come."""
        item = self._table.item(row_encoding.round_key())
        return row_encoding.read(RoundRow, item) if item else RoundRow()

    def record_round(self, row: RoundRow) -> None:
        """Record how far the round has come if ``row.n`` is still what stands, or Lost."""
        self._table.put(row_encoding.round_key(), row_encoding.fields(replace(row, n=row.n + 1)), row.n)

    def course(self, name: str) -> RoundRow:
        """How far the operator's command called ``name`` has come through the inbox."""
        item = self._table.item(row_encoding.course_key(name))
        return row_encoding.read(RoundRow, item) if item else RoundRow()

    def record_course(self, name: str, row: RoundRow) -> None:
        """Record how far that command has come if ``row.n`` is still what stands, or Lost."""
        self._table.put(row_encoding.course_key(name), row_encoding.fields(replace(row, n=row.n + 1)), row.n)

    def clinic(self, clinic: str) -> tuple[ClinicRow, SiteRow]:
        """A clinic's row and the site's, as they stood at one moment."""
        items = self._table.snapshot((row_encoding.clinic_key(clinic), row_encoding.site_key()))
        return row_encoding.read_clinic(clinic, items[0]), row_encoding.read_site(items[1])

    def site(self) -> SiteRow:
        return row_encoding.read_site(self._table.item(row_encoding.site_key()))

    def stray(self, name: str) -> StrayRow:
        item = self._table.item(row_encoding.stray_key(name))
        return row_encoding.read(StrayRow, item) if item else StrayRow(name)

    def history(self, page: PageRef) -> Iterator[Published]:
        """Every version of ``page`` that this index saw published, newest first."""
        pk, prefix = row_encoding.history_place(page)
        return (row_encoding.read(Published, item) for item in self._table.query(pk, prefix, page=100))

    def listed(self, page: PageRef) -> tuple[EntryRow, ...]:
        """The entries under which listings show ``page``, one as a rule. Reads all of its clinic's in its language: for
        a page whose own row is lost, and nothing else."""
        items = self._table.query(listing_keys.entries_of(page.lang, page.post.clinic))
        found = (row_encoding.read(EntryRow, item) for item in items)
        return tuple(row for row in found if row.post == page.post.post and row.entry)

    def not_standing(self, entries: Sequence[EntryRow]) -> Iterator[EntryRow]:
        """Those of ``entries`` that do not stand so, among their clinic's or among their language's."""
        for start in range(0, len(entries), _ENTRIES):
            some = [(entry, row_encoding.entry_items(entry)) for entry in entries[start : start + _ENTRIES]]
            keys = [row_encoding.key(*row_encoding.place(item)) for _, items in some for item in items]
            found = {row_encoding.place(item): item for item in self._table.items(keys)}
            for entry, items in some:
                if any(not row_encoding.is_entry(found.get(row_encoding.place(item), {}), entry) for item in items):
                    yield entry

    def claimed_of(self, clinic: str) -> Iterator[PostRef]:
        """The posts of ``clinic``, there or not, whose address another post ever claimed."""
        for item in self._table.query(row_encoding.CLAIMED + clinic):
            yield PostRef(clinic, item["sk"]["S"])

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        """One item's attributes as they are now, empty where there is none."""
        return self._table.item(row_encoding.key(pk, sk))

    def items(self) -> Iterator[dict[str, Any]]:
        """Every item of the table: for an operator's command, never for a function."""
        return self._table.scan()

    def record_post(self, post: PostRef, change: Change) -> None:
        """Record each part of ``change`` if it is still the one that was read (``n`` as given), or Lost; then n + 1.

        What stands beside a part is written with it or not at all; history alone has nothing to lose to. What is more
        than one transaction takes is recorded in several, as if several handlers had looked at a language each.
        """
        for part in change.in_transactions():
            self._record_post(post, part)

    def _record_post(self, post: PostRef, change: Change) -> None:
        history = tuple(row_encoding.history_item(post, version) for version in change.history)
        entries = tuple(item for entry in change.entries for item in row_encoding.entry_items(entry))
        if change.parts():
            puts = (*entries, *history, *_claimed(change))
            beside = replace(_beside(change.agenda, puts), sets=tuple(_claims(post, change)))
            self._table.update(_update(post, change), beside)
        else:
            self._table.put_all(history)

    def record_clinic(self, row: ClinicRow, agenda: Agenda) -> None:
        """Record a clinic's row and what is due for it if ``row.n`` is still what stands, or Lost."""
        fields = row_encoding.fields(replace(row, n=row.n + 1))
        self._table.put(row_encoding.clinic_key(row.clinic), fields, row.n, _beside(agenda))

    def due(self, now: datetime) -> Iterator[Due]:
        """All that was due by ``now`` and has not been answered for, in the order of its moments within each part."""
        for part in row_encoding.parts():
            yield from map(row_encoding.due_of, self._table.up_to(part, row_encoding.last(now)))

    def record_site(self, row: SiteRow) -> None:
        """Record the site's row if ``row.n`` is still what stands, or Lost."""
        self._table.put(row_encoding.site_key(), row_encoding.fields(replace(row, n=row.n + 1)), row.n)

    def record_stray(self, row: StrayRow) -> None:
        """Record a stray key's row if ``row.n`` is still what stands, or Lost."""
        self._table.put(row_encoding.stray_key(row.key), row_encoding.fields(replace(row, n=row.n + 1)), row.n)


def _beside(agenda: Agenda, puts: tuple[dict[str, Any], ...] = ()) -> Beside:
    due = (row_encoding.key_of(due) for due in agenda.due)
    return Beside((*puts, *due), tuple(row_encoding.key_of(due) for due in agenda.over))


def _claims(post: PostRef, change: Change) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for old, claims in change.claims.items():
        written = {row_encoding.claim_name(lang, post): row_encoding.written(claim) for lang, claim in claims.items()}
        yield row_encoding.post_key(old), written


def _claimed(change: Change) -> Iterator[dict[str, Any]]:
    """What tells of the addresses that are claimed, when the clinic that they are of changes."""
    for old, claims in change.claims.items():
        if any(claim.targets for claim in claims.values()):
            yield row_encoding.claimed_key(old)


def _update(post: PostRef, change: Change) -> dict[str, Any]:
    names, values, sets, conditions = {"#n": "n"}, {}, [], []
    for place, (name, part) in enumerate(change.parts().items()):
        names[f"#p{place}"] = name
        values[f":p{place}"] = row_encoding.written(replace(part, n=part.n + 1))
        sets.append(f"#p{place} = :p{place}")
        if part.n:
            values[f":n{place}"] = {"N": str(part.n)}
            conditions.append(f"#p{place}.#n = :n{place}")
        else:
            conditions.append(f"attribute_not_exists(#p{place})")
    if not any(part.n for part in change.parts().values()):
        del names["#n"]
    return {
        "Key": row_encoding.post_key(post),
        "UpdateExpression": "SET " + ", ".join(sets),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
