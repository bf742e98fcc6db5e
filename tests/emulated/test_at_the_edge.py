"""Each status and header as ``curl -I`` sees it through the local CDN, first from the origin and then from the edge."""

from typing import Any

import pytest

from colophon.page.finished import finished_tombstone
from colophon.views import TombstoneView
from colophon_emulator.clock import ManualClock
from tests.emulated.desk import Desk, Shown
from tests.emulated.uploads import SITE_URL, Clinic, Post, edition, order, original, picture

PAGE_LIFE = "public, max-age=60, s-maxage=300"
MANNERS = {
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture
def post(desk: Desk, clinic: Clinic) -> Post:
    post = clinic.post()
    desk.put(post.key("ko.md"), original(body="![목](throat.png)"))
    desk.put(post.key("en.md"), edition())
    desk.put(post.key("throat.png"), picture())
    desk.settle()
    return post


def twice(desk: Desk, path: str) -> Shown:
    """The answer to HEAD; that GET says the same seven seconds later, from the edge, is seen to."""
    clock = desk.stack.clock
    assert isinstance(clock, ManualClock)
    head = desk.show(path, method="HEAD")
    clock.advance(7)
    got = desk.show(path)
    assert (head.status, head.body) == (got.status, b"")
    of_the_edge = {"date", "x-cache", "age"}
    assert without(head, of_the_edge) == without(got, of_the_edge)
    assert int(head.headers["content-length"]) == len(got.body)
    if got.headers["x-cache"] in ("Hit from cloudfront", "Error from cloudfront"):
        assert got.headers["age"] == "7"
    assert MANNERS.items() <= got.headers.items()
    assert not [name for name in got.headers if name.startswith("x-amz-")]
    return got


def without(shown: Shown, names: set[str]) -> dict[str, str]:
    return {name: value for name, value in shown.headers.items() if name not in names}


def test_a_page_and_its_image(desk: Desk, post: Post) -> None:
    page = twice(desk, post.path("en"))
    assert (page.status, page.headers["x-cache"]) == (200, "Hit from cloudfront")
    assert page.headers["cache-control"] == PAGE_LIFE
    image = twice(desk, desk.report(post.key("throat.png"))["url"])
    assert (image.status, image.headers["x-cache"]) == (200, "Hit from cloudfront")
    assert image.headers["cache-control"] == "public, max-age=86400, s-maxage=31536000"


@pytest.mark.parametrize(("kind", "status"), [("gone", 410), ("withdrawn", 410), ("legal", 451)])
def test_a_withdrawn_post(desk: Desk, post: Post, kind: str, status: int) -> None:
    image = desk.report(post.key("throat.png"))["url"]
    assert [desk.show(path).status for path in (post.path("en"), image)] == [200, 200]
    desk.put(post.key("withdrawal.yaml"), order(kind))
    desk.settle(0)
    page = twice(desk, post.path("en"))
    assert (page.status, page.headers["x-cache"]) == (status, "Hit from cloudfront")
    assert page.headers["cache-control"] == PAGE_LIFE
    assert page.headers.get("link") == (f'<{SITE_URL}/>; rel="blocked-by"' if status == 451 else None)
    gone = twice(desk, image)
    assert (gone.status, gone.headers["content-type"]) == (410, "text/plain; charset=utf-8")
    assert gone.headers["cache-control"] == PAGE_LIFE


def test_a_page_on_hold(desk: Desk, post: Post) -> None:
    held = order("hold").replace("kind: hold", 'kind: hold\nuntil: "2100-01-15T09:00:00+09:00"')
    desk.put(post.key("en.md.withdrawal.yaml"), held.replace("2026-03-01", "2099-12-20"))
    desk.settle(0)
    shown = twice(desk, post.path("en"))
    assert (shown.status, shown.headers["x-cache"]) == (404, "Hit from cloudfront")
    assert "15 January 2100" in shown.text


def test_a_deleted_edition(desk: Desk, post: Post) -> None:
    assert desk.show(post.path("en")).status == 200
    desk.delete(post.key("en.md"))
    desk.settle(0)
    shown = twice(desk, post.path("en"))
    assert (shown.status, shown.headers["cache-control"]) == (404, PAGE_LIFE)


def test_a_post_that_moved(desk: Desk, post: Post) -> None:
    path = f"/en/{post.clinic}/the-old-name/"
    moved = TombstoneView("moved", "en", location=post.path("en"))
    put(desk, finished_tombstone(path[1:] + "index.html", moved, f"p:{post.clinic}/the-old-name", 1, "f"))
    shown = twice(desk, path)
    assert (shown.status, shown.headers["location"]) == (301, post.path("en"))
    assert shown.headers["cache-control"] == PAGE_LIFE


def test_what_never_was_for_ten_seconds(desk: Desk, post: Post, clinic: Clinic) -> None:
    later = clinic.post("later")
    shown = twice(desk, later.path("en"))
    assert (shown.status, shown.headers["x-cache"]) == (404, "Error from cloudfront")
    desk.put(later.key("en.md"), edition())
    desk.settle(2.9)
    assert desk.show(later.path("en")).status == 404, "nine seconds"
    desk.settle(0.1)
    assert desk.show(later.path("en")).status == 200


def test_an_untidy_address(desk: Desk, post: Post) -> None:
    shown = desk.show(post.path("en")[:-1], method="HEAD")
    assert (shown.status, shown.headers["location"]) == (301, post.path("en"))
    assert shown.headers["x-cache"] == "FunctionGeneratedResponse from cloudfront"


def test_a_reader_who_holds_the_page_is_told_that_it_was_withdrawn(desk: Desk, post: Post) -> None:
    page = desk.show(post.path("en"))
    assert desk.show(post.path("en"), if_none_match=page.headers["etag"]).status == 304
    desk.put(post.key("en.md.withdrawal.yaml"), order())
    desk.settle(0)
    assert desk.show(post.path("en"), if_none_match=page.headers["etag"]).status == 410


def put(desk: Desk, new: Any) -> None:
    desk.stack.client("s3").put_object(
        Bucket=desk.stack.site_bucket,
        Key=new.key,
        Body=new.content,
        ContentType=new.content_type,
        CacheControl=new.cache_control,
        Metadata=dict(new.metadata),
        IfNoneMatch="*",
    )
