"""``colophon verify`` names damage of every kind by itself, and its repair leaves nothing of it to name.

``python -m tests.protocol.verify_control`` plants all of it, one after the other; here a share that changes by the day,
and what can lie side by side together.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.damage import Damage
from tests.protocol.harness.settled_stack import UPLOADS, SettledStack
from tests.protocol.harness.transport import Transport
from tests.protocol.verify_control import DAMAGE, NOT_COMPARED, try_damage, verify_untouched
from tests.rotating_seeds import DAY, share_of_the_day

ROOT = Path(__file__).parents[2]
# One object does not depend on another, so all of one kind can be damaged at once.
SIDE_BY_SIDE = ("object lost", "object: one byte changed", "object extra")
# One of each kind, far enough from each other, and what no repair can put back.
TOGETHER = {
    "object: metadata changed": "cache tag of a page",
    "object: headers changed": "type of a style sheet",
    "tombstone replaced by a body": "a withdrawn clinic's card",
    "row lost": "an earlier address",
    "listing entry lost": "a day",
    "report lost": "a refused text's",
    "report changed": "the site's",
    "tag lost": "a withdrawn clinic's",
    "image size lost": "a file",
    "purge lost": "a withdrawn picture",
    "due date lost": "a text's",
}
KINDS = list(dict.fromkeys(each.kind for each in DAMAGE if each.kind not in SIDE_BY_SIDE))


@pytest.fixture(scope="module")
def stack(account: Cloud, transport: Transport) -> SettledStack:
    made = SettledStack(account, transport)
    assert verify_untouched(made) == frozenset()
    return made


def name_of(damage: Damage) -> str:
    return f"{damage.kind}, {damage.name}"


@pytest.mark.parametrize("kind", SIDE_BY_SIDE)
def test_all_damaged_objects_of_a_kind_are_named_and_repaired(kind: str, stack: SettledStack) -> None:
    damages = [each for each in DAMAGE if each.kind == kind]
    trial = try_damage(stack, planted_together(damages))
    assert trial.named == trial.wanted
    assert len(trial.named) == len(damages)
    assert trial.is_as_said, sorted(trial.left)


def planted_together(damages: list[Damage]) -> Damage:
    def make_all(stack: SettledStack) -> Iterator[tuple[str, str]]:
        for each in damages:
            yield from each.make(stack)

    return Damage("together", "all", make_all, repaired=damages[0].repaired)


def test_damage_of_many_kinds_at_once_is_named(stack: SettledStack) -> None:
    damages = [each for each in DAMAGE if TOGETHER.get(each.kind) == each.name]
    trial = try_damage(stack, planted_together(damages))
    assert trial.named == trial.wanted
    assert len(trial.named) >= len(damages) == len(TOGETHER)
    assert [(what, key.rpartition("/")[0]) for what, key in trial.left] == [("row", "posts/haneulso/d")]


def one_of(kind: str) -> Damage:
    """One damage of ``kind``, another one on another day."""
    damages = [each for each in DAMAGE if each.kind == kind]
    return damages[DAY // 3 % len(damages)]


@pytest.mark.parametrize("damage", [one_of(kind) for kind in share_of_the_day(KINDS, 3)], ids=name_of)
def test_each_damage_is_named_by_itself_and_repaired(damage: Damage, stack: SettledStack) -> None:
    trial = try_damage(stack, damage)
    assert trial.named == trial.wanted
    assert trial.is_as_said, sorted(trial.left)


def test_damages_have_names_of_their_own_and_uploads_of_every_kind() -> None:
    names = [name_of(each) for each in DAMAGE]
    assert len(names) == len(set(names)) > 120
    assert sum(map(len, UPLOADS)) > 20


def test_every_kind_of_item_is_compared_or_it_is_said_why_not() -> None:
    page = (ROOT / "shared/colophon/stores/README.md").read_text()
    documented = {found.partition("<")[0] for found in re.findall(r"^\| \[`([^`]+)`\]", page, re.MULTILINE)}
    control = (ROOT / "tests/protocol/verify_control.py").read_text()
    compared = {pk for pk in documented if re.search(rf'"{re.escape(pk)}', control.partition("NOT_COMPARED")[0])}
    assert {"post#", "site", "recent#", "due#", "search"} <= documented
    assert documented == compared | NOT_COMPARED.keys()
