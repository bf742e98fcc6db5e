"""The pairs of handlers that meet on one page, and what stood before them."""

from collections.abc import Mapping
from functools import partial

from tests.protocol.harness import texts
from tests.protocol.harness.schedules import Part, Upload
from tests.protocol.harness.world import Message, World

EN, KO = f"{texts.POST}en.md", f"{texts.POST}ko.md"
ORDER, ORDER_EN = f"{texts.POST}withdrawal.yaml", f"{texts.POST}en.md.withdrawal.yaml"
PICTURE = f"{texts.POST}room.png"
SITE, CLINIC = "site.yaml", f"clinics/{texts.CLINIC}/clinic.yaml"


def put(key: str, content: bytes) -> Upload:
    return partial(_put, key, content)


def delete(key: str) -> Upload:
    return partial(_delete, key)


def _put(key: str, content: bytes, world: World) -> Message:
    return world.put(key, content)


def _delete(key: str, world: World) -> Message:
    return world.delete(key)


HOUSE = (put(SITE, texts.site(1)), put(CLINIC, texts.clinic(1)))
LIVE = (*HOUSE, put(EN, texts.edition("en", 1)))

# name: what stands before, the first handler's upload, the second's.
PAIRS: Mapping[str, tuple[tuple[Upload, ...], Upload, Upload]] = {
    "correction and correction": (LIVE, put(EN, texts.edition("en", 2)), put(EN, texts.edition("en", 3))),
    "correction and withdrawal": (LIVE, put(EN, texts.edition("en", 2)), put(ORDER_EN, texts.withdrawal())),
    "withdrawal and reinstatement": (LIVE, put(ORDER, texts.withdrawal()), delete(ORDER)),
    "first publish and withdrawal": (HOUSE, put(EN, texts.edition("en", 1)), put(ORDER, texts.withdrawal("legal"))),
    "clinic record and first publish": (
        (put(SITE, texts.site(1)),),
        put(CLINIC, texts.clinic(1)),
        put(EN, texts.edition("en", 1)),
    ),
    "suspension and correction": (
        LIVE,
        put(CLINIC, texts.clinic(2, "suspended")),
        put(EN, texts.edition("en", 2)),
    ),
    "edition and its image": (HOUSE, put(EN, texts.edition("en", 1, "room.png")), put(PICTURE, texts.drawing(1))),
    "translation and original": (HOUSE, put(EN, texts.edition("en", 1)), put(KO, texts.edition("ko", 1))),
    "deletion and correction": (LIVE, delete(EN), put(EN, texts.edition("en", 2))),
    "refused and correction": (LIVE, put(EN, texts.refused(2)), put(EN, texts.edition("en", 3))),
}


def parts(first: Upload, second: Upload) -> tuple[Part, Part]:
    return Part("first", first, early=True), Part("second", second)
