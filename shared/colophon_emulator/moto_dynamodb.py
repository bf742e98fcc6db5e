"""How much one transaction of DynamoDB takes, where moto's limit differs: it still refuses more than 25 reads.

Source: TransactGetItems in the Amazon DynamoDB API Reference ("up to 100 distinct items").
"""

from collections.abc import Iterator
from contextlib import contextmanager

from moto.dynamodb import responses

from colophon_emulator.lock import patch

_ITEMS = 100


@contextmanager
def patch_transaction_size() -> Iterator[None]:
    """Let a transaction read as many items as DynamoDB does."""
    with patch(responses, "TRANSACTION_MAX_ITEMS", _ITEMS):
        yield
