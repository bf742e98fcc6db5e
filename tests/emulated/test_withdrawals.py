"""Taken down and brought back: by a withdrawal, by deleting a file, by what the clinic's folder says."""

import pytest

from tests.emulated.stack_driver import StackDriver
from tests.emulated.uploads import SITE_URL, Clinic, Post, edition, original, picture, withdrawal_file


@pytest.fixture
def post(driver: StackDriver, clinic: Clinic) -> Post:
    """A live post: Korean and English, one image in each."""
    post = clinic.post()
    driver.put(post.key("ko.md"), original(body="![목](throat.png)"))
    driver.put(post.key("en.md"), edition(title="A secret remedy", body="![A throat](throat.png)"))
    driver.put(post.key("throat.png"), picture())
    driver.settle()
    assert statuses(driver, post) == {"ko": 200, "en": 200}
    return post


def test_a_deleted_edition_leaves_a_tombstone_and_comes_back_when_uploaded_again(
    driver: StackDriver, post: Post
) -> None:
    driver.delete(post.key("en.md"))
    driver.settle()
    shown = driver.fetch(post.path("en"))
    assert shown.status == 404
    assert "There is no page at this address." in shown.text
    assert "secret remedy" not in shown.text
    assert driver.report(post.key("en.md")) | {"version": ""} == {
        "key": post.key("en.md"),
        "state": "absent",
        "url": "",
        "problems": [],
        "version": "",
    }
    assert driver.fetch(post.path("ko")).status == 200
    driver.put(post.key("en.md"), edition(title="A secret remedy", body="![A throat](throat.png)"))
    driver.settle()
    assert driver.state(post.key("en.md")) == "live"
    assert "secret remedy" in driver.fetch(post.path("en")).text


@pytest.mark.parametrize(("kind", "status"), [("gone", 410), ("withdrawn", 410), ("legal", 451)])
def test_a_withdrawn_post_is_gone_in_every_language_until_the_withdrawal_is_deleted(
    driver: StackDriver, post: Post, kind: str, status: int
) -> None:
    order_key = post.key("withdrawal.yaml")
    driver.put(order_key, withdrawal_file(kind))
    driver.settle()
    assert statuses(driver, post) == {"ko": status, "en": status}
    assert image_statuses(driver, post) == {410}
    assert [driver.state(post.key(file)) for file in ("ko.md", "en.md", "throat.png")] == ["withdrawn"] * 3
    assert "delete that file" in driver.report_text(post.key("en.md"))
    assert driver.state(order_key) == "live"
    assert "Order 12 (sample)" in driver.fetch(post.path("en")).text
    driver.delete(order_key)
    driver.settle()
    assert statuses(driver, post) == {"ko": 200, "en": 200}
    assert driver.state(order_key) == "absent"
    assert [driver.state(post.key(file)) for file in ("ko.md", "en.md", "throat.png")] == ["live"] * 3
    assert driver.fetch(driver.report(post.key("throat.png"))["url"]).status == 200


def test_a_withdrawal_of_one_edition_leaves_the_other_live(driver: StackDriver, post: Post) -> None:
    driver.put(post.key("en.md.withdrawal.yaml"), withdrawal_file("withdrawn"))
    driver.settle()
    assert statuses(driver, post) == {"ko": 200, "en": 410}
    assert post.path("en") not in driver.fetch(post.path("ko")).text
    assert image_statuses(driver, post) == {200}


def test_a_correction_never_brings_back_what_is_withdrawn(driver: StackDriver, post: Post) -> None:
    driver.put(post.key("withdrawal.yaml"), withdrawal_file("gone"))
    driver.settle()
    driver.put(post.key("en.md"), edition(title="A better remedy"))
    driver.put(post.key("throat.png"), picture(shade=33))
    driver.put(post.key("ja.md"), edition(title="新しい薬"))
    driver.settle()
    assert statuses(driver, post, "ko", "en", "ja") == {"ko": 410, "en": 410, "ja": 410}
    assert image_statuses(driver, post) == {410}
    assert driver.state(post.key("ja.md")) == "withdrawn"


def test_a_withdrawal_uploaded_before_its_target_waits_and_then_counts(driver: StackDriver, clinic: Clinic) -> None:
    post = clinic.post()
    order_key = post.key("en.md.withdrawal.yaml")
    driver.put(order_key, withdrawal_file("gone"))
    driver.settle()
    assert driver.state(order_key) == "waiting"
    assert "It names nothing that was ever uploaded here." in driver.report_text(order_key)
    driver.put(post.key("en.md"), edition())
    driver.settle()
    assert driver.state(order_key) == "live"
    assert driver.report_text(order_key) == ""
    assert driver.fetch(post.path("en")).status == 410


@pytest.mark.parametrize(
    ("changed", "words"), [({"status": "suspended"}, "suspended"), ({"permission": False}, "no permission")]
)
def test_a_clinic_that_may_not_be_shown_takes_its_pages_down_at_once_and_brings_them_back(
    driver: StackDriver, clinic: Clinic, post: Post, changed: dict[str, str], words: str
) -> None:
    driver.put(clinic.key, clinic.record(**changed))  # type: ignore[arg-type]
    driver.settle()
    assert statuses(driver, post) == {"ko": 404, "en": 404}
    assert "secret remedy" not in driver.fetch(post.path("en")).text
    assert driver.state(post.key("en.md")) == "waiting"
    assert words in driver.report_text(post.key("en.md"))
    assert driver.report(post.key("en.md"))["url"] == ""
    driver.put(clinic.key, clinic.record())
    driver.settle()
    assert statuses(driver, post) == {"ko": 200, "en": 200}
    assert driver.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")


def test_a_deleted_clinic_record_takes_its_pages_down(driver: StackDriver, clinic: Clinic, post: Post) -> None:
    driver.delete(clinic.key)
    driver.settle()
    assert statuses(driver, post) == {"ko": 404, "en": 404}
    assert driver.state(clinic.key) == "absent"
    assert driver.state(post.key("en.md")) == "waiting"


def test_a_clinics_withdrawal_covers_every_page_and_image_of_it(
    driver: StackDriver, clinic: Clinic, post: Post
) -> None:
    second = clinic.post("fever")
    driver.put(second.key("en.md"), edition())
    driver.settle()
    driver.put(clinic.withdrawal_key, withdrawal_file("withdrawn", "permission-ended"))
    driver.settle()
    assert statuses(driver, post) == {"ko": 410, "en": 410}
    assert statuses(driver, second, "en") == {"en": 410}
    assert image_statuses(driver, post) == {410}
    assert "permission to publish translations has ended" in driver.fetch(second.path("en")).text
    assert clinic.withdrawal_key in driver.report_text(post.key("throat.png"))
    assert driver.state(clinic.withdrawal_key) == "live"
    driver.delete(clinic.withdrawal_key)
    driver.settle()
    assert statuses(driver, post) == {"ko": 200, "en": 200}
    assert statuses(driver, second, "en") == {"en": 200}
    assert driver.fetch(driver.report(post.key("throat.png"))["url"]).status == 200


def test_a_clinics_withdrawal_covers_the_months_of_its_texts_whether_ever_shown_or_not(
    driver: StackDriver, clinic: Clinic, post: Post
) -> None:
    archive = f"/en/{clinic.name}/"
    listings = [
        archive + name for name in ("", "profile/", "feed.json", "2026/01/", "sitemap-2026.xml", "search-2026.json")
    ]
    assert {driver.fetch(listing).status for listing in listings} == {200}
    driver.put(clinic.withdrawal_key, withdrawal_file("legal", "legal"))
    driver.settle()
    driver.put(clinic.post("never-shown").key("en.md"), edition().replace("2026-01-15", "2025-11-05"))
    driver.settle()
    listings += [archive + name for name in ("2025/11/", "sitemap-2025.xml", "search-2025.json")]
    shown = {listing: driver.fetch(listing) for listing in listings}
    assert {listing: answer.status for listing, answer in shown.items()} == dict.fromkeys(listings, 451)
    assert {answer.headers["link"] for answer in shown.values()} == {shown[archive].headers["link"]}
    # An emptied month that no text belongs to is no part of the order: nothing says that it ever was there.
    driver.put(clinic.post("never-shown").key("en.md"), edition().replace("2026-01-15", "2025-12-05"))
    driver.settle()
    assert driver.fetch(archive + "2025/11/").status == 404
    assert driver.fetch(archive + "2025/12/").status == 451
    driver.delete(clinic.withdrawal_key)
    driver.settle()
    assert {driver.fetch(listing).status for listing in (*listings[:6], archive + "2025/12/")} == {200}


def statuses(driver: StackDriver, post: Post, *langs: str) -> dict[str, int]:
    return {lang: driver.fetch(post.path(lang)).status for lang in langs or ("ko", "en")}


def image_statuses(driver: StackDriver, post: Post) -> set[int]:
    return {driver.fetch(f"/{key}").status for key in driver.objects(post.images_folder())}
