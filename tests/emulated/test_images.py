"""Images of a live post: withdrawn, brought back, replaced."""

import sys
from pathlib import Path

import pytest

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import Clinic, Post, edition, picture, withdrawal_file

BODY = "![First](one.png)\n\nText.\n\n![Second](two.png)\n\nText.\n\n![Third](three.png)"


@pytest.fixture
def post(driver: StackDriver, clinic: Clinic) -> Post:
    """A live post with three figures."""
    post = clinic.post()
    driver.put(post.key("en.md"), edition(body=BODY))
    for shade, name in enumerate(("one.png", "two.png", "three.png")):
        driver.put(post.key(name), picture(shade=40 * shade))
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
    return post


def test_a_withdrawn_image_leaves_its_place_and_the_numbers_after_it(driver: StackDriver, post: Post) -> None:
    path = driver.report(post.key("two.png"))["url"]
    assert driver.fetch(path).headers["content-type"] == "image/jpeg"
    driver.put(post.key("two.png.withdrawal.yaml"), withdrawal_file("withdrawn", "clinic-request"))
    driver.settle()
    text = driver.fetch(post.path("en")).text
    assert path not in text
    assert text.count("This image has been withdrawn.") == 1
    assert [f"Figure {number}" in text for number in (1, 2, 3)] == [True, True, True]
    assert text.index("Figure 2") < text.index("This image has been withdrawn.") < text.index("Figure 3")
    ended = driver.fetch(path)
    assert (ended.status, ended.text) == (410, "This image is no longer shown.\n")
    assert driver.state(post.key("two.png")) == "withdrawn"
    assert driver.state(post.key("en.md")) == "live"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_process_that_decodes_sees_no_credentials(driver: StackDriver, post: Post) -> None:
    assert driver.state(post.key("one.png")) == "live"
    found = []
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            if b"decoder_child" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(Path(f"/proc/{child}/environ").read_bytes())
    assert found
    assert not any(b"AWS_" in environment for environment in found)


def sizes(driver: StackDriver, post: Post, stem: str) -> dict[str, str]:
    """The content type of every object that the site has for an image, by key."""
    prefix = f"{post.images_folder()}{stem}."
    return {key: driver.site_object(key)["ContentType"] for key in driver.objects(prefix)}


def test_an_image_is_there_in_each_width_and_for_every_reader(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post("wide")
    driver.put(post.key("wall.png"), picture(width=2000, height=900))
    driver.put(post.key("en.md"), edition(body="![A wall](wall.png)"))
    driver.settle()
    found = sizes(driver, post, "wall")
    names = sorted(key.rpartition("-")[2] for key in found)
    assert names == ["1600.jpg", "1600.webp", "480.webp", "960.webp"]
    assert set(found.values()) == {"image/jpeg", "image/webp"}
    text = driver.fetch(post.path("en")).text
    assert all(f"/{key}" in text for key in found)
    for key in found:
        shown = driver.fetch(f"/{key}")
        assert (shown.status, shown.headers["content-type"]) == (200, found[key])
        assert "max-age=86400" in shown.headers["cache-control"]
        assert "s-maxage=31536000" in shown.headers["cache-control"]


def test_every_size_of_a_withdrawn_image_is_closed_in_every_language(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post("all-sizes")
    driver.put(post.key("wall.png"), picture(width=2000, height=900))
    for lang in ("en", "ja"):
        driver.put(post.key(f"{lang}.md"), edition(body="![A wall](wall.png)"))
    driver.settle()
    before = sizes(driver, post, "wall")
    driver.put(post.key("wall.png.withdrawal.yaml"), withdrawal_file())
    driver.settle()
    assert before.keys() <= sizes(driver, post, "wall").keys()
    assert {driver.fetch(f"/{key}").status for key in sizes(driver, post, "wall")} == {410}
    for lang in ("en", "ja"):
        assert not any(key in driver.fetch(post.path(lang)).text for key in before)


def test_a_refused_image_is_named_in_the_report_of_the_text_that_waits_for_it(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post("refused-image")
    driver.put(post.key("en.md"), edition(body="![A drawing](drawing.png)"))
    driver.put(post.key("drawing.png"), b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    driver.settle()
    assert (driver.state(post.key("drawing.png")), driver.state(post.key("en.md"))) == ("refused", "waiting")
    told = driver.report_text(post.key("en.md"))
    assert "drawing.png" in told
    assert "SVG" in told
    assert "Upload a valid" in told
    driver.put(post.key("drawing.png"), picture())
    driver.settle()
    assert (driver.state(post.key("drawing.png")), driver.state(post.key("en.md"))) == ("live", "live")


def test_an_image_that_is_brought_back_gets_a_new_path_and_the_old_one_stays_closed(
    driver: StackDriver, post: Post
) -> None:
    before = driver.report(post.key("two.png"))["url"]
    driver.put(post.key("two.png.withdrawal.yaml"), withdrawal_file())
    driver.settle()
    driver.delete(post.key("two.png.withdrawal.yaml"))
    driver.settle()
    after = driver.report(post.key("two.png"))["url"]
    assert after != before
    assert (driver.fetch(before).status, driver.fetch(after).status) == (410, 200)
    assert after in driver.fetch(post.path("en")).text


def test_a_replaced_image_gets_a_new_path_and_the_page_shows_that_one(driver: StackDriver, post: Post) -> None:
    before = driver.report(post.key("two.png"))["url"]
    driver.put(post.key("two.png"), picture(shade=250))
    driver.settle()
    after = driver.report(post.key("two.png"))["url"]
    text = driver.fetch(post.path("en")).text
    assert after in text
    assert before not in text
    assert (driver.fetch(before).status, driver.fetch(after).status) == (410, 200)


def test_a_deleted_image_leaves_its_place_and_its_page_up(driver: StackDriver, post: Post) -> None:
    path = driver.report(post.key("two.png"))["url"]
    driver.delete(post.key("two.png"))
    driver.settle()
    text = driver.fetch(post.path("en")).text
    assert driver.fetch(path).status == 410
    assert path not in text
    assert "Figure 3" in text
    assert driver.state(post.key("two.png")) == "absent"
    assert driver.state(post.key("en.md")) == "live"
    assert "The image “two.png” was deleted" in driver.report_text(post.key("en.md"))
    driver.put(post.key("two.png"), picture(shade=9))
    driver.settle()
    assert "two.png" not in driver.report_text(post.key("en.md"))


def test_one_picture_in_two_posts_has_two_paths_and_only_the_named_one_is_ended(
    driver: StackDriver, post: Post
) -> None:
    other = Post(post.clinic, "fever")
    driver.put(other.key("one.png"), picture(shade=0))
    driver.put(other.key("en.md"), edition(body="![First](one.png)"))
    driver.put(post.key("one.png.withdrawal.yaml"), withdrawal_file())
    driver.settle()
    assert driver.state(other.key("one.png")) == "live"
    assert driver.fetch(driver.report(other.key("one.png"))["url"]).status == 200
    assert driver.state(post.key("one.png")) == "withdrawn"
