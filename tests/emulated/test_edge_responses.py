"""Each status and header as ``curl -I`` sees it through the local CDN, first from the origin and then from the edge."""

from typing import Any

import pytest

from colophon.page.finished import finish_tombstone
from colophon.views import TombstoneView
from colophon_emulator.clock import ManualClock
from tests.emulated.stack_driver import Response, StackDriver
from tests.emulated.uploads import SITE_URL, Clinic, Post, edition, original, picture, withdrawal_file

PAGE_LIFE = "public, max-age=60, s-maxage=300"
SECURITY_HEADERS = {
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture
def post(driver: StackDriver, clinic: Clinic) -> Post:
    post = clinic.post()
    driver.put(post.key("ko.md"), original(body="![목](throat.png)"))
    driver.put(post.key("en.md"), edition())
    driver.put(post.key("throat.png"), picture())
    driver.settle()
    return post


def twice(driver: StackDriver, path: str) -> Response:
    """The answer to HEAD; that GET says the same seven seconds later, from the edge, is seen to."""
    clock = driver.stack.clock
    assert isinstance(clock, ManualClock)
    head = driver.fetch(path, method="HEAD")
    clock.advance(7)
    got = driver.fetch(path)
    assert (head.status, head.body) == (got.status, b"")
    of_the_edge = {"date", "x-cache", "age"}
    assert without(head, of_the_edge) == without(got, of_the_edge)
    assert int(head.headers["content-length"]) == len(got.body)
    if got.headers["x-cache"] in ("Hit from cloudfront", "Error from cloudfront"):
        assert got.headers["age"] == "7"
    assert SECURITY_HEADERS.items() <= got.headers.items()
    assert not [name for name in got.headers if name.startswith("x-amz-")]
    return got


def without(shown: Response, names: set[str]) -> dict[str, str]:
    return {name: value for name, value in shown.headers.items() if name not in names}


def test_a_page_and_its_image(driver: StackDriver, post: Post) -> None:
    page = twice(driver, post.path("en"))
    assert (page.status, page.headers["x-cache"]) == (200, "Hit from cloudfront")
    assert page.headers["cache-control"] == PAGE_LIFE
    image = twice(driver, driver.report(post.key("throat.png"))["url"])
    assert (image.status, image.headers["x-cache"]) == (200, "Hit from cloudfront")
    assert image.headers["cache-control"] == "public, max-age=86400, s-maxage=31536000"


@pytest.mark.parametrize(("kind", "status"), [("gone", 410), ("withdrawn", 410), ("legal", 451)])
def test_a_withdrawn_post(driver: StackDriver, post: Post, kind: str, status: int) -> None:
    image = driver.report(post.key("throat.png"))["url"]
    assert [driver.fetch(path).status for path in (post.path("en"), image)] == [200, 200]
    driver.put(post.key("withdrawal.yaml"), withdrawal_file(kind))
    driver.settle(0)
    page = twice(driver, post.path("en"))
    assert (page.status, page.headers["x-cache"]) == (status, "Hit from cloudfront")
    assert page.headers["cache-control"] == PAGE_LIFE
    assert page.headers.get("link") == (f'<{SITE_URL}/>; rel="blocked-by"' if status == 451 else None)
    gone = twice(driver, image)
    assert (gone.status, gone.headers["content-type"]) == (410, "text/plain; charset=utf-8")
    assert gone.headers["cache-control"] == PAGE_LIFE


def test_a_page_on_hold(driver: StackDriver, post: Post) -> None:
    held = withdrawal_file("hold").replace("kind: hold", 'kind: hold\nuntil: "2100-01-15T09:00:00+09:00"')
    driver.put(post.key("en.md.withdrawal.yaml"), held.replace("2026-03-01", "2099-12-20"))
    driver.settle(0)
    shown = twice(driver, post.path("en"))
    assert (shown.status, shown.headers["x-cache"]) == (404, "Hit from cloudfront")
    assert "January 15, 2100" in shown.text


def test_a_deleted_edition(driver: StackDriver, post: Post) -> None:
    assert driver.fetch(post.path("en")).status == 200
    driver.delete(post.key("en.md"))
    driver.settle(0)
    shown = twice(driver, post.path("en"))
    assert (shown.status, shown.headers["cache-control"]) == (404, PAGE_LIFE)


def test_a_post_that_moved(driver: StackDriver, post: Post) -> None:
    path = f"/en/{post.clinic}/the-old-name/"
    moved = TombstoneView("moved", "en", location=post.path("en"))
    put(driver, finish_tombstone(path[1:] + "index.html", moved, f"p:{post.clinic}/the-old-name", 1, "f"))
    shown = twice(driver, path)
    assert (shown.status, shown.headers["location"]) == (301, post.path("en"))
    assert shown.headers["cache-control"] == PAGE_LIFE


def test_what_never_was_for_ten_seconds(driver: StackDriver, post: Post, clinic: Clinic) -> None:
    later = clinic.post("later")
    shown = twice(driver, later.path("en"))
    assert (shown.status, shown.headers["x-cache"]) == (404, "Error from cloudfront")
    driver.put(later.key("en.md"), edition())
    driver.settle(2.9)
    assert driver.fetch(later.path("en")).status == 404, "nine seconds"
    driver.settle(0.1)
    assert driver.fetch(later.path("en")).status == 200


def test_an_untidy_address(driver: StackDriver, post: Post) -> None:
    shown = driver.fetch(post.path("en")[:-1], method="HEAD")
    assert (shown.status, shown.headers["location"]) == (301, post.path("en"))
    assert shown.headers["x-cache"] == "FunctionGeneratedResponse from cloudfront"


def test_a_conditional_request_for_a_withdrawn_page_gets_the_withdrawal(driver: StackDriver, post: Post) -> None:
    page = driver.fetch(post.path("en"))
    assert driver.fetch(post.path("en"), if_none_match=page.headers["etag"]).status == 304
    driver.put(post.key("en.md.withdrawal.yaml"), withdrawal_file())
    driver.settle(0)
    assert driver.fetch(post.path("en"), if_none_match=page.headers["etag"]).status == 410


def put(driver: StackDriver, new: Any) -> None:
    driver.stack.client("s3").put_object(
        Bucket=driver.stack.site_bucket,
        Key=new.key,
        Body=new.content,
        ContentType=new.content_type,
        CacheControl=new.cache_control,
        Metadata=dict(new.metadata),
        IfNoneMatch="*",
    )
