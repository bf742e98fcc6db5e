"""What a run found, as the section of an operator's page: tables in Markdown between two marks."""

from collections.abc import Iterable, Sequence

from tests.scale.at_rest import AtRest
from tests.scale.knobs import Knobs
from tests.scale.simulation import Result

BEGIN, END = "<!-- make scale writes from here -->", "<!-- to here -->"

# What each part is, and how it is moved.
PARTS = {
    "publish": ("`publish`: runs at once", "`Lanes`; its `MemorySize`"),
    "relist": (
        "`relist`: batches of the stream",
        "`ParallelizationFactor` up to 4; `MemorySize` up to 1,769; `WarmThroughput` of the table, for more shards",
    ),
    "report": ("`report`: batches of the stream", "a `ParallelizationFactor` of its own; `MemorySize`"),
    "home page": ("home page of a language: one swap at a time", "`BatchSize` of `relist`"),
    "days of a language": ("one key of the table: the days of a language", "none"),
    "row of the site": ("one key of the table: the row of the site, read", "none"),
    "one clinic": ("one key of the table: the entries of one clinic", "spread the import over clinics"),
    "table writes": ("a new table: writes", "`WarmThroughput` of the table; it also grows by itself"),
    "table reads": ("a new table: reads", "`WarmThroughput` of the table; it also grows by itself"),
    "site bucket, puts": ("site bucket: puts, before S3 divides it", "none: S3 divides it within an hour"),
    "inbox, puts": ("inbox: puts, before S3 divides it", "none: S3 divides it within an hour"),
    "inbox, gets": ("inbox: gets and listings, before S3 divides it", "none: S3 divides it within an hour"),
    "runs of the account": ("concurrent executions of the account", "Service Quotas"),
    "runs of a new account": ("concurrent executions of a new account (10)", "Service Quotas"),
    "images": ("`image`: images, one in each run", "`Lanes`"),
    "corrections": ("corrections: invalidations in progress", "Service Quotas of CloudFront"),
}


def render_section(
    capacities: Sequence[dict[str, float]], results: Iterable[tuple[str, Result]], sites: Sequence[AtRest], knobs: Knobs
) -> str:
    """Three tables: how much each part can do, how the arrival rates end, and sites at rest."""
    return "\n".join(
        [
            BEGIN,
            *_capacity_table(*capacities),
            "",
            *_rate_table(results, knobs),
            "",
            *_rest_table(sites),
            END,
        ]
    )


def _capacity_table(now: dict[str, float], turned: dict[str, float]) -> Iterable[str]:
    yield "| what saturates | at so many posts a second | knob | then at |"
    yield "| --- | ---: | --- | ---: |"
    for name, rate in now.items():
        what, knob = PARTS[name]
        moved = _round(turned[name]) if turned[name] > rate * 1.01 else "the same"
        yield f"| {what} | {_round(rate)} | {knob} | {moved} |"


def _rate_table(results: Iterable[tuple[str, Result]], knobs: Knobs) -> Iterable[str]:
    yield (
        "| posts a second | setting | live a second | live after (half, 99 %) | listed after | waiting after an hour |"
        " saturated | alarms | dollars a million |"
    )
    yield "| --- | --- | ---: | --- | --- | ---: | --- | --- | ---: |"
    for setting, result in results:
        busiest, share = result.busiest, result.used[result.busiest]
        what = f"{busiest}, in use {share:.0%}" if share < 0.99 else f"**{busiest}**"
        yield (
            f"| {result.rate:,.0f} | {setting} | {result.live_a_second:,.0f} | {_times(result.live)} |"
            f" {_times(result.listed)} | {_backlog(result)} | {what} |"
            f" {_alarms(result, knobs)} | {result.dollars_a_million:.2f} |"
        )


def _backlog(result: Result) -> str:
    """How many posts still wait, and how long that takes if no more come."""
    waiting = result.intake_waiting + result.relist_waiting
    if waiting < result.rate * 60:
        return f"{waiting:,}"
    return f"{waiting:,}, for {waiting / result.live_a_second / 3600:.1f} hours"


def _alarms(result: Result, knobs: Knobs) -> str:
    """Which alarm fires when, and when something would be given up if the posts kept coming."""
    told = []
    if result.intake_alarm:
        told.append(f"`IntakeLate` in minute {result.intake_alarm}")
    if result.relist_alarm:
        told.append(f"`RelistLate` in minute {result.relist_alarm}")
    minutes = len(result.relist_ages)
    if result.relist_alarm:
        hours = knobs.record_age / (result.relist_ages[-1] / minutes) / 60
        told.append(f"`RelistFailedNotEmpty` after {hours:.0f} hours of it")
    if result.intake_alarm:
        days = knobs.retention / (result.intake_ages[-1] / minutes) / 60 / 24
        told.append(f"uploads left to the scan after {days:.0f} days of it")
    return "; ".join(told) or "none"


def _rest_table(sites: Sequence[AtRest]) -> Iterable[str]:
    yield "| at rest | " + " | ".join(f"{site.posts:,} posts" for site in sites) + " |"
    yield "| --- |" + " ---: |" * len(sites)
    for name, values in {
        "clinics": [f"{site.clinics:,}" for site in sites],
        "table, GB": [f"{site.table:.1f}" for site in sites],
        "site bucket, GB": [f"{site.site:.1f}" for site in sites],
        "inbox, GB": [f"{site.inbox:.1f}" for site in sites],
        "a scan of the inbox, hours": [f"{site.scan_hours:.1f}" for site in sites],
        "posts that a day of scanning reaches, millions": [f"{site.posts_of_a_day / 1e6:.0f}" for site in sites],
        "directory of a language: page, MB": [f"{site.directory_page_megabytes:.1f}" for site in sites],
        "directory of a language: a rebuild, seconds": [f"{site.directory_seconds:.1f}" for site in sites],
        "directory of a language: read units of a rebuild": [f"{site.directory_reads:,.0f}" for site in sites],
        "posts a second that bring a new topic, at most": [_round(site.new_topics_a_second) for site in sites],
        "search shards, and sitemaps of posts": [f"{site.search_shards:,}" for site in sites],
        "sitemap indexes (of 50,000 addresses)": [f"{site.sitemap_indexes}" for site in sites],
        "storage, dollars a month": [f"{site.storage_dollars:,.2f}" for site in sites],
        "daily scans, dollars a month": [f"{site.scan_dollars:,.2f}" for site in sites],
        "both, without readers": [f"{site.dollars:,.2f}" for site in sites],
    }.items():
        yield f"| {name} | " + " | ".join(values) + " |"


def _times(seconds: tuple[float, float]) -> str:
    return " · ".join(_duration(each) for each in seconds)


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 2 * 60 else f"{seconds / 60:.0f} min"


def _round(rate: float) -> str:
    """Two digits say enough of a model."""
    digits = max(0, len(str(int(rate))) - 2)
    return f"{round(rate, -digits):,.0f}" if rate >= 10 else f"{rate:.1f}"
