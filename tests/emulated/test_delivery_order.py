"""Whatever the order of the uploads, however often each event comes: site and outcomes are those that build makes,
and at no moment does anything on the site link to what is not there."""

import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.emulated.chaos import Chaos
from tests.emulated.compared_site import build_bucket, build_folder, read_site
from tests.emulated.links import check_links_as_put, links_without_body
from tests.emulated.open_stack import open_stack
from tests.emulated.random_history import history
from tests.emulated.stack_driver import SAMPLES
from tests.emulated.uploads import SITE_URL
from tests.rotating_seeds import seeds_of_the_day

# The long run: COLOPHON_ORDERS=50, and then with all of the samples.
_MANY = os.environ.get("COLOPHON_ORDERS")
WHOLE = bool(_MANY)
SEEDS = range(int(_MANY)) if _MANY else seeds_of_the_day(1, of=50)
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


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_ends_in_the_site_that_build_makes(seed: int, inbox: Path) -> None:
    expected = build_folder(inbox, datetime.now(UTC))
    assert len(expected.objects) > 20
    with open_stack() as driver, check_links_as_put(driver.stack, SAMPLES_URL) as dangling:
        Chaos(driver, random.Random(seed)).upload(inbox)
        stands = read_site(driver)
        assert stands.differences(expected) == []
        assert dangling == []
        assert links_without_body(stands.bodies(), SAMPLES_URL) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_any_history_ends_in_what_a_build_of_all_its_versions_makes(seed: int) -> None:
    chance = random.Random(seed)
    with open_stack() as driver, check_links_as_put(driver.stack, SITE_URL) as dangling:
        Chaos(driver, chance).run(history(chance, STEPS))
        expected = build_bucket(driver, datetime.now(UTC))
        assert len(expected.outcomes) > 10
        stands = read_site(driver)
        assert stands.differences(expected) == []
        assert dangling == []
        assert links_without_body(stands.bodies(), SITE_URL) == []
