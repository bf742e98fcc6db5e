"""Which notices a page owes."""

import pytest
from msgspec.structs import replace

from colophon.edition.model import REVIEW_SCOPES, Review
from colophon.language.served import served_languages
from colophon.notices.policy import notices_for
from colophon.notices.texts import load_notice_file, scope_words
from colophon.site_settings import Notices
from tests.notices.conftest import ORIGINAL_PIN, PIN

ALWAYS = ["label", "what-this-is", "unreviewed", "may-contain-errors", "original-prevails", "original-post", "medical"]
REVIEW = Review(by="Dr. Ok", at="2026-02-03", scope="medical terms and numbers", of=PIN)


def _ids(view):
    return [notice.id for notice in notices_for(view)]


def _notice(view, name):
    return next(notice for notice in notices_for(view) if notice.id == name)


def test_a_translation_whose_original_is_nowhere_owes_all_but_the_link_to_it(make_view):
    assert _ids(make_view(warnings_there=None)) == ALWAYS


def test_a_live_original_is_linked_to(make_view):
    assert _notice(make_view(), "archived-original").href == "/ko/badaro-eye/dry-eyes/"


def test_an_archive_elsewhere_is_linked_to_only_where_the_original_is_not_in_the_folder(make_view):
    def archived(view):
        source = view.edition.front_matter.source.model_copy(update={"archive_url": "https://archive.example/5"})
        front = view.edition.front_matter.model_copy(update={"source": source})
        return replace(view, edition=replace(view.edition, front_matter=front))

    assert _notice(archived(make_view(warnings_there=None)), "archived-original").href == "https://archive.example/5"
    assert _notice(archived(make_view()), "archived-original").href == "/ko/badaro-eye/dry-eyes/"


def test_only_an_explicit_record_says_reviewed_and_says_by_whom_when_and_what(make_view):
    reviewed = make_view(review=REVIEW)
    assert "unreviewed" not in _ids(reviewed)
    text = _notice(reviewed, "reviewed").text
    assert all(said in text for said in ("Dr. Ok", "February 3, 2026", "medical terms and numbers"))
    assert "reviewed" not in _ids(make_view())


def test_a_review_takes_no_other_notice_away(make_view):
    assert set(_ids(make_view())) - {"unreviewed"} == set(_ids(make_view(review=REVIEW))) - {"reviewed"}


def test_a_review_of_an_earlier_text_never_says_that_this_one_was_reviewed(make_view):
    view = make_view(review=REVIEW.model_copy(update={"of": "1111111111111111"}))
    assert not {"reviewed", "unreviewed", "review-of-no-stated-text"} & set(_ids(view))
    text = _notice(view, "review-of-earlier-text").text
    assert text.startswith("An earlier text was reviewed on February 3, 2026 by Dr. Ok; it has changed since.")
    assert "medical terms and numbers" in text


def test_a_review_that_names_no_text_is_printed_with_its_date_and_says_so(make_view):
    view = make_view(review=REVIEW.model_copy(update={"of": None}))
    assert not {"reviewed", "unreviewed", "review-of-earlier-text"} & set(_ids(view))
    text = _notice(view, "review-of-no-stated-text").text
    assert all(said in text for said in ("Dr. Ok", "February 3, 2026", "medical terms and numbers"))
    assert "does not state which text" in text


@pytest.mark.parametrize("lang", served_languages())
def test_what_was_reviewed_is_said_in_the_pages_language(make_view, lang):
    assert load_notice_file(lang).scopes.keys() == set(REVIEW_SCOPES)
    texts = {scope: scope_words((scope,), lang) for scope in REVIEW_SCOPES}
    assert len(set(texts.values())) == len(texts)
    assert not set(texts.values()) & set(REVIEW_SCOPES)
    assert scope_words(REVIEW_SCOPES, lang) == load_notice_file(lang).separator.join(texts.values())
    review = REVIEW.model_copy(update={"scope": REVIEW_SCOPES})
    if lang != "ko":
        assert scope_words(REVIEW_SCOPES, lang) in _notice(make_view(lang, review=review), "reviewed").text
    assert scope_words(("in words", "terms"), lang).startswith("in words")


@pytest.mark.parametrize(
    ("of", "owes"),
    [
        (None, False),
        (ORIGINAL_PIN, False),
        (PIN, True),
    ],
)
def test_a_changed_original_is_said_only_where_the_translation_names_another_text(make_view, of, owes):
    assert ("original-changed" in _ids(make_view(of=of))) is owes
    assert "original-changed" not in _ids(make_view(of=of, warnings_there=None))


@pytest.mark.parametrize(("there", "owes"), [(0, False), (1, False), (2, True), (5, True)])
def test_fewer_warnings_than_the_original_is_said_with_both_counts_and_a_way_to_read_them(make_view, there, owes):
    view = make_view(warnings_there=there)
    assert ("fewer-warnings" in _ids(view)) is owes
    if owes:
        notice = _notice(view, "fewer-warnings")
        assert f"(1 of {there})" in notice.text
        assert notice.href == "/ko/badaro-eye/dry-eyes/"


def test_the_page_says_which_language_and_which_platform_it_comes_from(make_view):
    said = {lang: _notice(make_view(lang), "what-this-is").text for lang in ("en", "ja")}
    assert "English" in said["en"]
    assert "Korean" in said["en"]
    assert "Naver Blog" in said["en"]
    assert "日本語" in said["ja"]
    assert "韓国語" in said["ja"]
    assert "NAVERブログ" in said["ja"]
    assert _notice(make_view(), "original-post").href == "https://blog.naver.com/badaro-example/5?a=1&b=2"


def test_a_channel_that_the_record_no_longer_has_is_spoken_of_without_a_platform(make_view):
    view = make_view()
    assert (
        "by the clinic"
        in _notice(replace(view, clinic=view.clinic.model_copy(update={"channels": {}})), "what-this-is").text
    )


def test_the_medical_note_is_the_sites_to_decide(make_view):
    for lang in ("en", "ko"):
        view = make_view(lang)
        assert "medical" in _ids(view)
        assert "medical" not in _ids(
            replace(view, site=view.site.model_copy(update={"notices": Notices(medical=False)}))
        )


def test_an_original_owes_the_archive_notices_and_none_of_a_translation(make_view):
    assert _ids(make_view("ko")) == ["archive-label", "archive", "original-post", "medical"]


def test_words_of_an_upload_are_never_taken_for_places_to_fill_in(make_view):
    trap = Review(by="{scope}", at="2026-02-03", scope="{by.__class__} {0}", of=PIN)
    assert "{scope}" in _notice(make_view(review=trap), "reviewed").text
