"""What saturates, and when, for costs that can be worked out by hand."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.scale import at_rest
from tests.scale.counts import Cost, Growth, Sizes
from tests.scale.knobs import Knobs, read_knobs, turn_up
from tests.scale.limits import MEMORY_OF_ONE_PROCESSOR as WHOLE
from tests.scale.model import HOME_SECONDS, Counts, capacities, posts_of_batch, seconds
from tests.scale.simulation import Group, Simulation, Station, alarm_at

KNOBS = Knobs(
    lanes=10,
    queue_batch=10,
    queue_window=1,
    retention=345_600,
    publish_memory=WHOLE,
    image_memory=WHOLE,
    relist_memory=WHOLE,
    report_memory=WHOLE,
    sweep_memory=WHOLE,
    batches=4,
    report_batches=1,
    stream_batch=100,
    stream_window=1,
    record_age=21_600,
    intake_late=600,
    relist_late=300,
    late_minutes=3,
    table_writes=4_000,
    table_reads=12_000,
)


def _cost(posts: int, milliseconds: float, **units: Any) -> Cost:
    nothing: dict[str, Any] = {"writes": {}, "reads": {}, "puts": {}, "gets": {}}
    return Cost(posts, 1, 1, milliseconds, 0.0, 0.0, 4 * posts, **(nothing | units))


def _counts(publish: float = 100, relist: float = 250, report: float = 25, **units: Any) -> Counts:
    """Batches of ten take ``publish`` milliseconds, those of 25 the others. A post takes one unit of each resource."""
    of = {
        "writes": {"recent": 10.0, "entries": 10.0},
        "reads": {"site": 10.0},
        "puts": {"site": 10},
        "gets": {"inbox": 10},
    }
    spread = {
        "publish": [_cost(1, publish), _cost(10, publish, **(of | units))],
        "relist": [_cost(25, relist)],
        "report": [_cost(25, report)],
    }
    sizes = Sizes(items=2, table=800, pages=9_000, listings=1_000, reports=1_000, uploads=4_000, objects=3)
    return Counts(spread, spread, sizes, Growth(1_000, 500, 10, 1, 0.1, 0.1), 2)


@pytest.mark.parametrize(
    ("part", "posts_a_second"),
    [
        ("publish", 10 * 10 / 0.1),
        ("relist", 4 * 4 * 25 / 0.25),
        ("report", 4 * 25 / 0.025),
        ("home page", 25 / HOME_SECONDS),
        ("days of a language", 1_000),
        ("one clinic", 1_000),
        ("row of the site", 3_000),
        ("table writes", 4_000 / 2),
        ("table reads", 12_000),
        ("site bucket, puts", 3_500),
        ("inbox, puts", 3_500),
        ("inbox, gets", 5_500),
        ("runs of the account", 1_000 / (0.01 + 0.01 + 0.001)),
        ("runs of a new account", 10 / (0.01 + 0.01 + 0.001)),
        ("images", 10 / 1.0),
        ("corrections", 3_000 / 10 / 2),
    ],
)
def test_a_part_saturates_at_what_it_can_do(part: str, posts_a_second: float) -> None:
    assert capacities(_counts(), KNOBS)[part] == pytest.approx(posts_a_second)


def test_the_first_to_saturate_comes_first() -> None:
    assert next(iter(capacities(_counts(publish=1_000), replace(KNOBS, lanes=2)))) == "images"
    assert next(iter(capacities(_counts(relist=25_000), replace(KNOBS, lanes=100, batches=1)))) == "relist"
    assert next(iter(capacities(_counts(writes={"recent": 5_000.0, "entries": 10.0}), KNOBS))) == "days of a language"


def test_a_knob_moves_its_own_part() -> None:
    found = {name: capacities(_counts(), replace(KNOBS, lanes=20))[name] for name in ("publish", "images", "relist")}
    assert found == pytest.approx({"publish": 2_000, "images": 20, "relist": 1_600})


def test_half_a_processor_computes_half_as_fast_and_waits_no_longer() -> None:
    costs = [replace(_cost(10, 100.0), processor=50.0)]
    assert seconds(costs, 10, WHOLE) == pytest.approx(0.15)
    assert seconds(costs, 10, WHOLE // 2) == pytest.approx(0.2, rel=0.01)
    assert seconds(costs, 10, 2 * WHOLE) == pytest.approx(0.15)


def test_a_batch_between_two_that_were_counted_costs_between_them() -> None:
    costs = [_cost(1, 100), _cost(5, 300)]
    assert [seconds(costs, posts, WHOLE) for posts in (1, 2, 5, 10)] == pytest.approx([0.1, 0.15, 0.3, 0.6])


def test_a_batch_of_the_stream_holds_records_and_not_posts() -> None:
    assert posts_of_batch([_cost(25, 0)], 100) == 25


def test_nothing_waits_below_what_a_part_can_do() -> None:
    result = Simulation(_counts(), KNOBS, rate=20).run(10)
    assert result.live_a_second == pytest.approx(20, rel=0.05)
    assert max(*result.intake_ages, *result.relist_ages) <= 2
    assert result.intake_alarm is None


def test_publish_saturates_when_its_runs_are_all_busy() -> None:
    # Ten runs of ten posts in 20 seconds: five a second of the ten that come. The oldest has waited half of the time.
    result = Simulation(_counts(publish=20_000), KNOBS, rate=10).run(30)
    assert result.busiest == "publish"
    assert result.used["publish"] == pytest.approx(1, abs=0.02)
    assert result.live_a_second == pytest.approx(5, rel=0.05)
    assert result.intake_waiting == pytest.approx(30 * 60 * 5, rel=0.05)
    assert result.intake_alarm in (22, 23, 24)
    assert result.relist_alarm is None


def test_relist_saturates_behind_publish() -> None:
    # Sixteen batches of 25 posts in 40 seconds are ten posts a second.
    result = Simulation(_counts(relist=40_000), KNOBS, rate=20).run(20)
    assert result.busiest == "relist"
    assert result.intake_alarm is None
    assert result.relist_alarm is not None
    assert result.live_a_second == pytest.approx(20, rel=0.05)


def test_what_is_short_is_named_and_not_the_runs_that_wait_for_it() -> None:
    # A hundred units of one key for each post: ten posts a second, though the runs could do a thousand.
    result = Simulation(_counts(writes={"recent": 1_000.0}), KNOBS, rate=30).run(10)
    assert result.busiest == "days of a language"
    assert result.live_a_second == pytest.approx(10, rel=0.05)


def test_more_batches_at_a_time_are_smaller_and_put_the_home_page_more_often() -> None:
    narrow, wide = (Simulation(_counts(), replace(KNOBS, batches=batches), rate=50).run(5) for batches in (1, 10))
    assert wide.used["home page"] > 2 * narrow.used["home page"]


def test_a_run_is_the_same_again_with_its_seed() -> None:
    first, again, other = (Simulation(_counts(), KNOBS, rate=7, seed=seed).run(3) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("ages", "minute"),
    [([700] * 3, 3), ([0, 700, 700, 700], 4), ([700, 700, 600, 700], None), ([700, 700], None), ([600] * 9, None)],
)
def test_an_alarm_fires_after_so_many_minutes_in_a_row(ages: list[int], minute: int | None) -> None:
    assert alarm_at(ages, 600, 3) == minute


def test_a_site_at_rest_takes_what_its_posts_take() -> None:
    site = at_rest.describe(1_000_000, _counts(), KNOBS)
    assert (site.table, site.site, site.inbox, site.clinics) == pytest.approx((1, 10, 5, 4_000))
    assert site.storage_dollars == pytest.approx(15 * 0.023 + 0.45)
    # For a thousand posts a listing of 0.2 s and 0.5 s of rows, and 11 ms for each of four clinics.
    assert site.scan_hours == pytest.approx(1_000 * (0.2 + 0.5 + 0.044) / 40 / 60)
    assert site.posts_of_a_day == pytest.approx(1_000_000 * 24 / site.scan_hours)
    assert site.directory_page_megabytes == pytest.approx(2)


def test_a_rebuild_of_the_directory_reads_and_renders_every_clinic() -> None:
    # A megabyte is read in 0.1 seconds; a clinic is rendered in 0.08 milliseconds; the put takes 0.03 seconds.
    counts = _counts()
    assert at_rest.directory_seconds(1_000, counts, KNOBS) == pytest.approx(0.1 + 0.08 + 0.03)
    assert at_rest.directory_seconds(10_000, counts, KNOBS) == pytest.approx(1 + 0.8 + 0.03)
    site = at_rest.describe(2_500_000, counts, KNOBS)
    assert site.new_topics_a_second == pytest.approx(25 / 1.83)


def test_every_post_of_a_queue_is_taken_once() -> None:
    station = Station(lanes=2, batch=5, window=1, cost=lambda posts: (0.1 * posts, {}))
    for number, posts in enumerate((12, 1, 4)):
        station.add(Group(float(number), float(number), posts))
    done = station.run_until(100, {})
    assert [group.posts for _, group in done] == [5, 5, 2, 1, 4]
    assert station.batches == {5: 2, 3: 1, 4: 1}
    assert not station.queue
    assert station.waiting == 0


def test_a_batch_that_is_not_full_waits_for_its_window() -> None:
    station = Station(lanes=2, batch=5, window=1, cost=lambda posts: (0.1 * posts, {}))
    station.add(Group(3.0, 3.0, 2))
    assert station.run_until(3.9, {}) == []
    assert [end for end, _ in station.run_until(4.1, {})] == [pytest.approx(4.2)]


def test_the_knobs_are_those_of_the_template() -> None:
    knobs = read_knobs()
    assert knobs.publish_memory > 0
    assert 2 <= knobs.lanes <= 500
    assert turn_up(knobs).lanes > knobs.lanes
    assert knobs.shards == 4
    assert turn_up(knobs).shards == 8
