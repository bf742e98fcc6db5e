"""``site.yaml``: everything waits for it, and a change of it reaches every page."""

from collections.abc import Iterator

import pytest

from tests.emulated.open_stack import open_stack
from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE, SITE_URL, Clinic, edition, original

CLINICS = (Clinic("sorae"), Clinic("haneul"))
POSTS = tuple(clinic.post(name) for clinic in CLINICS for name in ("cough", "fever"))


@pytest.fixture
def waiting() -> Iterator[StackDriver]:
    """Two clinics with two posts each, and no ``site.yaml``."""
    with open_stack() as driver:
        for clinic in CLINICS:
            driver.put(clinic.key, clinic.record())
        for post in POSTS:
            driver.put(post.key("en.md"), edition())
            driver.put(post.key("ko.md"), original())
        driver.settle()
        yield driver


def test_everything_waits_for_site_yaml_and_goes_live_when_it_comes(waiting: StackDriver) -> None:
    for post in POSTS:
        assert waiting.state(post.key("en.md")) == "waiting"
        assert "Upload site.yaml; every post waits for it." in waiting.report_text(post.key("en.md"))
    assert waiting.objects() == {}
    waiting.put("site.yaml", SITE.replace("time_zone", "time_zoen"))
    waiting.settle()
    assert waiting.state("site.yaml") == "refused"
    assert {problem["field"] for problem in waiting.report("site.yaml")["problems"]} == {"time_zoen"}
    assert waiting.objects() == {}
    waiting.put("site.yaml", SITE)
    waiting.settle()
    assert waiting.state("site.yaml") == "live"
    for post in POSTS:
        assert waiting.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")
        assert waiting.fetch(post.path("en")).status == 200


def test_a_change_of_it_reaches_every_page_and_its_end_takes_them_down(waiting: StackDriver) -> None:
    waiting.put("site.yaml", SITE)
    waiting.settle()
    waiting.put("site.yaml", SITE.replace("The Corner Shelf", "The Other Shelf"))
    waiting.settle()
    for post in POSTS:
        assert "The Other Shelf" in waiting.fetch(post.path("en")).text
        assert "The Corner Shelf" not in waiting.fetch(post.path("en")).text
    waiting.delete("site.yaml")
    waiting.settle()
    assert waiting.state("site.yaml") == "absent"
    for post in POSTS:
        assert waiting.fetch(post.path("en")).status == 404
        assert waiting.state(post.key("en.md")) == "waiting"


def test_a_language_that_it_no_longer_lists_is_taken_down_alone(waiting: StackDriver) -> None:
    waiting.put("site.yaml", SITE)
    waiting.settle()
    without = SITE.replace("languages: [en, ko, ja]", "languages: [ko, ja]")
    for text in ("en: The Corner Shelf, ", "en: Clinic posts in translation., "):
        without = without.replace(text, "")
    waiting.put("site.yaml", without)
    waiting.settle()
    assert waiting.state("site.yaml") == "live"
    for post in POSTS:
        assert (waiting.fetch(post.path("en")).status, waiting.fetch(post.path("ko")).status) == (404, 200)
        assert post.path("en") not in waiting.fetch(post.path("ko")).text
        assert "Add “en” to languages in site.yaml" in waiting.report_text(post.key("en.md"))
