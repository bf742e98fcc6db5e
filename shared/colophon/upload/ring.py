"""A doorbell: it names what to look at and decides nothing."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from colophon.upload.envelope import keys_rung


@dataclass(frozen=True, slots=True)
class Ring:
    """Look at ``key``: an inbox key or, where ``folder``, all that lies under it, after the key ``after``.

    ``images`` asks for the images too, which a change of texts alone does not touch.
    """

    key: str
    folder: bool = False
    after: str = ""
    images: bool = False


def rings_in(body: str) -> tuple[Ring, ...]:
    """What the message ``body`` rings for: an S3 notification's keys, or our own rings. Raises UnreadableEnvelope."""
    keys = keys_rung(body)
    message = json.loads(body)
    if "rings" not in message:
        return tuple(Ring(key) for key in keys)
    rings = (
        Ring(r["key"], r["key"].endswith("/"), str(r.get("after", "")), bool(r.get("images"))) for r in message["rings"]
    )
    return tuple(dict.fromkeys(rings))


def ring_body(rings: Sequence[Ring]) -> str:
    """The message body that rings for ``rings``; ASCII, because SQS refuses some characters that a key may hold."""
    return json.dumps({"rings": [_as_json(ring) for ring in rings]})


def distinct(rings: Iterable[Ring]) -> tuple[Ring, ...]:
    """``rings`` with each once, in order."""
    return tuple(dict.fromkeys(rings))


def _as_json(ring: Ring) -> dict[str, str | bool]:
    extra: dict[str, str | bool] = {}
    if ring.after:
        extra["after"] = ring.after
    if ring.images:
        extra["images"] = True
    return {"key": ring.key, **extra}
