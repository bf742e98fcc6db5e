"""A version of an upload was deleted for good, or a deletion taken back: the site follows, and an upload mends it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.emulated.compared_site import build_bucket, read_site
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import Clinic, Post, edition


@pytest.fixture
def post(driver: StackDriver, clinic: Clinic) -> Post:
    """A live post, once corrected."""
    post = clinic.post()
    for title in ("As first written", "As corrected"):
        driver.put(post.key("en.md"), edition(title=title))
        driver.settle()
    return post


def test_a_version_deleted_for_good_uncovers_the_one_before_and_the_same_upload_brings_it_back(
    driver: StackDriver, post: Post
) -> None:
    delete_version(driver, post, versions(driver, post)[0])
    assert "As first written" in driver.fetch(post.path("en")).text
    check_whole(driver)
    driver.put(post.key("en.md"), edition(title="As corrected"))
    driver.settle()
    assert "As corrected" in driver.fetch(post.path("en")).text
    check_whole(driver)


def test_when_every_version_is_deleted_for_good_the_page_goes_and_an_upload_brings_it_back(
    driver: StackDriver, post: Post
) -> None:
    for version in versions(driver, post):
        delete_version(driver, post, version)
    assert driver.fetch(post.path("en")).status == 404
    # Its report stays: there is no version that another could be about.
    assert read_site(driver).bodies() == build_bucket(driver, datetime.now(UTC)).bodies()
    driver.put(post.key("en.md"), edition(title="As corrected"))
    driver.settle()
    assert "As corrected" in driver.fetch(post.path("en")).text
    check_whole(driver)


def test_a_deletion_is_taken_back_by_deleting_its_marker(driver: StackDriver, post: Post) -> None:
    driver.delete(post.key("en.md"))
    driver.settle()
    assert driver.fetch(post.path("en")).status == 404
    marker = _list(driver, post)["DeleteMarkers"][0]["VersionId"]
    delete_version(driver, post, marker)
    assert "As corrected" in driver.fetch(post.path("en")).text
    check_whole(driver)


def versions(driver: StackDriver, post: Post) -> list[str]:
    return [version["VersionId"] for version in _list(driver, post)["Versions"]]


def _list(driver: StackDriver, post: Post) -> Any:
    s3 = driver.stack.client("s3")
    return s3.list_object_versions(Bucket=driver.stack.inbox_bucket, Prefix=post.key("en.md"))


def delete_version(driver: StackDriver, post: Post, version: str) -> None:
    driver.stack.client("s3").delete_object(Bucket=driver.stack.inbox_bucket, Key=post.key("en.md"), VersionId=version)
    driver.settle()


def check_whole(driver: StackDriver) -> None:
    assert read_site(driver).differences(build_bucket(driver, datetime.now(UTC))) == []
