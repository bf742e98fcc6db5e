"""The notice texts: one per id, version and language, complete, and honest in what they claim."""

from string import Formatter
from typing import get_args

import pytest

from colophon.language.served import find_served_language, served_languages
from colophon.notices.texts import load_notice_file, make_notice, platform_words
from colophon.problem import Misconfigured
from colophon.views import TombstoneKind
from colophon.withdrawal import WithdrawalReason
from tests.notices.issued import changed_texts, new_texts


def _words(wording):
    return "\n".join((wording.heading, wording.text, wording.link))


def _places(text):
    return {place for _, place, _, _ in Formatter().parse(text) if place}


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
def test_every_language_names_words_that_no_notice_may_say(lang):
    assert len(load_notice_file(lang).forbidden) >= 5


@pytest.mark.parametrize("lang", served_languages())
def test_no_notice_claims_that_a_law_is_met_or_asks_for_business(lang):
    for name, wording in load_notice_file(lang).wordings.items():
        assert not [word for word in load_notice_file(lang).forbidden if word in _words(wording).lower()], name


def test_a_text_that_was_changed_has_a_new_version():
    assert not changed_texts(), "Raise the version of these notices in every language."


def test_every_text_is_on_record():
    assert not new_texts(), "These notices are new: `make golden` adds them to tests/notices/issued.json."


@pytest.mark.parametrize(
    ("tag", "served"),
    [("en", "en"), ("en-GB", "en"), ("ko-Kore-KR", "ko"), ("zh-Hans", "zh-Hans"), ("zh-Hans-CN", "zh-Hans"),
     ("zh", None), ("zh-CN", None), ("zh-TW", None), ("zh-Qaaa", None), ("", None)],
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
