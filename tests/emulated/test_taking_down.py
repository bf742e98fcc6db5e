"""Taken down and brought back: by a withdrawal, by deleting a file, by what the clinic's folder says."""

import pytest

from tests.emulated.desk import Desk
from tests.emulated.uploads import SITE_URL, Clinic, Post, edition, order, original, picture


@pytest.fixture
def post(desk: Desk, clinic: Clinic) -> Post:
    """A live post: Korean and English, one image in each."""
    post = clinic.post()
    desk.put(post.key("ko.md"), original(body="![목](throat.png)"))
    desk.put(post.key("en.md"), edition(title="A secret remedy", body="![A throat](throat.png)"))
    desk.put(post.key("throat.png"), picture())
    desk.settle()
    assert statuses(desk, post) == {"ko": 200, "en": 200}
    return post


def test_a_deleted_edition_leaves_a_tombstone_and_comes_back_when_uploaded_again(desk: Desk, post: Post) -> None:
    desk.delete(post.key("en.md"))
    desk.settle()
    shown = desk.show(post.path("en"))
    assert shown.status == 404
    assert "There is no page at this address." in shown.text
    assert "secret remedy" not in shown.text
    assert desk.report(post.key("en.md")) | {"version": ""} == {
        "key": post.key("en.md"),
        "state": "absent",
        "url": "",
        "problems": [],
        "version": "",
    }
    assert desk.show(post.path("ko")).status == 200
    desk.put(post.key("en.md"), edition(title="A secret remedy", body="![A throat](throat.png)"))
    desk.settle()
    assert desk.state(post.key("en.md")) == "live"
    assert "secret remedy" in desk.show(post.path("en")).text


@pytest.mark.parametrize(("kind", "status"), [("gone", 410), ("withdrawn", 410), ("legal", 451)])
def test_a_withdrawn_post_is_gone_in_every_language_until_the_order_is_deleted(
    desk: Desk, post: Post, kind: str, status: int
) -> None:
    order_key = post.key("withdrawal.yaml")
    desk.put(order_key, order(kind))
    desk.settle()
    assert statuses(desk, post) == {"ko": status, "en": status}
    assert image_statuses(desk, post) == {410}
    assert [desk.state(post.key(file)) for file in ("ko.md", "en.md", "throat.png")] == ["withdrawn"] * 3
    assert "delete that file" in desk.told(post.key("en.md"))
    assert desk.state(order_key) == "live"
    assert "Order 12 (sample)" in desk.show(post.path("en")).text
    desk.delete(order_key)
    desk.settle()
    assert statuses(desk, post) == {"ko": 200, "en": 200}
    assert desk.state(order_key) == "absent"
    assert [desk.state(post.key(file)) for file in ("ko.md", "en.md", "throat.png")] == ["live"] * 3
    assert desk.show(desk.report(post.key("throat.png"))["url"]).status == 200


def test_an_order_against_one_edition_leaves_the_other_up(desk: Desk, post: Post) -> None:
    desk.put(post.key("en.md.withdrawal.yaml"), order("withdrawn"))
    desk.settle()
    assert statuses(desk, post) == {"ko": 200, "en": 410}
    assert post.path("en") not in desk.show(post.path("ko")).text
    assert image_statuses(desk, post) == {200}


def test_a_correction_never_brings_back_what_is_withdrawn(desk: Desk, post: Post) -> None:
    desk.put(post.key("withdrawal.yaml"), order("gone"))
    desk.settle()
    desk.put(post.key("en.md"), edition(title="A better remedy"))
    desk.put(post.key("throat.png"), picture(shade=33))
    desk.put(post.key("ja.md"), edition(title="新しい薬"))
    desk.settle()
    assert statuses(desk, post, "ko", "en", "ja") == {"ko": 410, "en": 410, "ja": 410}
    assert image_statuses(desk, post) == {410}
    assert desk.state(post.key("ja.md")) == "withdrawn"


def test_an_order_that_comes_before_what_it_names_waits_and_then_counts(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    order_key = post.key("en.md.withdrawal.yaml")
    desk.put(order_key, order("gone"))
    desk.settle()
    assert desk.state(order_key) == "waiting"
    assert "It names nothing that was ever uploaded here." in desk.told(order_key)
    desk.put(post.key("en.md"), edition())
    desk.settle()
    assert desk.state(order_key) == "live"
    assert desk.told(order_key) == ""
    assert desk.show(post.path("en")).status == 410


@pytest.mark.parametrize(
    ("changed", "words"), [({"status": "suspended"}, "suspended"), ({"permission": False}, "no permission")]
)
def test_a_clinic_that_may_not_be_shown_takes_its_pages_down_at_once_and_brings_them_back(
    desk: Desk, clinic: Clinic, post: Post, changed: dict[str, str], words: str
) -> None:
    desk.put(clinic.key, clinic.record(**changed))  # type: ignore[arg-type]
    desk.settle()
    assert statuses(desk, post) == {"ko": 404, "en": 404}
    assert "secret remedy" not in desk.show(post.path("en")).text
    assert desk.state(post.key("en.md")) == "waiting"
    assert words in desk.told(post.key("en.md"))
    assert desk.report(post.key("en.md"))["url"] == ""
    desk.put(clinic.key, clinic.record())
    desk.settle()
    assert statuses(desk, post) == {"ko": 200, "en": 200}
    assert desk.report(post.key("en.md"))["url"] == SITE_URL + post.path("en")


def test_a_deleted_clinic_record_takes_its_pages_down(desk: Desk, clinic: Clinic, post: Post) -> None:
    desk.delete(clinic.key)
    desk.settle()
    assert statuses(desk, post) == {"ko": 404, "en": 404}
    assert desk.state(clinic.key) == "absent"
    assert desk.state(post.key("en.md")) == "waiting"


def test_an_order_against_a_clinic_covers_every_page_and_image_of_it(desk: Desk, clinic: Clinic, post: Post) -> None:
    second = clinic.post("fever")
    desk.put(second.key("en.md"), edition())
    desk.settle()
    desk.put(clinic.order_key, order("withdrawn", "permission-ended"))
    desk.settle()
    assert statuses(desk, post) == {"ko": 410, "en": 410}
    assert statuses(desk, second, "en") == {"en": 410}
    assert image_statuses(desk, post) == {410}
    assert "permission to publish translations has ended" in desk.show(second.path("en")).text
    assert clinic.order_key in desk.told(post.key("throat.png"))
    assert desk.state(clinic.order_key) == "live"
    desk.delete(clinic.order_key)
    desk.settle()
    assert statuses(desk, post) == {"ko": 200, "en": 200}
    assert statuses(desk, second, "en") == {"en": 200}
    assert desk.show(desk.report(post.key("throat.png"))["url"]).status == 200


def test_an_order_against_a_clinic_covers_the_months_of_its_texts_shown_once_or_not(
    desk: Desk, clinic: Clinic, post: Post
) -> None:
    shelf = f"/en/{clinic.name}/"
    listings = [
        shelf + name for name in ("", "profile/", "feed.json", "2026/01/", "sitemap-2026.xml", "search-2026.json")
    ]
    assert {desk.show(listing).status for listing in listings} == {200}
    desk.put(clinic.order_key, order("legal", "legal"))
    desk.settle()
    desk.put(clinic.post("never-shown").key("en.md"), edition().replace("2026-01-15", "2025-11-05"))
    desk.settle()
    listings += [shelf + name for name in ("2025/11/", "sitemap-2025.xml", "search-2025.json")]
    shown = {listing: desk.show(listing) for listing in listings}
    assert {listing: answer.status for listing, answer in shown.items()} == dict.fromkeys(listings, 451)
    assert {answer.headers["link"] for answer in shown.values()} == {shown[shelf].headers["link"]}
    # An emptied month that no text belongs to is no part of the order: nothing says that it ever was there.
    desk.put(clinic.post("never-shown").key("en.md"), edition().replace("2026-01-15", "2025-12-05"))
    desk.settle()
    assert desk.show(shelf + "2025/11/").status == 404
    assert desk.show(shelf + "2025/12/").status == 451
    desk.delete(clinic.order_key)
    desk.settle()
    assert {desk.show(listing).status for listing in (*listings[:6], shelf + "2025/12/")} == {200}


def statuses(desk: Desk, post: Post, *langs: str) -> dict[str, int]:
    return {lang: desk.show(post.path(lang)).status for lang in langs or ("ko", "en")}


def image_statuses(desk: Desk, post: Post) -> set[int]:
    return {desk.show(f"/{key}").status for key in desk.objects(post.images_folder())}
