"""When two addresses lead to the same post, and when they only look alike."""

import pytest

from colophon.clinic.post_address import normalize_post_address

NAVER = "https://blog.naver.com/garamjae/223000000001"
VIDEO = "https://www.youtube.com/watch?v=abcDEF12345"
SAME = {
    NAVER: (
        "https://BLOG.Naver.com/garamjae/223000000001",
        "https://blog.naver.com/garamjae/223000000001/",
        "https://m.blog.naver.com/garamjae/223000000001",
        "https://blog.naver.com:443/garamjae/223000000001",
        "https://blog.naver.com/Garamjae/223000000001?fromRss=true&trackingCode=rss",
        "https://blog.naver.com/PostView.naver?blogId=garamjae&logNo=223000000001&categoryNo=7",
        "https://m.blog.naver.com/PostView.nhn?logNo=223000000001&blogId=garamjae",
        "https://blog.naver.com/garamjae?Redirect=Log&logNo=223000000001",
    ),
    VIDEO: (
        "https://youtu.be/abcDEF12345",
        "https://m.youtube.com/watch?v=abcDEF12345&t=12s",
        "https://youtube.com/shorts/abcDEF12345?feature=share",
    ),
    "https://clinic.example/news/12?b=2&a=1": (
        "https://www.clinic.example/news/12/?a=1&b=2",
        "https://clinic.example/news/12?a=1&b=2#comments",
        "https://clinic.example/news/12?utm_source=x&a=1&b=2&fbclid=y",
    ),
    "https://clinic.example/%EA%B0%80": ("https://clinic.example/가",),
    "https://www.instagram.com/p/Cxyz_1/": (
        "https://www.instagram.com/p/Cxyz_1/?igsh=abc",
        "https://instagram.com/p/Cxyz_1",
    ),
}
DIFFERENT = (
    (NAVER, "https://blog.naver.com/garamjae/223000000002"),
    (NAVER, "https://blog.naver.com/other/223000000001"),
    (VIDEO, "https://www.youtube.com/watch?v=abcdef12345"),
    ("https://clinic.example/news?id=1", "https://clinic.example/news?id=2"),
    ("https://clinic.example/News", "https://clinic.example/news"),
    ("https://clinic.example/news", "https://clinic.example:8443/news"),
    ("https://a.clinic.example/", "https://clinic.example/"),
)


@pytest.mark.parametrize(("one", "other"), [(one, other) for one, others in SAME.items() for other in others])
def test_addresses_of_one_post_are_equal(one: str, other: str) -> None:
    assert normalize_post_address(one) == normalize_post_address(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_of_two_posts_differ(one: str, other: str) -> None:
    assert normalize_post_address(one) != normalize_post_address(other)


@pytest.mark.parametrize("url", [NAVER, VIDEO, *(other for others in SAME.values() for other in others)])
def test_the_form_is_one_that_stays(url: str) -> None:
    once = normalize_post_address(url)
    assert normalize_post_address(once) == once


@pytest.mark.parametrize("url", ["", "https://", "no address", "https://[::1", "https://clinic.example:99999/"])
def test_what_is_no_address_is_left_as_it_is(url: str) -> None:
    normalize_post_address(url)
