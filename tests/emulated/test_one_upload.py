"""One post, from the first upload on: live, corrected, sent again, with parts in any order."""

from tests.emulated.desk import Desk
from tests.emulated.uploads import SITE_URL, Clinic, edition, original, picture


def test_an_uploaded_post_is_live_and_its_report_gives_the_address(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    desk.put(post.key("en.md"), edition(title="A cough that stays"))
    desk.settle()
    assert desk.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
    assert desk.state(post.key("en.md")) == "live"
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
