"""The notice texts: one per id, version and language, complete, and honest in what they claim."""

import json
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from colophon.language.served import find_served_language, served_languages
from colophon.language.words import words_for
from colophon.notices.texts import load_notice_file, make_notice, platform_words
from colophon.problem import Misconfigured
from colophon.views import TombstoneKind
from colophon.withdrawal import WithdrawalReason

ISSUED = json.loads((Path(__file__).parent / "issued.json").read_text("utf-8"))
# What no notice may say: that a law was met, or that a reader should book, pay, call or come.
FORBIDDEN = {
    "en": ("compl", "accordance", "GDPR", "AI Act", "book a", "appointment", "price", "discount", "call ", "guarantee"),
    "ko": ("준수", "법률에 따", "예약", "가격", "할인", "상담", "전화", "문의하"),
    "zh-Hans": ("合规", "遵守", "依法", "预约", "价格", "优惠", "折扣", "咨询", "电话", "联系我们"),
    "ja": ("準拠", "遵守", "予約", "価格", "割引", "相談", "お問い合わせ"),
}  # fmt: skip


def _words(wording):
    return "\n".join((wording.heading, wording.text, wording.link))


def _places(text):
    return {place for _, place, _, _ in Formatter().parse(text) if place}


def test_each_language_has_its_files_and_no_other_has_one():
    assert {f.name for f in files("colophon.notices").iterdir() if f.name.endswith(".yaml")} == {
        f"{lang}.yaml" for lang in served_languages()
    }
    assert [words_for(lang).lang for lang in served_languages()] == list(served_languages())


@pytest.mark.parametrize("lang", served_languages())
def test_every_language_has_the_same_notices_in_the_same_versions_with_the_same_places(lang):
    english, own = load_notice_file("en").wordings, load_notice_file(lang).wordings
    assert own.keys() == english.keys()
    for name, wording in english.items():
        assert own[name].version == wording.version, name
        assert _places(_words(own[name])) - {"source_language"} == _places(_words(wording)) - {"source_language"}, name
        assert (bool(own[name].text), bool(own[name].link), bool(own[name].heading)) == (
            bool(wording.text), bool(wording.link), bool(wording.heading)
        ), name  # fmt: skip


@pytest.mark.parametrize("lang", served_languages())
def test_there_are_words_for_every_tombstone_and_reason(lang):
    ids = load_notice_file(lang).wordings
    assert {f"tombstone-{kind}" for kind in get_args(TombstoneKind)} <= ids.keys()
    assert {f"reason-{reason}" for reason in get_args(WithdrawalReason)} <= ids.keys()


@pytest.mark.parametrize("lang", served_languages())
def test_no_notice_claims_that_a_law_is_met_or_asks_for_business(lang):
    for name, wording in load_notice_file(lang).wordings.items():
        assert not [word for word in FORBIDDEN[lang] if word.lower() in _words(wording).lower()], name


def _fingerprint(wording):
    return sha256(_words(wording).encode()).hexdigest()[:16]


def test_a_text_that_was_changed_has_a_new_version():
    now = {
        lang: {
            f"{name} {wording.version}": _fingerprint(wording)
            for name, wording in load_notice_file(lang).wordings.items()
        }
        for lang in served_languages()
    }
    changed = [
        (lang, at) for lang, texts in now.items() for at, mark in texts.items() if ISSUED[lang].get(at, mark) != mark
    ]
    assert not changed, "Raise the version of these notices in every language."
    unknown = {lang: {at: mark for at, mark in texts.items() if at not in ISSUED[lang]} for lang, texts in now.items()}
    assert not any(unknown.values()), f"Add these to issued.json: {json.dumps(unknown, ensure_ascii=False)}"


@pytest.mark.parametrize(
    ("tag", "served"),
    [("en", "en"), ("en-GB", "en"), ("ko-Kore-KR", "ko"), ("zh-Hans", "zh-Hans"), ("zh-Hans-CN", "zh-Hans"),
     ("zh", None), ("zh-CN", None), ("zh-TW", None), ("zh-Hant", None), ("", None)],
)  # fmt: skip
def test_a_tag_is_served_by_its_language_and_script_or_not_at_all(tag, served):
    assert find_served_language(tag) == served


def test_what_is_lacking_is_ours_to_mend_and_named():
    with pytest.raises(Misconfigured, match=r"reviewed.*'at'"):
        make_notice("reviewed", "en", by="x", scope="y")
    with pytest.raises(Misconfigured, match="no-such"):
        make_notice("no-such", "en")
    with pytest.raises(Misconfigured, match="qaa"):
        make_notice("label", "qaa")
    with pytest.raises(Misconfigured, match="tombstone-moved"):
        make_notice("tombstone-moved", "en")
    with pytest.raises(Misconfigured, match="xx-platform"):
        platform_words("xx-platform", "en", "Korean")
