"""Where something can be read of what a schedule withdrew: its sentences, titles, pictures, and links to it."""

from collections.abc import Mapping

from tests.protocol.harness import contents
from tests.protocol.harness.cloud import StoredObject
from tests.protocol.scenarios import WITHDRAWAL, WITHDRAWAL_CLINIC, WITHDRAWAL_EN, WITHDRAWAL_PICTURE

# What can be withdrawn, by the key that withdraws it.
WITHDRAWN = {"post": WITHDRAWAL, "clinic": WITHDRAWAL_CLINIC, "edition": WITHDRAWAL_EN, "image": WITHDRAWAL_PICTURE}
# A sentence that only one text has.
SENTENCES = {
    "en": "Rain was heard in the attic.",
    "ko": "다락방에서 빗소리가 들렸습니다.",
    "b": "Nobody was in the cellar.",
}


def find_readable(withdrawn: str, site: Mapping[str, StoredObject]) -> list[str]:
    """The keys of ``site`` at which something of what was withdrawn can be read."""
    needles = [needle.encode() for needle in _needles(withdrawn)]
    pictures = f"images/{contents.CLINIC}/a-quiet-room/" if withdrawn != "edition" else "none/"
    return [
        key
        for key, stored in site.items()
        if (key.startswith(pictures) and not stored.status)
        or (not key.startswith("images/") and any(needle in stored.content for needle in needles))
    ]


def _needles(withdrawn: str) -> list[str]:
    if withdrawn == "image":
        return [f"images/{contents.CLINIC}/a-quiet-room/room."]
    of = {"edition": ("en",), "post": ("en", "ko"), "clinic": ("en", "ko", "b")}[withdrawn]
    titles = [f"Text {'en-b' if one == 'b' else one} " for one in of]
    paths = ["en", "ko"] if withdrawn != "edition" else ["en"]
    return [
        *titles,
        *(SENTENCES[one] for one in of),
        *(f"/{lang}/{contents.CLINIC}/a-quiet-room/" for lang in paths),
    ]
