"""The load of a full month: very many posts of one clinic in one month."""

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from colophon.decision.listing_rows import EntryRow
from colophon.page.entry import Entry
from colophon.stores import listing_keys, row_encoding
from tests.load.contents import LoadPost
from tests.load.dev_process import DevProcess
from tests.load.load import (
    CLIENTS,
    MONTH,
    Load,
    Result,
    fill,
    put_post,
)
from tests.load.observer import (
    IdleTimeout,
    PageWatch,
    Uploads,
    await_reports,
    list_objects,
    wait_for_page,
)

_DAY = dt.date(2024, 3, 1)


def load_month(load: Load) -> Result:
    """Very many posts of one clinic in one month. All but the last are the rows that listings are made of, as
    publishing leaves them, without pages or uploads; the table's stream has their listings made. The last are uploaded.
    """
    dev, size = load.dev, load.size
    result, uploads = Result("posts in one month"), Uploads(dev)
    began, seeded = time.monotonic(), size.month - size.counted
    load.live.remember()
    posts = [LoadPost(MONTH, number, _DAY + dt.timedelta(days=number % 28)) for number in range(size.month)]
    put_post(posts[-1], Uploads(dev), image=False)
    wait_for_page(dev, posts[-1].page_key, size.idle_timeout)
    load.settle()
    _put_rows(dev, posts[-1], posts[:seeded], load.show)
    result.rows = result.figures["rows of posts"] = seeded
    with PageWatch(dev, f"en/{MONTH.name}/post-", lambda seen: load.show(f"{seen:,} live")) as watch:
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda post: put_post(post, uploads, image=False), posts[seeded:-1]))
        missing = watch.wait_for([post.page_key for post in posts[seeded:-1]], size.idle_timeout)
    reports = await_reports(dev, uploads.versions, size.idle_timeout)
    fill(result, load, uploads.versions, reports, began)
    waits = [at - uploads.put_at[key] for key, at in _by_text(posts[seeded:-1], watch)]
    if waits:
        result.median_wait, result.worst_wait = statistics.median(waits), max(waits)
    result.expect(not missing, f"{len(missing)} posts never went live, such as {missing[:1]}")
    listed = _await_listed(load, posts)
    result.figures |= {"in the listings of the month": len(listed), "largest page of the month, kB": _largest_kb(dev)}
    unlisted = [post.name for post in posts if post.name not in listed]
    result.expect(not unlisted, f"{len(unlisted)} posts are in no listing of the month, such as {unlisted[:1]}")
    result.seconds = time.monotonic() - began
    result.memory.append(dev.measure_memory())
    return result


def _by_text(posts: Iterable[LoadPost], watch: PageWatch) -> Iterator[tuple[str, float]]:
    for post in posts:
        if post.page_key in watch.seen_at:
            yield post.text_key, watch.seen_at[post.page_key]


def _put_rows(dev: DevProcess, first: LoadPost, posts: Sequence[LoadPost], show: Callable[[str], None]) -> None:
    """The rows of ``posts`` that listings are made of, as that of the live post ``first`` with their own names."""
    entry = _read_entry(dev, first)
    rows = [
        EntryRow("en", MONTH.name, day, post.name, f"{post.number:064}", replace(entry, posted=day, **_named(post)))
        for post in posts
        if (day := post.day)
    ]
    items = [row_encoding.encode_entry(row) for row in rows]
    items += {row.posted: listing_keys.recent_day_key(row) for row in rows}.values()
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        dev.dynamodb.batch_write_item(RequestItems={dev.table: puts})
        if start % 1_000 == 0:
            show(f"{start:,} rows written")


def _named(post: LoadPost) -> dict[str, str]:
    return {"post": post.name, "title": post.title}


def _read_entry(dev: DevProcess, post: LoadPost) -> Entry:
    assert post.day
    key = listing_keys.entry_key(EntryRow("en", post.clinic.name, post.day, post.name, ""))
    item = dev.dynamodb.get_item(TableName=dev.table, Key=key)["Item"]
    entry = row_encoding.decode_row(EntryRow, item).entry
    assert entry
    return entry


def _await_listed(load: Load, posts: Sequence[LoadPost]) -> set[str]:
    """The names of posts in the listings of the month, when all are there or nothing has changed for long."""
    names: set[str] = set()
    etags: dict[str, str] = {}
    waiting = IdleTimeout(load.dev, load.size.idle_timeout)
    while len(names) < len(posts) and not waiting.is_over(etags):
        pages = _pages_of_month(load.dev)
        changed = [key for key, etag in pages.items() if etags.get(key) != etag]
        etags = pages
        for key in changed:
            body = load.dev.s3.get_object(Bucket=load.dev.site_bucket, Key=key)["Body"].read().decode()
            names |= {
                part.partition("/")[0] for part in body.split(f"/en/{MONTH.name}/")[1:] if part.startswith("post-")
            }
        load.show(f"{len(names):,} posts listed")
        time.sleep(1)
    return names


def _pages_of_month(dev: DevProcess) -> dict[str, str]:
    return list_objects(dev, dev.site_bucket, f"en/{MONTH.name}/{_DAY:%Y/%m}/")


def _largest_kb(dev: DevProcess) -> int:
    pages = dev.s3.get_paginator("list_objects_v2").paginate(
        Bucket=dev.site_bucket, Prefix=f"en/{MONTH.name}/{_DAY:%Y/%m}/"
    )
    return max((each["Size"] for page in pages for each in page.get("Contents", [])), default=0) // 1024
