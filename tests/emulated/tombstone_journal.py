"""When each tombstone was put, under which withdrawals, and whether something is read where one of them still stands.

A handler puts a page only if nothing else was put since its token, and looks at the inbox after its token. So what is
put after a tombstone knows every withdrawal that stood in the inbox when the tombstone was put. A clinic's withdrawal
is read off the clinic's row: it counts when the row has it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from math import inf
from typing import Any

import yaml
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.s3.models import FakeKey, S3Backend
from msgspec import Struct

from colophon.stores import row_encoding
from colophon_cli.local_stack import LocalStack
from colophon_emulator.account import ACCOUNT, REGION
from colophon_emulator.lock import LOCK, patch

_ENDLESS_KINDS = ("gone", "withdrawn", "legal")
_IMAGE = re.compile(r"images/([^/]+)/([^/]+)/([^/.]+)\..*")


class _Version(Struct, frozen=True):
    """One version of a withdrawal's key. ``until`` is in seconds since 1970: endless unless it is a hold.

    ``is_readable``: a later hold does not replace it. ``note`` tells versions apart.
    """

    at: int
    seconds: float
    until: float
    is_readable: bool
    note: str


class _Cover(Struct, frozen=True):
    """A tombstone, and the withdrawals that stood when it was put, each with its newest version."""

    at: int
    withdrawals: Mapping[str, _Version]


class Reappearance(Struct, frozen=True):
    """A body where a tombstone was, and the withdrawal that still stands."""

    key: str
    withdrawal: str
    where: str


@dataclass
class TombstoneJournal:
    """Everything that is put in the buckets of ``stack``, numbered in order. ``reappeared``: what must not be."""

    stack: LocalStack
    versions: dict[str, list[_Version]] = field(default_factory=dict)
    covers: dict[str, list[_Cover]] = field(default_factory=dict)
    reappeared: list[Reappearance] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    now: int = 0

    @contextmanager
    def keep(self) -> Iterator[None]:
        """Within the block, take note of each put and deletion, under the emulation's lock."""
        put, delete, describe = S3Backend.put_object, S3Backend.delete_object, FakeKey.set_metadata

        def put_and_note(s3: Any, bucket: str, key: str, value: bytes, *args: Any, **others: Any) -> Any:
            made = put(s3, bucket, key, value, *args, **others)
            if bucket == self.stack.inbox_bucket and key.endswith("withdrawal.yaml"):
                self._note_withdrawal(key, value)
            return made

        def delete_and_note(s3: Any, bucket: str, key: str, *args: Any, **others: Any) -> Any:
            if bucket == self.stack.inbox_bucket:
                self.versions.pop(key, None)
            return delete(s3, bucket, key, *args, **others)

        # The response handler describes a new object after it has put it, and before it lets others in.
        def describe_and_note(stored: Any, metadata: Any, *args: Any, **others: Any) -> None:
            describe(stored, metadata, *args, **others)
            if stored.bucket_name == self.stack.site_bucket:
                self._note_object(stored.name, any(name.lower() == "x-amz-meta-status" for name in stored.metadata))

        with ExitStack() as patches:
            patches.enter_context(patch(S3Backend, "put_object", put_and_note))
            patches.enter_context(patch(S3Backend, "delete_object", delete_and_note))
            patches.enter_context(patch(FakeKey, "set_metadata", describe_and_note))
            yield

    def check_read(self, key: str, began: int) -> Reappearance | None:
        """Judge that a reader, who asked when the journal's number was ``began``, was given a body."""
        with LOCK:
            return self._find_standing(key, began, "read")

    def _note_withdrawal(self, key: str, content: bytes) -> None:
        self.now = next(self._numbers)
        self.versions.setdefault(key, []).append(_read_version(content, self.now))

    def _note_object(self, key: str, is_tombstone: bool) -> None:
        self.now = next(self._numbers)
        if is_tombstone:
            standing = {each: self.versions[each][-1] for each in self._withdrawals_of(key) if self._stands(each)}
            # The last one is enough, and the one before for readers who asked before it was put.
            self.covers[key] = [*self.covers.get(key, ())[-1:], _Cover(self.now, standing)]
        elif found := self._find_standing(key, self.now, "put"):
            self.reappeared.append(found)

    def _find_standing(self, key: str, before: int, where: str) -> Reappearance | None:
        for cover in self.covers.get(key, ()):
            for withdrawal, version in cover.withdrawals.items() if cover.at <= before else ():
                if self._stood_since(withdrawal, version):
                    return Reappearance(key, withdrawal, where)
        return None

    def _stands(self, withdrawal: str) -> bool:
        """Whether handlers must know it: a clinic's by the row, which pages are made from."""
        versions = self.versions.get(withdrawal)
        if not versions or _ends(versions) <= _seconds():
            return False
        if not withdrawal.startswith("clinics/"):
            return True
        known = self._clinic_note(withdrawal.split("/")[1])
        return bool(known) and known == versions[-1].note

    def _stood_since(self, withdrawal: str, version: _Version) -> bool:
        """Whether it was neither deleted nor, if it was a hold, over at any moment since ``version``."""
        versions = self.versions.get(withdrawal, [])
        if version not in versions:
            return False
        first = versions.index(version)
        ends = [_ends(versions[: number + 1]) for number in range(first, len(versions))]
        begins = [each.seconds for each in versions[first + 1 :]]
        return all(end > begin for end, begin in zip(ends, [*begins, _seconds()], strict=True))

    def _clinic_note(self, clinic: str) -> str:
        rows = dynamodb_backends[ACCOUNT][REGION].tables[self.stack.table].items
        item = rows.get(DynamoType({"S": f"clinic#{clinic}"}), {}).get(DynamoType({"S": "clinic"}))
        if item is None:
            return ""
        withdrawal = row_encoding.decode_clinic(clinic, item.to_json()["Attributes"]).withdrawal
        return (withdrawal.note or "") if withdrawal else ""

    def _withdrawals_of(self, key: str) -> list[str]:
        """The keys of the withdrawals that cover an object of the site."""
        parts = key.split("/")
        if image := _IMAGE.fullmatch(key):
            clinic, post, name = image.groups()
            folder = f"posts/{clinic}/{post}/"
            of_image = [each for each in self.versions if each.startswith(f"{folder}{name}.")]
            return [f"{folder}withdrawal.yaml", *of_image, f"clinics/{clinic}/withdrawal.yaml"]
        if len(parts) == 4 and parts[3] == "index.html":
            folder = f"posts/{parts[1]}/{parts[2]}/"
            keys = (f"{folder}withdrawal.yaml", f"{folder}{parts[0]}.md.withdrawal.yaml")
            return [*keys, f"clinics/{parts[1]}/withdrawal.yaml"]
        return []


def _read_version(content: bytes, at: int) -> _Version:
    try:
        fields = yaml.safe_load(content)
    except yaml.YAMLError:
        fields = None
    fields = fields if isinstance(fields, dict) else {}
    is_hold = fields.get("kind") == "hold"
    until = datetime.fromisoformat(str(fields["until"])).timestamp() if is_hold else inf
    return _Version(at, _seconds(), until, fields.get("kind") in _ENDLESS_KINDS, str(fields.get("note", "")))


def _ends(versions: list[_Version]) -> float:
    """When the newest version ends: never, if a hold stands in the place of what has no end."""
    return inf if any(version.is_readable for version in versions) else versions[-1].until


def _seconds() -> float:
    return datetime.now(UTC).timestamp()
