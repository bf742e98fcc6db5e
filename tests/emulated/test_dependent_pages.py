"""A change reaches the pages that mention it, and no change reaches none."""

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import Clinic, edition, original, picture

ARCHIVED = 'data-notice="archived-original"'


def test_the_original_that_comes_later_is_linked_and_no_more_once_it_is_deleted(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition())
    driver.settle()
    assert ARCHIVED not in driver.fetch(post.path("en")).text
    assert "archived original is neither in the folder nor named" in driver.report_text(post.key("en.md"))
    driver.put(post.key("ko.md"), original())
    driver.settle()
    text = driver.fetch(post.path("en")).text
    assert ARCHIVED in text
    assert f'href="{post.path("ko")}"' in text
    assert f'href="{post.path("en")}"' in driver.fetch(post.path("ko")).text
    assert driver.report_text(post.key("en.md")) == ""
    driver.delete(post.key("ko.md"))
    driver.settle()
    text = driver.fetch(post.path("en")).text
    assert ARCHIVED not in text
    assert post.path("ko") not in text
    assert "archived original is neither in the folder nor named" in driver.report_text(post.key("en.md"))


def test_a_translation_with_fewer_warnings_says_so_from_the_moment_the_original_is_there(
    driver: StackDriver, clinic: Clinic
) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition(body="Drink warm water."))
    driver.settle()
    assert "fewer-warnings" not in driver.fetch(post.path("en")).text
    driver.put(post.key("ko.md"), original(body="따뜻한 물을 드세요.\n\n※ 열이 나면 병원에 가세요."))
    driver.settle()
    assert 'data-notice="fewer-warnings"' in driver.fetch(post.path("en")).text
    assert "The translation lacks the source warning" in driver.report_text(post.key("en.md"))
    driver.put(post.key("en.md"), edition(body="Drink warm water.\n\n※ With a fever, see a doctor."))
    driver.settle()
    assert "fewer-warnings" not in driver.fetch(post.path("en")).text
    assert driver.report_text(post.key("en.md")) == ""


def test_a_clinic_that_changes_its_name_changes_it_on_every_page(driver: StackDriver, clinic: Clinic) -> None:
    posts = [clinic.post(name) for name in ("cough", "fever", "sleep")]
    for post in posts:
        driver.put(post.key("en.md"), edition())
    driver.settle()
    assert all("Sorae Clinic" in driver.fetch(post.path("en")).text for post in posts)
    driver.put(clinic.key, clinic.record(english="Sorae Family Clinic"))
    driver.settle()
    for post in posts:
        text = driver.fetch(post.path("en")).text
        assert "Sorae Family Clinic" in text
        assert "Sorae Clinic" not in text


def test_the_same_bytes_again_change_nothing(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    uploads: dict[str, bytes | str] = {
        clinic.key: clinic.record(),
        post.key("ko.md"): original(body="![목](throat.png)"),
        post.key("en.md"): edition(body="![A throat](throat.png)"),
        post.key("throat.png"): picture(),
    }
    for key, content in uploads.items():
        driver.put(key, content)
    driver.settle()
    before, reports = driver.objects(), {key: driver.state(key) for key in uploads}
    assert set(reports.values()) == {"live"}
    for key, content in uploads.items():
        driver.put(key, content)
    driver.settle()
    assert driver.objects() == before
    assert {key: driver.state(key) for key in uploads} == reports


def test_refreshing_everything_again_changes_nothing(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    driver.put(post.key("en.md"), edition(body="![A throat](throat.png)"))
    driver.put(post.key("throat.png"), picture())
    driver.settle()
    before = driver.objects()
    driver.send_message({"rings": [{"key": "posts/", "images": True}, {"key": clinic.key}, {"key": "site.yaml"}]})
    driver.settle()
    assert driver.objects() == before


def test_a_new_edition_changes_no_page_of_another_post(driver: StackDriver, clinic: Clinic) -> None:
    post, other = clinic.post("cough"), clinic.post("fever")
    driver.put(other.key("en.md"), edition())
    driver.settle()
    before = driver.objects(other.path("en").strip("/"))
    driver.put(post.key("en.md"), edition())
    driver.settle()
    assert driver.objects(other.path("en").strip("/")) == before
