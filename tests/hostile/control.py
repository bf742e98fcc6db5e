"""The control: with a defence switched off, the checks must find something."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tests.hostile import installed_lists
from tests.hostile.bodies import check_body
from tests.hostile.inbox import Field
from tests.hostile.purify import find_removed
from tests.hostile.sites import Sites, is_address
from tests.hostile.unsafe import without_address_rule, without_escaping, without_sanitizer

_SCRIPT_ADDRESS = "javascript:pwned()"


class Flagged(Struct, frozen=True):
    """A field that pages print: how many files show it, and by defence how many are flagged without it."""

    field: str
    files: int
    flags: Mapping[str, int]


class UnsafeBodies(Struct, frozen=True):
    """Without the sanitizer: how many bodies have faults, and of how many DOMPurify would remove something."""

    faulty: int
    removed: int


def flag_fields(sites: Sites) -> list[Flagged]:
    """Every field that is printed, with one hostile word at a time."""
    with without_escaping():
        plain = sites.build({})
        unescaped = {
            field: len({each.file for each in sites.check({field: word}, plain).differences})
            for field, word in sites.polyglots()
        }
    with without_address_rule():
        unruled = {
            field: len(sites.check({field: _SCRIPT_ADDRESS}).differences)
            for field in unescaped
            if is_address(sites.inbox.plain[field])
        }
    return [
        _flagged(sites, field, {"escaping": count, "rule of addresses": unruled.get(field, 0)})
        for field, count in unescaped.items()
    ]


def _flagged(sites: Sites, field: Field, flags: Mapping[str, int]) -> Flagged:
    return Flagged(field.name, len(sites.printed(field)), flags)


def flag_bodies(bodies: Sequence[str]) -> UnsafeBodies:
    """``bodies`` without the sanitizer."""
    with without_sanitizer():
        pages = [check_body(body) for body in bodies]
    shown = [each.html for each in pages if each.html]
    removed = [] if installed_lists.describe_missing() else find_removed(shown)
    return UnsafeBodies(sum(bool(each.faults) for each in pages), sum(map(bool, removed)))
