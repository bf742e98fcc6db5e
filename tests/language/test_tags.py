"""The tag that people mean by another: by CLDR's rules, and never one in another script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colophon.language.served import served_languages
from colophon.language.tags import find_served_advice, nearest_language

MEANT = {
    "en": ["en-US", "en_US", "en-us", "EN", "En", "en.UTF-8", "en_US.UTF-8", "eng", "us", "gb", "English",
           "english", "영어"],
    "ko": ["kr", "KR", "kr-KR", "ko-KR", "ko_KR", "kor", "KO", "Korean", "korean", "한국어"],
    "ja": ["jp", "JP", "jp-JP", "ja-JP", "jpn", "Japanese", "日本語"],
    "zh-Hans": ["zh", "zh-CN", "zh_CN", "zh-cn", "ZH-HANS", "zh-hans", "zh-SG", "zh-Hans-CN", "cn", "cn-Hans", "chi",
                "zho", "cmn", "zh-cmn-Hans", "Chinese", "chinese-simplified", "simplified chinese", "中文", "简体中文"],
}  # fmt: skip
NOT_SERVED = ["zh-TW", "zh_TW", "zh-HK", "zh-Hant", "tw", "hk", "fr", "fr_FR", "uk", "iw", "in", "vn", "th", "und",
              "xx", "x", "", "-", "..", "readme", "日本", "a" * 300, "en-Shaw"]  # fmt: skip


@pytest.mark.parametrize(("meant", "written"), [(tag, each) for tag, spellings in MEANT.items() for each in spellings])
def test_other_spellings_mean_a_language_of_the_interface(meant: str, written: str) -> None:
    assert find_served_advice(written) == meant


@pytest.mark.parametrize("written", NOT_SERVED)
def test_what_means_none_of_them_has_no_advice(written: str) -> None:
    assert find_served_advice(written) is None


@pytest.mark.parametrize(
    ("written", "known", "expected"),
    [
        ("iw", ["he", "en"], "he"),
        ("in", ["id", "en"], "id"),
        ("ji", ["yi"], "yi"),
        ("zh-TW", ["zh-Hans", "zh-Hant"], "zh-Hant"),
        ("tw", ["zh-Hans", "zh-Hant"], "zh-Hant"),
        ("zh-HK", ["zh-Hant-TW", "zh-Hant-HK"], "zh-Hant-HK"),
        ("en", ["en-GB", "en-US"], "en-US"),
        ("en-AU", ["en-GB", "en"], "en"),
        ("en-GB", ["en", "ko"], "en"),
        ("en", ["en-GB", "ko"], "en-GB"),
        ("uk", ["en-GB", "ko"], None),
        ("pt", ["pt-PT"], "pt-PT"),
        ("br", ["pt"], None),
        ("ja", [], None),
    ],
)
def test_the_nearest_of_the_known_ones(written: str, known: list[str], expected: str | None) -> None:
    assert nearest_language(written, known) == expected


@given(st.text(max_size=20) | st.text("abcEN-_.019", max_size=12))
def test_any_text_has_an_answer(written: str) -> None:
    assert find_served_advice(written) in (None, *served_languages())
