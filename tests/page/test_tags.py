"""The addresses of pages of tags."""

import pytest

from colophon.page.tags import search_path, slug_of, tag_links


@pytest.mark.parametrize(
    ("tag", "slug"),
    [
        ("Wisdom  Teeth", "wisdom-teeth"),
        ("wisdom-teeth", "wisdom-teeth"),
        ("Ｗｉｓｄｏｍ　teeth", "wisdom-teeth"),
        ("B12", "b12"),
    ],
)
def test_a_tag_of_english_words_keeps_them(tag: str, slug: str) -> None:
    assert slug_of(tag) == slug


def test_any_other_tag_has_a_hash_that_no_words_have() -> None:
    for tag in ("사랑니", "C++", "..", "/", "a" * 61):
        assert len(slug_of(tag)) == 16
        assert slug_of(slug_of(tag)) != slug_of(tag)
    assert slug_of("사랑니") == slug_of("사랑니")
    assert len({slug_of(tag) for tag in ("C++", "C#", "C")}) == 3


def test_a_tag_leads_to_its_page_where_there_is_one_and_to_the_search_elsewhere() -> None:
    links = tag_links(["Warm Water", "잠 & 꿈"], "en", "noeul", {"warm-water"})
    assert [link.path for link in links] == ["/en/noeul/tags/warm-water/", search_path("잠 & 꿈", "en", "noeul")]
    assert links[1].path == "/en/noeul/#q=%EC%9E%A0%20%26%20%EA%BF%88"
