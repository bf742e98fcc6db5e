"""Somebody's hand was in the buckets: the next change mends what it finds, and no older revision follows."""

import re

import pytest

from tests.emulated.desk import Desk
from tests.emulated.uploads import Clinic, Post, edition


@pytest.fixture
def post(desk: Desk, clinic: Clinic) -> Post:
    """A live post, once corrected."""
    post = clinic.post()
    for title in ("As first written", "As corrected"):
        desk.put(post.key("en.md"), edition(title=title))
        desk.settle()
    assert revision(desk, post) == 2
    return post


def test_a_page_that_was_deleted_from_the_site_comes_back_with_the_next_change(desk: Desk, post: Post) -> None:
    desk.stack.client("s3").delete_object(Bucket=desk.stack.site_bucket, Key=site_key(post))
    desk.settle()
    assert desk.show(post.path("en")).status == 404
    desk.put(post.key("en.md"), edition(title="As corrected again"))
    desk.settle()
    assert "As corrected again" in desk.show(post.path("en")).text
    assert revision(desk, post) > 2


def test_a_page_that_was_overwritten_on_the_site_is_replaced_by_the_next_change(desk: Desk, post: Post) -> None:
    desk.stack.client("s3").put_object(
        Bucket=desk.stack.site_bucket, Key=site_key(post), Body=b"<p>hello</p>", ContentType="text/html"
    )
    desk.put(post.key("en.md"), edition(title="As corrected again"))
    desk.settle()
    assert "As corrected again" in desk.show(post.path("en")).text
    assert revision(desk, post) > 2


def test_a_report_that_was_deleted_is_written_again_with_the_next_change(desk: Desk, post: Post) -> None:
    desk.delete(f"reports/{post.key('en.md')}.json")
    desk.put(post.key("en.md"), edition(title="As corrected again", more="author: somebody\n"))
    desk.settle()
    assert desk.state(post.key("en.md")) == "refused"


def revision(desk: Desk, post: Post) -> int:
    found = re.search(r'<meta name="colophon-rev" content="(\d+)">', desk.show(post.path("en")).text)
    assert found is not None
    return int(found[1])


def site_key(post: Post) -> str:
    return post.path("en").removeprefix("/") + "index.html"
