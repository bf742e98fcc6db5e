"""Posts that moved, as a reader follows them through the CDN: an earlier address leads straight to the post."""

import pytest

from tests.emulated.desk import Desk, Shown
from tests.emulated.uploads import Clinic, Post, edition, order, original, picture

LANGS = ("ko", "en")


@pytest.fixture
def old(desk: Desk, clinic: Clinic) -> Post:
    """A live post in two languages, an image in each."""
    return uploaded(desk, clinic.post("old"))


def uploaded(desk: Desk, post: Post, *earlier: Post) -> Post:
    more = f"moved_from: [{', '.join(f'{one.clinic}/{one.name}' for one in earlier)}]\n" if earlier else ""
    desk.put(post.key("ko.md"), original(body="![목](throat.png)", more=more))
    desk.put(post.key("en.md"), edition(body="![A throat](throat.png)", more=more))
    desk.put(post.key("throat.png"), picture())
    desk.settle()
    return post


def delete(desk: Desk, post: Post, *langs: str) -> None:
    for lang in langs or LANGS:
        desk.delete(post.key(f"{lang}.md"))
    desk.settle()


def answer(desk: Desk, post: Post, lang: str = "en") -> tuple[int, str | None]:
    """What ``curl -I`` says: the status, and where it leads."""
    head = desk.show(post.path(lang), method="HEAD")
    return head.status, head.headers.get("location")


def answers(desk: Desk, post: Post) -> set[tuple[int, str | None]]:
    return {answer(desk, post, lang) for lang in LANGS}


def test_each_language_leads_to_its_own_page_once_the_old_texts_are_gone(desk: Desk, clinic: Clinic, old: Post) -> None:
    new = uploaded(desk, clinic.post("new"), old)
    assert answers(desk, old) == {(200, None)}
    assert f"posts/{clinic.name}/old/en.md" in desk.told(new.key("en.md"))
    delete(desk, old, "en")
    assert answer(desk, old) == (301, new.path("en"))
    assert answer(desk, old, "ko") == (200, None)
    assert desk.told(new.key("en.md")) == ""
    delete(desk, old, "ko")
    assert answer(desk, old, "ko") == (301, new.path("ko"))


def test_a_redirect_keeps_no_word_of_the_post_and_lives_as_briefly_as_a_page(
    desk: Desk, clinic: Clinic, old: Post
) -> None:
    new = uploaded(desk, clinic.post("new"), old)
    delete(desk, old)
    shown: Shown = desk.show(old.path("en"))
    assert shown.headers["cache-control"] == "public, max-age=60, s-maxage=300"
    assert not [name for name in shown.headers if name.startswith("x-amz-")]
    assert "cough" not in shown.text.lower().replace(new.path("en"), "")
    assert f'href="{new.path("en")}"' in shown.text
    assert desk.show(new.path("en")).status == 200


def test_addresses_of_old_images_stay_as_they_are(desk: Desk, clinic: Clinic, old: Post) -> None:
    image = desk.report(old.key("throat.png"))["url"]
    uploaded(desk, clinic.post("new"), old)
    delete(desk, old)
    assert desk.show(image).status == 200
    desk.put(old.key("withdrawal.yaml"), order())
    desk.settle()
    assert (desk.show(image).status, *answers(desk, old)) == (410, (410, None))


def test_no_listing_names_an_earlier_address(desk: Desk, clinic: Clinic, old: Post) -> None:
    new = uploaded(desk, clinic.post("new"), old)
    delete(desk, old)
    listed = desk.show(f"/en/{clinic.name}/").text + desk.show(f"/en/{clinic.name}/feed.xml").text
    assert old.path("en") not in listed
    assert new.path("en") in listed


def test_an_address_at_which_this_site_never_had_a_post(desk: Desk, clinic: Clinic) -> None:
    never = clinic.post("on-an-earlier-site")
    assert answer(desk, never)[0] == 404
    new = uploaded(desk, clinic.post("new"), never)
    assert answer(desk, never) == (301, new.path("en"))
    assert desk.told(new.key("en.md")) == ""


def test_a_chain_leads_to_its_end_at_once_and_nowhere_when_that_is_withdrawn(
    desk: Desk, clinic: Clinic, old: Post
) -> None:
    middle = uploaded(desk, clinic.post("middle"), old)
    delete(desk, old)
    new = uploaded(desk, clinic.post("new"), middle)
    delete(desk, middle)
    assert [answer(desk, post) for post in (old, middle)] == [(301, new.path("en"))] * 2
    desk.put(new.key("withdrawal.yaml"), order("legal"))
    desk.settle()
    assert [answer(desk, post)[0] for post in (old, middle, new)] == [404, 404, 451]
    desk.delete(new.key("withdrawal.yaml"))
    desk.settle()
    assert [answer(desk, post) for post in (old, middle, new)] == [(301, new.path("en"))] * 2 + [(200, None)]


def test_the_edge_forgets_a_redirect_that_ended_at_once(desk: Desk, clinic: Clinic, old: Post) -> None:
    new = uploaded(desk, clinic.post("new"), old)
    delete(desk, old)
    assert answers(desk, old) == {(301, new.path("ko")), (301, new.path("en"))}
    desk.put(new.key("withdrawal.yaml"), order())
    desk.settle(0)
    assert answers(desk, old) == {(404, None)}


def test_of_two_posts_that_claim_one_address_neither_gets_it(desk: Desk, clinic: Clinic, old: Post) -> None:
    delete(desk, old)
    one, other = uploaded(desk, clinic.post("one"), old), uploaded(desk, clinic.post("other"), old)
    assert answers(desk, old) == {(404, None)}
    assert f"{clinic.name}/other" in desk.told(one.key("en.md"))
    assert f"{clinic.name}/one" in desk.told(other.key("ko.md"))
    delete(desk, one)
    assert answer(desk, old) == (301, other.path("en"))
    assert desk.told(other.key("en.md")) == ""


def test_the_history_of_an_earlier_address_says_where_it_led(desk: Desk, clinic: Clinic, old: Post) -> None:
    from colophon.stores.index import Index
    from colophon.upload.keys import PageRef, PostRef

    new = uploaded(desk, clinic.post("new"), old)
    delete(desk, old)
    delete(desk, new)
    index = Index(desk.stack.client("dynamodb"), desk.stack.table)
    versions = index.history(PageRef(PostRef(old.clinic, old.name), "en"))
    told = [(one.stands, one.differences[0].what, one.differences[0].names) for one in versions][:2]
    assert told == [("absent", "move ended", ()), ("moved", "moved", (new.path("en"),))]
