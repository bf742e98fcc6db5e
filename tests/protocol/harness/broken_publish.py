"""Handlers with one rule of the protocol left out: what the checks must see."""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, cast

from moto.s3.models import s3_backends
from msgspec.structs import replace

from colophon.decision.rows import ClinicRow, PageToken, PostRow, SiteRow
from colophon.page.objects import SiteObject
from colophon.stores.change import PostChange
from colophon.stores.inbox import Inbox
from colophon.stores.index import Index
from colophon.stores.site import Site
from colophon.stores.table import NO_EXTRA_WRITES, Attributes, Conflict, ExtraWrites, Table
from colophon.upload.keys import PostRef
from colophon.upload.versions import Folder
from colophon.verbs.clients import PublishClients
from tests.protocol.harness.cloud import ACCOUNT, INBOX, TABLE
from tests.protocol.harness.functions import real_publish_clients, site_of
from tests.protocol.harness.world import World

_REV = re.compile(rb'<meta name="colophon-rev" content="\d+">')


def clients_with_site(site: type[Site], world: World) -> PublishClients:
    clients = real_publish_clients(world)
    clients.site = site_of(world, site)
    return clients


class UnconditionalPut(Site):
    def _put(self, new: SiteObject, condition: dict[str, Any]) -> str:
        return super()._put(new, {})


class OldContentPutAgain(Site):
    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        while True:
            try:
                return super().swap(new, token)
            except Conflict:
                token = self.read_token(new.key)


class NoTombstone(Site):
    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        if "status" not in new.metadata:
            return super().swap(new, token)
        # Not by a call: a deletion has no price, as no function of ours makes one.
        dict.pop(s3_backends[ACCOUNT]["aws"].get_bucket(self._bucket).keys, new.key, None)
        return PageToken()


class NoRevInTheBytes(Site):
    def _put(self, new: SiteObject, condition: dict[str, Any]) -> str:
        bare = _REV.sub(b"", new.content)
        return super()._put(SiteObject(new.key, bare, new.content_type, new.cache_control, new.metadata), condition)


class SkipWhenBytesAreEqual(Site):
    """Takes equal content for the same content: what the token names is remembered by its bytes."""

    bytes_of: ClassVar[dict[str, bytes]] = {}

    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        content = _REV.sub(b"", new.content)
        if token.etag and self.bytes_of.get(token.etag) == content:
            return PageToken(token.etag, token.rev, new.metadata["fp"])
        landed = super().swap(new, token)
        self.bytes_of[landed.etag] = content
        return landed


def forget_bytes() -> None:
    """So that two plays of one schedule are the same."""
    SkipWhenBytesAreEqual.bytes_of.clear()


class _SnapshotBeforeRow(Index):
    """Lists the folder before it reads the row, and keeps that listing for the look."""

    def __init__(self, client: Any, table: str, inbox: "_FixedFolder") -> None:
        super().__init__(client, table)
        self._inbox = inbox

    def read_post(self, post: PostRef) -> tuple[PostRow, ClinicRow, SiteRow]:
        self._inbox.kept = Inbox.read_folder(self._inbox, post.folder)
        return super().read_post(post)


class _FixedFolder(Inbox):
    kept: Folder

    def read_folder(self, prefix: str) -> Folder:
        return self.kept if prefix.startswith("posts/") else super().read_folder(prefix)


def token_after_snapshot(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    clients.inbox = inbox = _FixedFolder(world.cloud.s3, INBOX)
    clients.index = _SnapshotBeforeRow(world.cloud.dynamodb, TABLE, inbox)
    return clients


class _Unconditional(Table):
    def update(self, update: Mapping[str, Any], extra: ExtraWrites = NO_EXTRA_WRITES) -> None:
        names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
        bare = {name: value for name, value in update.items() if name != "ConditionExpression"}
        bare["ExpressionAttributeNames"] = {name: value for name, value in names.items() if name != "#n"}
        bare["ExpressionAttributeValues"] = {name: value for name, value in values.items() if name[:2] != ":n"}
        super().update(bare, extra)


def unconditional_record(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    clients.index._table = _Unconditional(world.cloud.dynamodb, TABLE)
    return clients


class _OwnHistoryOnly(Index):
    """Of versions that stood, but whose record lost, nothing is told."""

    def record_post(self, post: PostRef, change: PostChange, noted_days: object = None) -> None:
        revs = {(lang, row.token.rev) for lang, row in change.pages.items()}
        # The first version is in the row until another replaces it.
        own = tuple(version for version in change.history if (version.lang, version.rev) in revs or version.rev == 1)
        if change.rows_by_attribute():
            super().record_post(post, replace(change, history=own))


def history_of_winners(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    clients.index = _OwnHistoryOnly(world.cloud.dynamodb, TABLE)
    return clients


class LatePuts(Site):
    """Says what will stand, and puts it only when asked to."""

    due: list[tuple[SiteObject, PageToken]]

    def swap(self, new: SiteObject, token: PageToken) -> PageToken:
        self.due.append((new, token))
        etag = f'"{hashlib.md5(new.content).hexdigest()}"'
        return PageToken(etag, int(new.metadata["rev"]), new.metadata["fp"])


class _RecordsFirst(Index):
    puts: LatePuts

    def record_post(self, post: PostRef, change: PostChange, noted_days: object = None) -> None:
        super().record_post(post, change)
        while self.puts.due:
            Site.swap(self.puts, *self.puts.due.pop())


def record_before_swap(world: World) -> PublishClients:
    clients = real_publish_clients(world)
    site = cast(LatePuts, site_of(world, LatePuts))
    clients.site = site
    clients.index = index = _RecordsFirst(world.cloud.dynamodb, TABLE)
    site.due = []
    index.puts = site
    return clients


class _NoClaimConditions(Table):
    """Writes claims whatever was written at their addresses meanwhile, or whatever their clinics say by then."""

    kind: str

    def _extra_actions(self, extra: ExtraWrites) -> list[Any]:
        actions = [action for action in super()._extra_actions(extra) if self.kind not in action]
        if self.kind == "ConditionCheck":
            return actions
        return [*actions, *({"Update": self._bare(update)} for update in extra.updates)]

    def _bare(self, update: Attributes) -> Attributes:
        values = update["ExpressionAttributeValues"]
        bare = {name: value for name, value in update.items() if name != "ConditionExpression"}
        kept = {name: value for name, value in values.items() if not name.startswith(":b")}
        return {"TableName": self._name, **bare, "ExpressionAttributeValues": kept}


def claims_without_condition(kind: str, world: World) -> PublishClients:
    """``kind`` is the action without its condition: Update, of the address, or ConditionCheck, of its clinic."""
    clients = real_publish_clients(world)
    clients.index._table = table = _NoClaimConditions(world.cloud.dynamodb, TABLE)
    table.kind = kind
    return clients


# What is left out, by what it is called: the clients of the site's bucket alone, and all.
BROKEN_SITES: Mapping[str, type[Site]] = {
    "a put without a condition": UnconditionalPut,
    "old content is put again": OldContentPutAgain,
    "deletion instead of a tombstone": NoTombstone,
    "equal bytes are taken for the same": SkipWhenBytesAreEqual,
    "no revision in the bytes": NoRevInTheBytes,
}
BROKEN: Mapping[str, Callable[[World], PublishClients]] = {
    **{name: partial(clients_with_site, site) for name, site in BROKEN_SITES.items()},
    "the token is read after the snapshot": token_after_snapshot,
    "a row is recorded without a condition": unconditional_record,
    "the row is recorded before the swap": record_before_swap,
    "history tells of winners alone": history_of_winners,
}
