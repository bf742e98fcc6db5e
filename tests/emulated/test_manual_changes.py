"""The buckets were changed by hand: the next change mends what it finds, and no older revision follows."""

import re

import pytest

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import Clinic, Post, edition


@pytest.fixture
def post(driver: StackDriver, clinic: Clinic) -> Post:
    """A live post, once corrected."""
    post = clinic.post()
    for title in ("As first written", "As corrected"):
        driver.put(post.key("en.md"), edition(title=title))
        driver.settle()
    assert revision(driver, post) == 2
    return post


def test_a_page_that_was_deleted_from_the_site_comes_back_with_the_next_change(driver: StackDriver, post: Post) -> None:
    driver.stack.client("s3").delete_object(Bucket=driver.stack.site_bucket, Key=site_key(post))
    driver.settle()
    assert driver.fetch(post.path("en")).status == 404
    driver.put(post.key("en.md"), edition(title="As corrected again"))
    driver.settle()
    assert "As corrected again" in driver.fetch(post.path("en")).text
    assert revision(driver, post) > 2


def test_a_page_that_was_overwritten_on_the_site_is_replaced_by_the_next_change(
    driver: StackDriver, post: Post
) -> None:
    driver.stack.client("s3").put_object(
        Bucket=driver.stack.site_bucket, Key=site_key(post), Body=b"<p>hello</p>", ContentType="text/html"
    )
    driver.put(post.key("en.md"), edition(title="As corrected again"))
    driver.settle()
    assert "As corrected again" in driver.fetch(post.path("en")).text
    assert revision(driver, post) > 2


def test_a_report_that_was_deleted_is_written_again_with_the_next_change(driver: StackDriver, post: Post) -> None:
    driver.delete(f"reports/{post.key('en.md')}.json")
    driver.put(post.key("en.md"), edition(title="As corrected again", more="author: somebody\n"))
    driver.settle()
    assert driver.state(post.key("en.md")) == "refused"


def revision(driver: StackDriver, post: Post) -> int:
    found = re.search(r'<meta name="colophon-rev" content="(\d+)">', driver.fetch(post.path("en")).text)
    assert found is not None
    return int(found[1])


def site_key(post: Post) -> str:
    return post.path("en").removeprefix("/") + "index.html"
