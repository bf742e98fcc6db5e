"""Which notices a page owes."""

import pytest
from msgspec.structs import replace

from colophon.edition.model import Review
from colophon.notices.policy import notices_for
from colophon.site_settings import Notices

ALWAYS = ["label", "what-this-is", "unreviewed", "may-contain-errors", "original-prevails", "original-post", "medical"]
REVIEW = Review(by="Dr. Ok", at="2026-02-03", scope="medical terms and numbers")


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
    trap = Review(by="{scope}", at="2026-02-03", scope="{by.__class__} {0}")
    assert "{scope}" in _notice(make_view(review=trap), "reviewed").text
