"""A change reaches the pages that mention it, and no change reaches none."""

from tests.emulated.desk import Desk
from tests.emulated.uploads import Clinic, edition, original, picture

ARCHIVED = 'data-notice="archived-original"'


def test_the_original_that_comes_later_is_linked_and_no_more_once_it_is_deleted(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    desk.put(post.key("en.md"), edition())
    desk.settle()
    assert ARCHIVED not in desk.show(post.path("en")).text
    assert "archived original is neither in the folder nor named" in desk.told(post.key("en.md"))
    desk.put(post.key("ko.md"), original())
    desk.settle()
    text = desk.show(post.path("en")).text
    assert ARCHIVED in text
    assert f'href="{post.path("ko")}"' in text
    assert f'href="{post.path("en")}"' in desk.show(post.path("ko")).text
    assert desk.told(post.key("en.md")) == ""
    desk.delete(post.key("ko.md"))
    desk.settle()
    text = desk.show(post.path("en")).text
    assert ARCHIVED not in text
    assert post.path("ko") not in text
    assert "archived original is neither in the folder nor named" in desk.told(post.key("en.md"))


def test_a_translation_with_fewer_warnings_says_so_from_the_moment_the_original_is_there(
    desk: Desk, clinic: Clinic
) -> None:
    post = clinic.post()
    desk.put(post.key("en.md"), edition(body="Drink warm water."))
    desk.settle()
    assert "fewer-warnings" not in desk.show(post.path("en")).text
    desk.put(post.key("ko.md"), original(body="따뜻한 물을 드세요.\n\n※ 열이 나면 병원에 가세요."))
    desk.settle()
    assert 'data-notice="fewer-warnings"' in desk.show(post.path("en")).text
    assert "Translate every line that begins with ※." in desk.told(post.key("en.md"))
    desk.put(post.key("en.md"), edition(body="Drink warm water.\n\n※ With a fever, see a doctor."))
    desk.settle()
    assert "fewer-warnings" not in desk.show(post.path("en")).text
    assert desk.told(post.key("en.md")) == ""


def test_a_clinic_that_changes_its_name_changes_it_on_every_page(desk: Desk, clinic: Clinic) -> None:
    posts = [clinic.post(name) for name in ("cough", "fever", "sleep")]
    for post in posts:
        desk.put(post.key("en.md"), edition())
    desk.settle()
    assert all("Sorae Clinic" in desk.show(post.path("en")).text for post in posts)
    desk.put(clinic.key, clinic.record(english="Sorae Family Clinic"))
    desk.settle()
    for post in posts:
        text = desk.show(post.path("en")).text
        assert "Sorae Family Clinic" in text
        assert "Sorae Clinic" not in text


def test_the_same_bytes_again_change_nothing(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    uploads: dict[str, bytes | str] = {
        clinic.key: clinic.record(),
        post.key("ko.md"): original(body="![목](throat.png)"),
        post.key("en.md"): edition(body="![A throat](throat.png)"),
        post.key("throat.png"): picture(),
    }
    for key, content in uploads.items():
        desk.put(key, content)
    desk.settle()
    before, reports = desk.objects(), {key: desk.state(key) for key in uploads}
    assert set(reports.values()) == {"live"}
    for key, content in uploads.items():
        desk.put(key, content)
    desk.settle()
    assert desk.objects() == before
    assert {key: desk.state(key) for key in uploads} == reports


def test_ringing_again_for_everything_changes_nothing(desk: Desk, clinic: Clinic) -> None:
    post = clinic.post()
    desk.put(post.key("en.md"), edition(body="![A throat](throat.png)"))
    desk.put(post.key("throat.png"), picture())
    desk.settle()
    before = desk.objects()
    desk.ring({"rings": [{"key": "posts/", "images": True}, {"key": clinic.key}, {"key": "site.yaml"}]})
    desk.settle()
    assert desk.objects() == before


def test_a_new_edition_changes_no_page_of_another_post(desk: Desk, clinic: Clinic) -> None:
    post, other = clinic.post("cough"), clinic.post("fever")
    desk.put(other.key("en.md"), edition())
    desk.settle()
    before = desk.objects(other.path("en").strip("/"))
    desk.put(post.key("en.md"), edition())
    desk.settle()
    assert desk.objects(other.path("en").strip("/")) == before
