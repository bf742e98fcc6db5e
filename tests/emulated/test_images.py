"""Images of a live post: withdrawn, brought back, replaced."""

import pytest

from tests.emulated.desk import Desk
from tests.emulated.uploads import Clinic, Post, edition, order, picture

BODY = "![First](one.png)\n\nText.\n\n![Second](two.png)\n\nText.\n\n![Third](three.png)"


@pytest.fixture
def post(desk: Desk, clinic: Clinic) -> Post:
    """A live post with three figures."""
    post = clinic.post()
    desk.put(post.key("en.md"), edition(body=BODY))
    for shade, name in enumerate(("one.png", "two.png", "three.png")):
        desk.put(post.key(name), picture(shade=40 * shade))
    desk.settle()
    assert desk.state(post.key("en.md")) == "live"
    return post


def test_a_withdrawn_image_leaves_its_place_and_the_numbers_after_it(desk: Desk, post: Post) -> None:
    path = desk.report(post.key("two.png"))["url"]
    assert desk.show(path).headers["content-type"] == "image/jpeg"
    desk.put(post.key("two.png.withdrawal.yaml"), order("withdrawn", "clinic-request"))
    desk.settle()
    text = desk.show(post.path("en")).text
    assert path not in text
    assert text.count("This image has been withdrawn.") == 1
    assert [f"Figure {number}" in text for number in (1, 2, 3)] == [True, True, True]
    assert text.index("Figure 2") < text.index("This image has been withdrawn.") < text.index("Figure 3")
    ended = desk.show(path)
    assert (ended.status, ended.text) == (410, "This image is no longer shown.\n")
    assert desk.state(post.key("two.png")) == "withdrawn"
    assert desk.state(post.key("en.md")) == "live"


def sizes(desk: Desk, post: Post, stem: str) -> dict[str, str]:
    """The content type of every object that the site has for an image, by key."""
    prefix = f"{post.images_folder()}{stem}."
    return {key: desk.site_object(key)["ContentType"] for key in desk.objects(prefix)}


def test_an_image_is_there_in_each_width_and_for_every_reader(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post("wide")
    desk.put(post.key("wall.png"), picture(width=2000, height=900))
    desk.put(post.key("en.md"), edition(body="![A wall](wall.png)"))
    desk.settle()
    found = sizes(desk, post, "wall")
    names = sorted(key.rpartition("-")[2] for key in found)
    assert names == ["1600.jpg", "1600.webp", "480.webp", "960.webp"]
    assert set(found.values()) == {"image/jpeg", "image/webp"}
    text = desk.show(post.path("en")).text
    assert all(f"/{key}" in text for key in found)
    for key in found:
        shown = desk.show(f"/{key}")
        assert (shown.status, shown.headers["content-type"]) == (200, found[key])
        assert "max-age=86400" in shown.headers["cache-control"]
        assert "s-maxage=31536000" in shown.headers["cache-control"]


def test_every_size_of_a_withdrawn_image_is_closed_in_every_language(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post("all-sizes")
    desk.put(post.key("wall.png"), picture(width=2000, height=900))
    for lang in ("en", "ja"):
        desk.put(post.key(f"{lang}.md"), edition(body="![A wall](wall.png)"))
    desk.settle()
    before = sizes(desk, post, "wall")
    desk.put(post.key("wall.png.withdrawal.yaml"), order())
    desk.settle()
    assert before.keys() <= sizes(desk, post, "wall").keys()
    assert {desk.show(f"/{key}").status for key in sizes(desk, post, "wall")} == {410}
    for lang in ("en", "ja"):
        assert not any(key in desk.show(post.path(lang)).text for key in before)


def test_a_refused_image_is_named_in_the_report_of_the_text_that_waits_for_it(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post("refused-image")
    desk.put(post.key("en.md"), edition(body="![A drawing](drawing.png)"))
    desk.put(post.key("drawing.png"), b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    desk.settle()
    assert (desk.state(post.key("drawing.png")), desk.state(post.key("en.md"))) == ("refused", "waiting")
    told = desk.told(post.key("en.md"))
    assert "drawing.png" in told
    assert "SVG" in told
    assert "Upload a sound" in told
    desk.put(post.key("drawing.png"), picture())
    desk.settle()
    assert (desk.state(post.key("drawing.png")), desk.state(post.key("en.md"))) == ("live", "live")


def test_an_image_that_is_brought_back_gets_a_new_path_and_the_old_one_stays_closed(desk: Desk, post: Post) -> None:
    before = desk.report(post.key("two.png"))["url"]
    desk.put(post.key("two.png.withdrawal.yaml"), order())
    desk.settle()
    desk.delete(post.key("two.png.withdrawal.yaml"))
    desk.settle()
    after = desk.report(post.key("two.png"))["url"]
    assert after != before
    assert (desk.show(before).status, desk.show(after).status) == (410, 200)
    assert after in desk.show(post.path("en")).text


def test_a_replaced_image_gets_a_new_path_and_the_page_shows_that_one(desk: Desk, post: Post) -> None:
    before = desk.report(post.key("two.png"))["url"]
    desk.put(post.key("two.png"), picture(shade=250))
    desk.settle()
    after = desk.report(post.key("two.png"))["url"]
    text = desk.show(post.path("en")).text
    assert after in text
    assert before not in text
    assert (desk.show(before).status, desk.show(after).status) == (410, 200)


def test_a_deleted_image_leaves_its_place_and_its_page_up(desk: Desk, post: Post) -> None:
    path = desk.report(post.key("two.png"))["url"]
    desk.delete(post.key("two.png"))
    desk.settle()
    text = desk.show(post.path("en")).text
    assert desk.show(path).status == 410
    assert path not in text
    assert "Figure 3" in text
    assert desk.state(post.key("two.png")) == "absent"
    assert desk.state(post.key("en.md")) == "live"
    assert "The image “two.png” was deleted" in desk.told(post.key("en.md"))
    desk.put(post.key("two.png"), picture(shade=9))
    desk.settle()
    assert "two.png" not in desk.told(post.key("en.md"))


def test_one_picture_in_two_posts_has_two_paths_and_only_the_named_one_is_ended(desk: Desk, post: Post) -> None:
    other = Post(post.clinic, "fever")
    desk.put(other.key("one.png"), picture(shade=0))
    desk.put(other.key("en.md"), edition(body="![First](one.png)"))
    desk.put(post.key("one.png.withdrawal.yaml"), order())
    desk.settle()
    assert desk.state(other.key("one.png")) == "live"
    assert desk.show(desk.report(other.key("one.png"))["url"]).status == 200
    assert desk.state(post.key("one.png")) == "withdrawn"
