"""Posts that moved, as a reader follows them through the CDN: an earlier address leads straight to the post."""

from collections.abc import Callable

import pytest

from tests.emulated.stack_driver import Response, StackDriver
from tests.emulated.uploads import Clinic, Post, edition, original, picture, withdrawal_file

LANGS = ("ko", "en")


@pytest.fixture
def old(driver: StackDriver, clinic: Clinic) -> Post:
    """A live post in two languages, an image in each."""
    return upload_moved(driver, clinic.post("old"))


def upload_moved(driver: StackDriver, post: Post, *earlier: Post) -> Post:
    more = f"moved_from: [{', '.join(f'{one.clinic}/{one.name}' for one in earlier)}]\n" if earlier else ""
    driver.put(post.key("ko.md"), original(body="![목](throat.png)", more=more))
    driver.put(post.key("en.md"), edition(body="![A throat](throat.png)", more=more))
    driver.put(post.key("throat.png"), picture())
    driver.settle()
    return post


def delete(driver: StackDriver, post: Post, *langs: str) -> None:
    for lang in langs or LANGS:
        driver.delete(post.key(f"{lang}.md"))
    driver.settle()


def answer(driver: StackDriver, post: Post, lang: str = "en") -> tuple[int, str | None]:
    """What ``curl -I`` says: the status, and where it leads."""
    head = driver.fetch(post.path(lang), method="HEAD")
    return head.status, head.headers.get("location")


def answers(driver: StackDriver, post: Post) -> set[tuple[int, str | None]]:
    return {answer(driver, post, lang) for lang in LANGS}


def test_each_language_leads_to_its_own_page_once_the_old_texts_are_gone(
    driver: StackDriver, clinic: Clinic, old: Post
) -> None:
    new = upload_moved(driver, clinic.post("new"), old)
    assert answers(driver, old) == {(200, None)}
    assert f"posts/{clinic.name}/old/en.md" in driver.report_text(new.key("en.md"))
    delete(driver, old, "en")
    assert answer(driver, old) == (301, new.path("en"))
    assert answer(driver, old, "ko") == (200, None)
    assert driver.report_text(new.key("en.md")) == ""
    delete(driver, old, "ko")
    assert answer(driver, old, "ko") == (301, new.path("ko"))


def test_a_redirect_keeps_no_word_of_the_post_and_lives_as_briefly_as_a_page(
    driver: StackDriver, clinic: Clinic, old: Post
) -> None:
    new = upload_moved(driver, clinic.post("new"), old)
    delete(driver, old)
    shown: Response = driver.fetch(old.path("en"))
    assert shown.headers["cache-control"] == "public, max-age=60, s-maxage=300"
    assert not [name for name in shown.headers if name.startswith("x-amz-")]
    assert "cough" not in shown.text.lower().replace(new.path("en"), "")
    assert f'href="{new.path("en")}"' in shown.text
    assert driver.fetch(new.path("en")).status == 200


def test_addresses_of_old_images_stay_as_they_are(driver: StackDriver, clinic: Clinic, old: Post) -> None:
    image = driver.report(old.key("throat.png"))["url"]
    upload_moved(driver, clinic.post("new"), old)
    delete(driver, old)
    assert driver.fetch(image).status == 200
    driver.put(old.key("withdrawal.yaml"), withdrawal_file())
    driver.settle()
    assert (driver.fetch(image).status, *answers(driver, old)) == (410, (410, None))


def test_no_listing_names_an_earlier_address(driver: StackDriver, clinic: Clinic, old: Post) -> None:
    new = upload_moved(driver, clinic.post("new"), old)
    delete(driver, old)
    listed = driver.fetch(f"/en/{clinic.name}/").text + driver.fetch(f"/en/{clinic.name}/feed.xml").text
    assert old.path("en") not in listed
    assert new.path("en") in listed


def test_an_address_at_which_this_site_never_had_a_post(driver: StackDriver, clinic: Clinic) -> None:
    never = clinic.post("on-an-earlier-site")
    assert answer(driver, never)[0] == 404
    new = upload_moved(driver, clinic.post("new"), never)
    assert answer(driver, never) == (301, new.path("en"))
    assert driver.report_text(new.key("en.md")) == ""


def test_a_chain_leads_to_its_end_at_once_and_nowhere_when_that_is_withdrawn(
    driver: StackDriver, clinic: Clinic, old: Post
) -> None:
    middle = upload_moved(driver, clinic.post("middle"), old)
    delete(driver, old)
    new = upload_moved(driver, clinic.post("new"), middle)
    delete(driver, middle)
    assert [answer(driver, post) for post in (old, middle)] == [(301, new.path("en"))] * 2
    driver.put(new.key("withdrawal.yaml"), withdrawal_file("legal"))
    driver.settle()
    assert [answer(driver, post)[0] for post in (old, middle, new)] == [404, 404, 451]
    driver.delete(new.key("withdrawal.yaml"))
    driver.settle()
    assert [answer(driver, post) for post in (old, middle, new)] == [(301, new.path("en"))] * 2 + [(200, None)]


def test_the_edge_forgets_a_redirect_that_ended_at_once(driver: StackDriver, clinic: Clinic, old: Post) -> None:
    new = upload_moved(driver, clinic.post("new"), old)
    delete(driver, old)
    assert answers(driver, old) == {(301, new.path("ko")), (301, new.path("en"))}
    driver.put(new.key("withdrawal.yaml"), withdrawal_file())
    driver.settle(0)
    assert answers(driver, old) == {(404, None)}


def test_of_two_posts_that_claim_one_address_neither_gets_it(driver: StackDriver, clinic: Clinic, old: Post) -> None:
    delete(driver, old)
    one, other = upload_moved(driver, clinic.post("one"), old), upload_moved(driver, clinic.post("other"), old)
    assert answers(driver, old) == {(404, None)}
    assert f"{clinic.name}/other" in driver.report_text(one.key("en.md"))
    assert f"{clinic.name}/one" in driver.report_text(other.key("ko.md"))
    delete(driver, one)
    assert answer(driver, old) == (301, other.path("en"))
    assert driver.report_text(other.key("en.md")) == ""


def test_an_address_of_another_clinic_leads_there_while_that_clinic_accepts_it(
    driver: StackDriver, clinic: Clinic, new_clinic: Callable[[], Clinic]
) -> None:
    never, other = clinic.post("never"), new_clinic()
    new = upload_moved(driver, other.post("new"), never)
    assert (answer(driver, never)[0], answer(driver, new)[0]) == (404, 200)
    assert f"{clinic.key} does not list {other.name} in accepts_moves_from" in driver.report_text(new.key("en.md"))
    driver.put(clinic.key, clinic.record(accepts=other.name))
    driver.settle()
    assert answers(driver, never) == {(301, new.path("ko")), (301, new.path("en"))}
    assert driver.report_text(new.key("en.md")) == ""
    driver.put(clinic.key, clinic.record())
    driver.settle()
    assert answers(driver, never) == {(404, None)}
    assert "accepts_moves_from" in driver.report_text(new.key("en.md"))


def test_the_history_of_an_earlier_address_says_where_it_led(driver: StackDriver, clinic: Clinic, old: Post) -> None:
    from colophon.stores.index import Index
    from colophon.upload.keys import PageRef, PostRef

    new = upload_moved(driver, clinic.post("new"), old)
    delete(driver, old)
    delete(driver, new)
    index = Index(driver.stack.client("dynamodb"), driver.stack.table)
    versions = index.read_history(PageRef(PostRef(old.clinic, old.name), "en"))
    told = [(one.kind, one.differences[0].what, one.differences[0].names) for one in versions][:2]
    assert told == [("absent", "move ended", ()), ("moved", "moved", (new.path("en"),))]
