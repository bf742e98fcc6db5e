"""The parts of a post may come in any order: it waits, says for what, and goes live by itself."""

from collections.abc import Callable

from tests.emulated.desk import Desk
from tests.emulated.uploads import SITE_URL, Clinic, edition, picture


def test_an_uploaded_post_is_live_and_its_report_gives_the_address(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    desk.put(post.key("en.md"), edition(title="A cough that stays"))
    desk.settle()
    assert desk.state(post.key("en.md")) == "live"
    assert desk.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
    assert "A cough that stays" in desk.show(post.path("en")).text


def test_a_post_waits_for_an_image_that_comes_later_and_then_goes_live_by_itself(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    desk.put(post.key("en.md"), edition(body="![A throat](throat.png)"))
    desk.settle()
    assert desk.state(post.key("en.md")) == "waiting"
    assert "“throat.png” has not come" in desk.told(post.key("en.md"))
    assert f"Upload “throat.png” into {post.folder}" in desk.told(post.key("en.md"))
    assert desk.show(post.path("en")).status == 404
    desk.put(post.key("throat.png"), picture())
    desk.settle()
    assert desk.state(post.key("en.md")) == "live"
    assert desk.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
    shown = desk.show(post.path("en"))
    assert shown.status == 200
    assert desk.report(post.key("throat.png"))["url"] in shown.text


def test_a_post_in_three_languages_waits_for_its_image_in_each_of_them(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    for lang in ("en", "ja"):
        desk.put(post.key(f"{lang}.md"), edition(body="![A throat](throat.png)"))
    desk.settle()
    assert [desk.state(post.key(f"{lang}.md")) for lang in ("en", "ja")] == ["waiting", "waiting"]
    desk.put(post.key("throat.png"), picture())
    desk.settle()
    assert [desk.state(post.key(f"{lang}.md")) for lang in ("en", "ja")] == ["live", "live"]
    assert [desk.show(post.path(lang)).status for lang in ("en", "ja")] == [200, 200]


def test_a_correction_that_names_a_new_image_leaves_the_old_version_up_until_it_is_there(
    desk: Desk, clinic: Clinic
) -> None:
    post = clinic.post()
    desk.put(post.key("en.md"), edition(title="As first written"))
    desk.settle()
    desk.put(post.key("en.md"), edition(title="As corrected", body="![A lung](lung.png)"))
    desk.settle()
    assert "As first written" in desk.show(post.path("en")).text
    assert desk.state(post.key("en.md")) == "waiting"
    assert "“lung.png” has not come" in desk.told(post.key("en.md"))
    assert desk.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
    desk.put(post.key("lung.png"), picture())
    desk.settle()
    assert "As corrected" in desk.show(post.path("en")).text
    assert desk.state(post.key("en.md")) == "live"


def test_posts_wait_for_a_clinic_record_that_comes_last(desk: Desk) -> None:
    clinic = Clinic("comes-last")
    posts = [clinic.post(name) for name in ("cough", "fever")]
    for post in posts:
        desk.put(post.key("en.md"), edition())
    desk.settle()
    for post in posts:
        assert desk.state(post.key("en.md")) == "waiting"
        assert f"Upload {clinic.key}" in desk.told(post.key("en.md"))
        assert desk.show(post.path("en")).status == 404
    desk.put(clinic.key, clinic.record())
    desk.settle()
    assert [desk.state(post.key("en.md")) for post in posts] == ["live", "live"]
    assert [desk.show(post.path("en")).status for post in posts] == [200, 200]


def test_a_post_waits_for_a_channel_that_the_record_gains_later(desk: Desk, new_clinic: Callable[[], Clinic]) -> None:
    clinic = new_clinic()
    post = clinic.post()
    desk.put(post.key("en.md"), edition().replace("channel: blog", "channel: second"))
    desk.settle()
    assert desk.state(post.key("en.md")) == "waiting"
    assert "lists no channel “second” (it lists: blog)" in desk.told(post.key("en.md"))
    desk.put(clinic.key, clinic.record().replace("  blog:", "  second:"))
    desk.settle()
    assert desk.state(post.key("en.md")) == "live"
