"""What a reader's browser gets: the honest status, the headers of the policy, and nothing of the storage behind it."""

import re

import pytest

from tests.emulated.stack_driver import Response, StackDriver
from tests.emulated.uploads import SITE_URL, Clinic, Post, edition, original, picture, withdrawal_file


@pytest.fixture
def post(driver: StackDriver, clinic: Clinic) -> Post:
    post = clinic.post()
    driver.put(post.key("ko.md"), original(body="![목](throat.png)"))
    driver.put(post.key("en.md"), edition(body="![A throat](throat.png)"))
    driver.put(post.key("throat.png"), picture())
    driver.settle()
    return post


def test_a_page_comes_with_its_policy_and_a_short_life(driver: StackDriver, post: Post) -> None:
    shown = driver.fetch(post.path("en"))
    assert shown.status == 200
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["cache-control"] == "public, max-age=60, s-maxage=300"
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert nothing_of_the_storage(shown)


def test_every_style_sheet_and_image_that_a_page_names_is_there(driver: StackDriver, post: Post) -> None:
    text = driver.fetch(post.path("en")).text
    paths = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<img src="([^"]+)"', text)
    named = [style or image for style, image in paths]
    assert len(named) == 2
    for path in named:
        shown = driver.fetch(path)
        assert shown.status == 200
        assert nothing_of_the_storage(shown)
    assert driver.fetch(named[0]).headers["content-type"] == "text/css; charset=utf-8"
    assert driver.fetch(named[1]).headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("gone", 410, "has been removed for good"),
        ("withdrawn", 410, "has been withdrawn"),
        ("legal", 451, "for legal reasons"),
    ],
)
def test_a_withdrawn_page_answers_with_its_own_status_and_says_why(
    driver: StackDriver, post: Post, kind: str, status: int, words: str
) -> None:
    driver.put(post.key("withdrawal.yaml"), withdrawal_file(kind, "clinic-request"))
    driver.settle()
    shown = driver.fetch(post.path("en"))
    assert shown.status == status
    assert words in shown.text
    assert "Drink warm water" not in shown.text
    assert f'<meta name="colophon-status" content="{status}">' in shown.text
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert shown.headers.get("link") == (f'<{SITE_URL}/>; rel="blocked-by"' if status == 451 else None)
    assert nothing_of_the_storage(shown)


def test_a_page_on_hold_answers_not_found_and_says_until_when(driver: StackDriver, post: Post) -> None:
    held = withdrawal_file("hold").replace("kind: hold", 'kind: hold\nuntil: "2100-01-15T09:00:00+09:00"')
    driver.put(post.key("en.md.withdrawal.yaml"), held.replace("2026-03-01", "2099-12-20"))
    driver.settle()
    shown = driver.fetch(post.path("en"))
    assert shown.status == 404
    assert "on hold" in shown.text
    assert "January 15, 2100" in shown.text


def test_an_address_without_its_slash_moves_to_the_tidy_one(driver: StackDriver, post: Post) -> None:
    for address in (post.path("en").removesuffix("/"), post.path("en") + "index.html"):
        shown = driver.fetch(address)
        assert (shown.status, shown.headers["location"]) == (301, post.path("en"))


def test_what_never_was_answers_not_found(driver: StackDriver, post: Post) -> None:
    for address in ("/en/nobody/nothing/", post.path("ja"), "/images/nobody/nothing/x.jpg"):
        shown = driver.fetch(address)
        assert shown.status == 404
        assert nothing_of_the_storage(shown)


def test_the_site_can_only_be_read(driver: StackDriver, post: Post) -> None:
    assert driver.fetch(post.path("en"), method="PUT").status == 403
    assert driver.fetch(post.path("en"), method="HEAD").status == 200


def nothing_of_the_storage(shown: Response) -> bool:
    """Whether no header tells of the bucket behind the site."""
    return not [name for name in shown.headers if name.startswith("x-amz-")]
