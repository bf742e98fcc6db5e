"""Fingerprints: the identity of what a decision used."""

import hashlib
from functools import lru_cache

from msgspec.json import Encoder

from colophon.decision.code_version import code_version

# Hex digits of a digest that is only compared with the one before.
DIGEST_LENGTH = 6
# Shared, as a decision computes several fingerprints.
_ENCODER = Encoder(order="deterministic")


# Hex digits of an identity: 128 bits. A page's row has six identities, and DynamoDB bills each KB of an item that is
# begun. S3 chooses the version ids in them, so no uploader can look for two inputs of one identity.
IDENTITY_LENGTH = 32


def fingerprint(*inputs: object) -> str:
    """The first half of the SHA-256, in hex, of ``inputs`` in their order.

    They are strings, numbers, None, dates, and lists, maps or structs of these. The order of a map makes no difference.
    """
    return hashlib.sha256(_ENCODER.encode(inputs)).hexdigest()[:IDENTITY_LENGTH]


def fingerprint_by_code(*inputs: object) -> str:
    """The fingerprint of ``inputs`` and, after a dot, the digest of the code that decides from them."""
    return f"{fingerprint(*inputs)}.{code_digest(code_version())}"


def inputs_of(fp: str) -> str:
    """The part of ``fp`` that all code versions have in common."""
    return fp.partition(".")[0]


def code_of(fp: str) -> str:
    """The digest of the code that decided; empty if ``fp`` does not say."""
    return fp.partition(".")[2]


def is_same_but_for_code(fp: str, other: str) -> bool:
    """Whether two fingerprints are of the same inputs, whichever code decided."""
    return inputs_of(fp) == inputs_of(other)


def add_original(visible_id: str, version: str) -> str:
    """``visible_id`` of a page that also shows the upload ``version`` of its original, after a dot."""
    return f"{visible_id}.{fingerprint(version)}"


def shows_what_was_replaced(before: str, after: str) -> bool:
    """Whether a copy of the page with the ``visible_id`` ``before`` shows what the page with ``after`` does not.

    An original that was added later is missing in the copy, which is no harm.
    """
    body, _, original = before.partition(".")
    body_after, _, original_after = after.partition(".")
    return body != body_after or (bool(original) and original != original_after)


@lru_cache(maxsize=8)
def code_digest(code: str) -> str:
    """A short identity of the code version ``code``. Digests are only compared, so a few digits are enough."""
    return fingerprint(code)[:DIGEST_LENGTH]
