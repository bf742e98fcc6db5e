"""What a listing and a feed owe, and what stands before the title of each post in them."""

import pytest

from colophon.language.served import served_languages
from colophon.notices.policy import entry_label, notices_for_feed, notices_for_listing
from colophon.notices.texts import make_notice
from colophon.site_settings import Notices

ABOUT = "/page/about/"


def _ids(lang, site):
    return [notice.id for notice in notices_for_listing(lang, site, ABOUT)]


def _ids_in_feed(lang, site):
    return [notice.id for notice in notices_for_feed(lang, site)]


@pytest.mark.parametrize("lang", [lang for lang in served_languages() if lang != "ko"])
def test_a_listing_in_another_language_than_the_originals_is_one_of_translations(lang, site):
    assert _ids(lang, site) == ["listing-note", "medical-note", "about-translations"]
    assert _ids_in_feed(lang, site) == ["listing", "medical"]


def test_a_listing_in_the_language_of_the_originals_is_one_of_archived_copies(site):
    archive, translations = ["listing-archive", "medical"], ["listing", "medical"]
    assert _ids("ko", site) == ["listing-note-archive", "medical-note", "about-archive"]
    assert _ids_in_feed("ko", site) == archive
    english = site.model_copy(update={"original_language": "en"})
    assert [_ids_in_feed(lang, english) for lang in ("en", "ko")] == [archive, translations]
    assert _ids("en", english) == _ids("ko", site)
    assert _ids("ko", english) == _ids("en", site)


@pytest.mark.parametrize(("lang", "source"), [("en", "Korean"), ("ja", "韓国語"), ("ko", "한국어")])
def test_a_listing_says_which_language_its_posts_come_from(lang, source, site):
    assert source in notices_for_listing(lang, site, ABOUT)[0].text
    assert source in notices_for_feed(lang, site)[0].text


def test_a_listing_of_translations_says_machine_and_errors_and_leads_to_the_rest(site):
    note, medical, rest = notices_for_listing("en", site, ABOUT)
    assert all(words in note.text for words in ("AI translations", "may contain errors"))
    assert "Not medical advice" in medical.text
    assert rest.href == ABOUT


def test_a_feed_of_translations_says_machine_errors_original_and_review(site):
    said = notices_for_feed("en", site)[0].text
    assert all(
        words in said for words in ("AI translations", "may contain errors", "the original prevails", "reviewed")
    )


def test_the_medical_note_on_listings_is_the_sites_to_decide(site):
    silent = site.model_copy(update={"notices": Notices(medical=False)})
    assert [_ids_in_feed(lang, silent) for lang in ("en", "ko")] == [["listing"], ["listing-archive"]]
    assert _ids("en", silent) == ["listing-note", "about-translations"]
    assert _ids("ko", silent) == ["listing-note-archive", "about-archive"]


@pytest.mark.parametrize("lang", served_languages())
def test_an_entry_bears_the_label_of_the_posts_own_page(lang):
    assert entry_label(lang, original=False) == make_notice("label", lang)
    assert entry_label(lang, original=True) == make_notice("archive-label", lang)
