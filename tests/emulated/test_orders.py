"""Whatever the order of the uploads, however often each event comes: site and outcomes are those that build makes,
and at no moment does anything on the site link to what is not there."""

import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.emulated.desk import SAMPLES
from tests.emulated.links import every_link_is_there, links_to_no_body
from tests.emulated.open_desk import open_desk
from tests.emulated.shaken import Shaken
from tests.emulated.tree import built, built_from, standing_in
from tests.emulated.uploads import SITE_URL
from tests.emulated.walks import history

# The long run: COLOPHON_ORDERS=50, and then with all of the samples.
ORDERS = int(os.environ.get("COLOPHON_ORDERS", "5"))
WHOLE = ORDERS > 5
# Histories are shorter, and there may be fewer of them.
WALKS = ORDERS if WHOLE else min(ORDERS, 3)
STEPS = 60 if WHOLE else 35
SAMPLES_URL = "https://archive.example"
# Of every clinic the posts with withdrawals, images and several languages.
_LEFT_OUT = (
    "how-much-sunscreen",
    "ten-minute-winter-shower",
    "shoulder-that-will-not-lift",
    "rainy-day-knees",
    "morning-heel-pain",
    "cold-teeth-in-autumn",
    "six-metres-away",
    "spots-that-swim",
)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if WHOLE:
        return SAMPLES / "inbox"
    folder = tmp_path_factory.mktemp("inbox")
    for path in (SAMPLES / "inbox").rglob("*"):
        if path.is_file() and not any(post in path.parts for post in _LEFT_OUT):
            target = folder / path.relative_to(SAMPLES / "inbox")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize("seed", range(ORDERS))
def test_any_order_ends_in_the_site_that_build_makes(seed: int, inbox: Path) -> None:
    expected = built(inbox, datetime.now(UTC))
    assert len(expected.objects) > 20
    with open_desk() as desk, every_link_is_there(desk.stack, SAMPLES_URL) as dangling:
        Shaken(desk, random.Random(seed)).upload(inbox)
        stands = standing_in(desk)
        assert stands.differences(expected) == []
        assert dangling == []
        assert links_to_no_body(stands.bodies(), SAMPLES_URL) == []


@pytest.mark.parametrize("seed", range(WALKS))
def test_any_history_ends_in_what_a_build_of_all_its_versions_makes(seed: int) -> None:
    chance = random.Random(seed)
    with open_desk() as desk, every_link_is_there(desk.stack, SITE_URL) as dangling:
        Shaken(desk, chance).live(history(chance, STEPS))
        expected = built_from(desk, datetime.now(UTC))
        assert len(expected.outcomes) > 10
        stands = standing_in(desk)
        assert stands.differences(expected) == []
        assert dangling == []
        assert links_to_no_body(stands.bodies(), SITE_URL) == []
