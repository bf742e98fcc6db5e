"""The parts of a post may come in any order: it waits, says for what, and goes live by itself."""

from collections.abc import Callable

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE_URL, Clinic, edition, picture


def test_an_uploaded_post_is_live_and_its_report_gives_the_address(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition(title="A cough that stays"))
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
    assert driver.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
    assert "A cough that stays" in driver.fetch(post.path("en")).text


def test_a_post_waits_for_an_image_that_comes_later_and_then_goes_live_by_itself(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition(body="![A throat](throat.png)"))
    driver.settle()
    assert driver.state(post.key("en.md")) == "waiting"
    assert "“throat.png” has not been uploaded yet" in driver.report_text(post.key("en.md"))
    assert f"Upload “throat.png” into {post.folder}" in driver.report_text(post.key("en.md"))
    assert driver.fetch(post.path("en")).status == 404
    driver.put(post.key("throat.png"), picture())
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
    assert driver.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
    shown = driver.fetch(post.path("en"))
    assert shown.status == 200
    assert driver.report(post.key("throat.png"))["url"] in shown.text


def test_a_post_in_three_languages_waits_for_its_image_in_each_of_them(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    for lang in ("en", "ja"):
        driver.put(post.key(f"{lang}.md"), edition(body="![A throat](throat.png)"))
    driver.settle()
    assert [driver.state(post.key(f"{lang}.md")) for lang in ("en", "ja")] == ["waiting", "waiting"]
    driver.put(post.key("throat.png"), picture())
    driver.settle()
    assert [driver.state(post.key(f"{lang}.md")) for lang in ("en", "ja")] == ["live", "live"]
    assert [driver.fetch(post.path(lang)).status for lang in ("en", "ja")] == [200, 200]


def test_a_correction_that_names_a_new_image_leaves_the_old_version_up_until_it_is_there(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition(title="As first written"))
    driver.settle()
    driver.put(post.key("en.md"), edition(title="As corrected", body="![A lung](lung.png)"))
    driver.settle()
    assert "As first written" in driver.fetch(post.path("en")).text
    assert driver.state(post.key("en.md")) == "waiting"
    assert "“lung.png” has not been uploaded yet" in driver.report_text(post.key("en.md"))
    assert driver.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
    driver.put(post.key("lung.png"), picture())
    driver.settle()
    assert "As corrected" in driver.fetch(post.path("en")).text
    assert driver.state(post.key("en.md")) == "live"


def test_posts_wait_for_a_clinic_record_that_comes_last(driver: StackDriver) -> None:
    clinic = Clinic("comes-last")
    posts = [clinic.post(name) for name in ("cough", "fever")]
    for post in posts:
        driver.put(post.key("en.md"), edition())
    driver.settle()
    for post in posts:
        assert driver.state(post.key("en.md")) == "waiting"
        assert f"Upload {clinic.key}" in driver.report_text(post.key("en.md"))
        assert driver.fetch(post.path("en")).status == 404
    driver.put(clinic.key, clinic.record())
    driver.settle()
    assert [driver.state(post.key("en.md")) for post in posts] == ["live", "live"]
    assert [driver.fetch(post.path("en")).status for post in posts] == [200, 200]


def test_a_post_waits_for_a_channel_that_the_record_gains_later(
    driver: StackDriver, new_clinic: Callable[[], Clinic]
) -> None:
    clinic = new_clinic()
    post = clinic.post()
    driver.put(post.key("en.md"), edition().replace("channel: blog", "channel: second"))
    driver.settle()
    assert driver.state(post.key("en.md")) == "waiting"
    assert "lists no channel “second” (it lists: blog)" in driver.report_text(post.key("en.md"))
    driver.put(clinic.key, clinic.record().replace("  blog:", "  second:"))
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
