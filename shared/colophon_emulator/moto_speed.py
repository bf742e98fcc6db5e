"""What moto and boto3 work out anew each time, worked out once: their addresses, their methods, AWS's descriptions.

None of it changes while the emulation runs, and it is a third of a request's time and all of a cold start's.


What moto does by copying everything, done by keeping only what is touched.

Its transactions copy the table and its stream's whole past once for each write, and everything that it ever made is
kept for a page that nobody opens: a site of a thousand posts would stand still, and one of ten thousand would not fit.


An attribute's value of DynamoDB answered as it is: moto looks for it as ten kinds, under every name of each.

A query that looks at the items of its own partition. moto looks through the whole table, and sorts it, each time.

A bucket's keys kept in order, so that a listing looks at what lies under its prefix and no further.

moto copies and sorts all keys of a bucket for each listing.


Queues of many messages. moto counts all of them for each that is sent or received, with a look at the clock each,
and copies the whole queue for each that is deleted.

"""

import copy
import time
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache
from inspect import signature
from typing import Any

from colophon_emulator.lock import LOCK, replaced
from colophon_emulator.moto_s3 import keys_under

_OURS = ("s3", "dynamodb", "sqs")


@contextmanager
def routes_found_once() -> Iterator[None]:
    """For the time of the block moto looks up who answers a request, and asks the services of this site first."""
    from moto import backend_index
    from moto.core import responses
    from moto.core.base_backend import BaseBackend
    from moto.core.utils import method_names_from_class

    ours_first = sorted(backend_index.backend_url_patterns, key=lambda pattern: pattern[0] not in _OURS)
    with ExitStack() as patches:
        patches.enter_context(replaced(BaseBackend, "urls", _once_for_each_class(vars(BaseBackend)["urls"])))
        patches.enter_context(replaced(backend_index, "backend_url_patterns", ours_first))
        patches.enter_context(replaced(responses, "method_names_from_class", cache(method_names_from_class)))
        yield


@contextmanager
def descriptions_read_once() -> Iterator[None]:
    """For the time of the block the sessions of all functions share what boto3 has read of AWS's services.

    Each function has a session of its own, and each session would read a list of all regions and services. Each
    request spells out what runs here, and cleans every letter of it.
    """
    from botocore import useragent
    from botocore.loaders import JSONFileLoader, Loader

    read = _descriptions(JSONFileLoader.load_file)
    clean = cache(useragent.sanitize_user_agent_string_component)
    with (
        replaced(JSONFileLoader, "load_file", lambda _, path: read(path)),
        replaced(Loader, "list_available_services", _listed_once(Loader.list_available_services)),
        replaced(useragent, "sanitize_user_agent_string_component", clean),
    ):
        yield


@contextmanager
def dates_read_once() -> Iterator[None]:
    """For the time of the block a date that an answer has had before is not taken apart again: each listing of a folder
    has all of the folder's."""
    from botocore import utils

    read = lru_cache(maxsize=4096)(utils._parse_timestamp_with_tzinfo)  # type: ignore[attr-defined]
    with replaced(utils, "_parse_timestamp_with_tzinfo", read):
        yield


def _listed_once(listed: Callable[..., Any]) -> Callable[..., Any]:
    found: dict[tuple[Any, ...], Any] = {}

    def list_available_services(loader: Any, type_name: str) -> Any:
        where = (type_name, *loader.search_paths)
        if where not in found:
            found[where] = listed(loader, type_name)
        return found[where]

    return list_available_services


@cache
def _descriptions(read: Callable[[Any, str], Any]) -> Callable[[str], Any]:
    """``read``, remembered for as long as the process lives."""
    from botocore.loaders import JSONFileLoader

    return cache(lambda path: read(JSONFileLoader(), path))


def _once_for_each_class(worked_out: property) -> property:
    found: dict[type, Any] = {}

    def urls(backend: Any) -> Any:
        if type(backend) not in found:
            found[type(backend)] = worked_out.__get__(backend)
        return found[type(backend)]

    return property(urls)


@contextmanager
def small_copies() -> Iterator[None]:
    """For the time of the block a transaction copies the items that it names, and nothing is kept that was let go."""
    from moto.core.common_models import BaseModel
    from moto.dynamodb.models import DynamoDBBackend

    transaction = _transaction_on_touched_items(DynamoDBBackend.transact_write_items)
    with ExitStack() as patches:
        patches.enter_context(replaced(DynamoDBBackend, "transact_write_items", transaction))
        patches.enter_context(replaced(BaseModel, "__new__", _untracked))
        yield


def _untracked(kind: Any, *_: Any, **__: Any) -> Any:
    return object.__new__(kind)


def _transaction_on_touched_items(whole_transaction: Any) -> Any:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        from moto.dynamodb.models.table import Table

        with LOCK:
            operations = [operation for item in transact_items for operation in item.values()]
            undo = [
                _undo(backend.tables[operation["TableName"]], operation.get("Key") or operation.get("Item", {}))
                for operation in operations
                if operation.get("TableName") in backend.tables
            ]
            # moto takes a copy of the table for the case of a failure; here the table itself is put right.
            Table.__deepcopy__ = lambda table, _: table  # type: ignore[attr-defined]
            try:
                whole_transaction(backend, transact_items)
            except BaseException:
                for put_back in undo:
                    put_back()
                raise
            finally:
                del Table.__deepcopy__  # type: ignore[attr-defined]

    return transact_write_items


def _undo(table: Any, key: dict[str, Any]) -> Callable[[], None]:
    """What puts the item of ``key``, and the stream, back to where they are now."""
    put_back = _undo_item(table, key)
    shard, told = table.stream_shard, len(table.stream_shard.items) if table.stream_shard else 0

    def undo() -> None:
        put_back()
        if shard is not None:
            del shard.items[told:]

    return undo


def _undo_item(table: Any, key: dict[str, Any]) -> Callable[[], None]:
    from moto.dynamodb.models.dynamo_type import DynamoType

    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name is not None]
    if any(name not in key for name in names):
        return lambda: None
    *above, last = (DynamoType(key[name]) for name in names)
    place = table.items
    for name in above:
        if name not in place:
            return lambda: table.items.pop(name, None)
        place = place[name]
    if last not in place:
        return lambda: place.pop(last, None)
    before = copy.deepcopy(place[last])

    def put_back() -> None:
        place[last] = before

    return put_back


# What a value may be: AttributeValue in DynamoDB's API Reference.
_KINDS = frozenset({"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"})


@contextmanager
def values_as_they_are() -> Iterator[None]:
    """For the time of the block a value is looked for once, as the kind that it is."""
    from moto.core.serialize import ResponseSerializer

    with replaced(ResponseSerializer, "get_value", _value_as_it_is(ResponseSerializer.get_value)):
        yield


def _value_as_it_is(looked_for: Any) -> Any:
    def get_value(serializer: Any, value: Any, key: str, shape: Any) -> Any:
        if key in _KINDS and isinstance(value, dict):
            return value.get(key)
        return looked_for(serializer, value, key, shape)

    return get_value


@contextmanager
def one_partition_a_query() -> Iterator[None]:
    """For the time of the block a query of a table looks at one partition; the answers stay the same."""
    from moto.dynamodb.models.table import Table

    with replaced(Table, "query", _query_partition(Table.query)):
        yield


def _query_partition(whole_query: Any) -> Any:
    from moto.dynamodb.models.table import Table

    form = signature(whole_query)

    def query(table: Any, hash_key: Any, *args: Any, **others: Any) -> Any:
        index = form.bind(table, hash_key, *args, **others).arguments.get("index_name")
        if index or not table.has_range_key:
            return whole_query(table, hash_key, *args, **others)
        with LOCK:
            own = sorted(table.items.get(hash_key, {}).values(), key=lambda item: item.range_key.value)
            with replaced(Table, "all_items", lambda _: own):
                return whole_query(table, hash_key, *args, **others)

    return query


@contextmanager
def keys_in_order() -> Iterator[None]:
    """For the time of the block every new bucket keeps its keys in order, and listings with a prefix make use of it."""
    from moto.s3 import models

    with ExitStack() as patches:
        patches.enter_context(replaced(models, "_VersionedKeyStore", _ordered_store()))
        patches.enter_context(
            replaced(models.S3Backend, "list_objects", _list_under_prefix(models.S3Backend.list_objects))
        )
        yield


def _ordered_store() -> type:
    from moto.s3.utils import _VersionedKeyStore

    class Ordered(_VersionedKeyStore):
        """moto's own store of a bucket's versions by key, with its keys in ``ordered``."""

        def __init__(self) -> None:
            super().__init__()
            self.ordered: list[str] = []

        def __setitem__(self, key: str, value: Any) -> None:
            self._note(key)
            super().__setitem__(key, value)

        def setlist(self, key: Any, list_: Any) -> Any:
            self._note(key)
            return super().setlist(key, list_)

        def pop(self, key: str, *_: Any) -> Any:
            super().pop(key)
            del self.ordered[bisect_left(self.ordered, key)]

        def _note(self, key: str) -> None:
            if key not in self:
                insort(self.ordered, key)

    return Ordered


def _list_under_prefix(whole_listing: Any) -> Any:
    def list_objects(backend: Any, bucket: Any, prefix: str | None, *args: Any, **others: Any) -> Any:
        if not prefix or getattr(bucket.keys, "ordered", None) is None:
            return whole_listing(backend, bucket, prefix, *args, **others)
        with LOCK:
            narrow = copy.copy(bucket)
            narrow.keys = type(bucket.keys).__mro__[1]()
            for key in keys_under(bucket, prefix):
                dict.__setitem__(narrow.keys, key, bucket.keys.getlist(key))
            return whole_listing(backend, narrow, prefix, *args, **others)

    return list_objects


@contextmanager
def long_queues() -> Iterator[None]:
    """For the time of the block a queue's messages are counted by one look at the clock, and only when asked for."""
    from moto.sqs.models import Queue, SQSBackend

    with ExitStack() as patches:
        of_queue = {
            "messages": property(_to_be_seen),
            "approximate_number_of_messages_delayed": property(_delayed),
            "approximate_number_of_messages_not_visible": property(_not_visible),
            "delete_message": _deleting(Queue.delete_message),
        }
        for name, instead in of_queue.items():
            patches.enter_context(replaced(Queue, name, instead))
        patches.enter_context(replaced(SQSBackend, "send_message", _uncounted(SQSBackend.send_message)))
        patches.enter_context(replaced(SQSBackend, "is_message_valid_based_on_retention_period", _is_kept))
        yield


def _to_be_seen(queue: Any) -> list[Any]:
    now = time.time() * 1000
    return [each for each in queue._messages if each.visible_at < now and each.delayed_until <= now]


def _delayed(queue: Any) -> int:
    now = time.time() * 1000
    return sum(each.delayed_until > now for each in queue._messages)


def _not_visible(queue: Any) -> int:
    now = time.time() * 1000
    return sum(each.visible_at >= now for each in queue._messages)


def _deleting(motos_own: Any) -> Any:
    def delete_message(queue: Any, receipt_handle: str) -> None:
        with LOCK:
            for place, message in enumerate(queue._messages):
                if message.had_receipt_handle(receipt_handle):
                    queue.pending_messages.discard(message)
                    queue.deleted_messages.update(message.all_receipt_handles)
                    del queue._messages[place]
                    return
        # Deleted already, or never there: moto says which.
        motos_own(queue, receipt_handle)

    return delete_message


def _uncounted(motos_own: Any) -> Any:
    """Sending asks a queue for one attribute, for which moto works out all of them."""

    def send_message(backend: Any, queue_name: str, *args: Any, **others: Any) -> Any:
        from moto.sqs.models import Queue

        if backend.get_queue(queue_name).fifo_queue:
            return motos_own(backend, queue_name, *args, **others)
        with LOCK, replaced(Queue, "attributes", {}):
            return motos_own(backend, queue_name, *args, **others)

    return send_message


def _is_kept(backend: Any, queue_name: str, message: Any) -> bool:
    kept: float = backend.get_queue(queue_name).message_retention_period
    return bool(kept + message.sent_timestamp / 1000 > time.time())
