"""``make bench``: this project against Hugo on the same posts, and one new post on sites of many sizes.

Every figure goes to ``build/bench.json``; the goals are printed with what was reached. All of a comparison is
measured in rounds, each builder once a round, since machines are noisy: what counts is the ratio within a round.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from tests.bench.build_again import measure_again
from tests.bench.build_times import measure_builds, measure_hugo
from tests.bench.cold_start import measure_cold_starts
from tests.bench.dev_images import measure_dev_images
from tests.bench.one_post import cost_of_one_post
from tests.bench.originals import measure_originals
from tests.bench.photos import measure_photos
from tests.bench.price import measure_price
from tests.bench.processor_run import measure_processor_time
from tests.bench.relist_rate import measure_relist
from tests.bench.republish import measure_republish
from tests.bench.slow_lane import measure_slow_lane
from tests.bench.withdraw import measure_withdraw
from tests.browser.page_weight import print_weights

REPORT = Path("build/bench.json")
_DEV_POSTS = 40
# What one new post costs that must not grow with the site: none of it depends on the machine's other work.
_GROWING = ("seconds", "steps", "calls", "bytes_read")
# Each of them takes long, fills a stack of template.yaml, or needs Chromium: measured only when asked for alone.
_LARGE: Mapping[str, Callable[[argparse.Namespace], dict[str, float]]] = {
    "originals": lambda chosen: measure_originals(chosen.posts, chosen.rounds),
    "slow-lane": lambda chosen: measure_slow_lane(chosen.slow),
    "processor": lambda _: measure_processor_time(),
    "republish": lambda chosen: measure_republish(chosen.republished),
    "withdraw": lambda chosen: measure_withdraw(chosen.withdrawn),
    "weight": lambda chosen: print_weights(chosen.rounds),
}


class Goal(Struct, frozen=True):
    """A figure that must be at most ``most``; ``what`` says it in words."""

    figure: str
    most: float
    what: str


def goals(posts: int, largest: int) -> list[Goal]:
    """What is to be reached: each a ratio within one run."""
    build, one = f"build.{posts}", "one_post"
    return [
        Goal(f"{build}.yaml.wall_ratio", 0.4, f"build of {posts:,} posts on 2 processes: wall time against Hugo's"),
        Goal(f"{build}.json.wall_ratio", 0.45, "the same with JSON front matter: wall time against Hugo's"),
        *(
            Goal(f"{build}.{form}.memory_ratio", 0.1, f"build of {posts:,} posts ({form}): peak memory against Hugo's")
            for form in ("yaml", "json")
        ),
        Goal(f"{one}.{posts}.of_hugo", 1 / 150, f"one new post on a site of {posts:,} against Hugo's full build"),
        *(
            Goal(
                f"{one}.{largest}.{what}_growth", 1.1, f"{what} of one new post on {largest:,} against one on {posts:,}"
            )
            for what in _GROWING
        ),
    ]


def again_goals(posts: int) -> list[Goal]:
    """What is to be reached by a build after another one, and by the preview."""
    again = f"again.{posts}"
    return [
        Goal(
            f"{again}.nothing.wall_ratio", 0.1, f"build of {posts:,} posts again, nothing changed, against a clean one"
        ),
        Goal(f"{again}.one_post.wall_ratio", 0.1, "the same with one post changed"),
        Goal(f"{again}.saved_to_shown_s", 1, f"seconds from a saved post to its page in a preview of {posts:,}"),
    ]


def original_goals(posts: int) -> list[Goal]:
    """What a build may take with originals. What it takes with these on the pages is told."""
    what = f"build of {posts:,} posts, half with an original that pages don't show: processor time a page"
    return [Goal(f"originals.{posts}.off.cpu_ratio_a_page", 1.05, f"{what}, against no originals")]


def photo_goals(photos: int) -> list[Goal]:
    """What is to be reached with images: beside the image library alone, and by any hostile one."""
    return [
        Goal(f"photos.{photos}.wall_ratio", 1.1, f"build with {photos:,} photos: wall time against the library alone"),
        Goal("hostile.refused.slowest_s", 1, "the slowest hostile image that is refused, in seconds"),
        Goal("hostile.accepted.slowest_s", 3, "the slowest hostile image that is published, in seconds"),
        Goal("hostile.peak_mib", 256, "memory of the process that decodes hostile images, in MiB"),
    ]


def dev_goals() -> list[Goal]:
    """What is to be reached by the whole stack on one machine."""
    return [Goal("dev.images.cpu_seconds_a_post", 1 / 5, "colophon dev: processor seconds of a post with an image")]


def cold_goals() -> list[Goal]:
    """What is to be reached by a function that has just been started, beside one that does nothing."""
    return [Goal("cold.publish.ratio", 12, "publish, cold, with its first post, against a bare handler")]


def price_goals() -> list[Goal]:
    """What a site may cost at list price; what it comes to is told by service."""
    return [
        Goal("price.million_posts", 20, "dollars for a million posts that come in batches of ten"),
        Goal("relist.now.seconds_a_post", 1 / 20, "seconds a post that relist takes of a shard, in forty clinics"),
    ]


def large_goals(slow: int, republished: int, withdrawn: int) -> list[Goal]:
    """What is to be reached with a site's whole archive on a stack; measured only when it is asked for alone."""
    lane, remade, gone = f"slow_lane.{slow}", f"republish.{republished}", f"withdraw.{withdrawn}"
    return [
        Goal(
            f"{lane}.of_fast_lane", 0.1, f"a new post's wait with {slow:,} in the slow lane against as many before it"
        ),
        Goal(
            f"{remade}.most_puts", 1, f"how often republish --stale, killed and begun again, put any of {republished:,}"
        ),
        Goal(f"{remade}.of_earlier_template", 0, "pages that an earlier template made, after it"),
        Goal(f"{remade}.differences", 0, "differences that colophon verify finds after it"),
        Goal(
            f"{gone}.not_proven", 0, f"places that were not proven when a clinic of {withdrawn:,} posts was withdrawn"
        ),
        Goal(f"{gone}.still_readable", 0, "of its pages, those that had a body then"),
    ]


def main() -> None:
    """Measure, write the report, print the goals. A goal that is missed is told and is no failure of the command."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--posts", type=int, default=10_000, help="how many posts both builders get")
    arguments.add_argument("--largest", type=int, default=50_000, help="the largest site that gets one new post")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--photos", type=int, default=1_000, help="how many photos of 12 megapixels are built")
    arguments.add_argument("--slow", type=int, default=1_000, help="posts that --only slow-lane asks for")
    arguments.add_argument("--republished", type=int, default=10_000, help="posts that --only republish makes again")
    arguments.add_argument(
        "--withdrawn", type=int, default=1_000, help="how many posts the clinic of --only withdraw has"
    )
    arguments.add_argument(
        "--only", choices=("build", "again", "one-post", "price", "relist", "photos", "dev", "cold", *_LARGE)
    )
    chosen = arguments.parse_args()
    _use_two_processors()
    figures: dict[str, float] = {}
    if chosen.only in (None, "build"):
        figures |= measure_builds(chosen.posts, chosen.rounds)
    if chosen.only in (None, "again"):
        figures |= measure_again(chosen.posts, chosen.rounds)
    if chosen.only in (None, "one-post"):
        figures |= _measure_one_post(chosen.posts, chosen.largest, chosen.rounds)
    if chosen.only in (None, "price"):
        figures |= measure_price(chosen.posts)
    if chosen.only in (None, "relist"):
        figures |= measure_relist()
    if chosen.only in (None, "photos"):
        figures |= measure_photos(chosen.photos)
    if chosen.only in (None, "dev"):
        figures |= measure_dev_images(_DEV_POSTS)
    if chosen.only in (None, "cold"):
        figures |= measure_cold_starts(chosen.rounds)
    if chosen.only in _LARGE:
        figures |= _LARGE[chosen.only](chosen)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    large = large_goals(chosen.slow, chosen.republished, chosen.withdrawn)
    _print_report(
        figures,
        [
            *goals(chosen.posts, chosen.largest),
            *again_goals(chosen.posts),
            *original_goals(chosen.posts),
            *photo_goals(chosen.photos),
            *dev_goals(),
            *cold_goals(),
            *price_goals(),
            *large,
        ],
    )


def _measure_one_post(posts: int, largest: int, rounds: int) -> dict[str, float]:
    """One new post: what it costs by the size of the site, how that grows, and against Hugo's build of ``posts``."""
    figures: dict[str, float] = {}
    for size in (100, 1_000, posts, largest):
        cost = cost_of_one_post(size, 2 * rounds)
        reached = (cost.seconds, cost.steps, len(cost.calls), cost.bytes_read)
        figures |= {f"one_post.{size}.{what}": value for what, value in zip(_GROWING, reached, strict=True)}
        print(f"one post on {size:,}: {cost.seconds * 1000:.1f} ms of processor, {cost.steps:,} steps", file=sys.stderr)
    for what in _GROWING:
        growth = figures[f"one_post.{largest}.{what}"] / figures[f"one_post.{posts}.{what}"]
        figures[f"one_post.{largest}.{what}_growth"] = growth
    figures[f"one_post.{posts}.of_hugo"] = figures[f"one_post.{posts}.seconds"] / measure_hugo(posts, rounds)
    return figures


def _use_two_processors() -> None:
    """Both builders may use two processors and no more, whatever the machine has."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


def _print_report(figures: dict[str, float], wanted: list[Goal]) -> None:
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"{name:{width}} {value:12.4g}")
    print(f"\nEvery figure: {REPORT}")
    for goal in wanted:
        if goal.figure in figures:
            reached = figures[goal.figure]
            print(f"{'met   ' if reached <= goal.most else 'MISSED'} {reached:.4g} of {goal.most:.4g}  {goal.what}")


if __name__ == "__main__":
    main()
