"""The grade of a discrepancy by what was measured: a kind that is often wrong is for editors only."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from colophon.fidelity.discrepancy import Discrepancy, Grade

# A kind that is wrong more often asks a person to look.
MIN_PRECISION = 0.9
# Original and translation. Two versions of one text need no translation.
_MEASURED = frozenset({("ko", "en")})


class Measurement(Struct, frozen=True):
    """One kind, measured on errors that were put into correct texts and on the correct texts themselves.

    ``recall`` is the share of the ``seeded`` errors that was found, ``false_alarms`` a number per 100 correct blocks,
    ``precision`` the share of right ones if half of the blocks have such an error.
    """

    seeded: int
    recall: float
    false_alarms: float
    precision: float


class Measured(Struct, frozen=True):
    """``set`` is the digest of the pairs (sha256, hexadecimal), ``blocks`` how many there were."""

    set: str
    blocks: int
    kinds: Mapping[str, Measurement]


@cache
def load_measured() -> Measured:
    """``measured.json``, which ``make bench-fidelity`` writes."""
    return msgspec.json.decode((files("colophon.fidelity") / "measured.json").read_bytes(), type=Measured)


def settle_grade(discrepancy: Discrepancy, original: str, translation: str) -> Grade:
    """``look`` for languages that were not measured, and for a kind whose precision is too low or unknown."""
    if discrepancy.grade == "look":
        return "look"
    if original == translation:
        return "differs"
    measured = load_measured().kinds.get(discrepancy.kind)
    is_measured = (original, translation.partition("-")[0]) in _MEASURED
    return "differs" if is_measured and measured and measured.precision >= MIN_PRECISION else "look"
