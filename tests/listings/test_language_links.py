"""The language links above a clinic's listings lead to the same clinic where it surely has that listing, else home."""

import pytest
from msgspec.structs import replace

from colophon.listings.kinds.clinic import render_archive
from colophon.listings.part_page import render_period
from colophon.listings.profile import render_profile


def _languages(tree):
    return {link.get("lang"): link.get("href") for link in tree.findall(".//nav[@class='languages']//a")}


@pytest.mark.parametrize(("languages", "japanese"), [(("en", "ja", "ko"), "/ja/noeul-dental/"), (("en", "ko"), "/ja/")])
def test_an_archive_and_a_profile_lead_to_those_of_every_language_that_the_clinic_has(
    make_archive, make_profile, parse, languages, japanese
):
    archive = _languages(parse(render_archive(replace(make_archive(), languages=languages), 1)))
    assert archive == {"en": "/en/noeul-dental/", "ja": japanese, "ko": "/ko/noeul-dental/", "zh-Hans": "/zh-Hans/"}
    profile = _languages(parse(render_profile(replace(make_profile(), languages=languages), 1)))
    assert profile == {lang: path if path.count("/") == 2 else f"{path}profile/" for lang, path in archive.items()}


def test_a_clinic_never_leads_to_a_language_that_the_site_does_not_have(make_archive, parse):
    assert "fr" not in _languages(parse(render_archive(replace(make_archive(), languages=("en", "fr")), 1)))


def test_a_month_leads_to_archives_in_the_languages_that_its_posts_have(make_month, make_entry, parse):
    month = make_month(entries=(make_entry(languages=("en",)), make_entry(post="b", languages=("en", "ja"))))
    assert _languages(parse(render_period(month, 1))) == {
        "en": "/en/noeul-dental/2026/04/", "ja": "/ja/noeul-dental/", "ko": "/ko/", "zh-Hans": "/zh-Hans/",
    }  # fmt: skip


def test_an_empty_month_leads_home(make_month, parse):
    links = _languages(parse(render_period(make_month(count=0), 1)))
    assert links == {"en": "/en/noeul-dental/2026/04/", **{lang: f"/{lang}/" for lang in ("ja", "ko", "zh-Hans")}}
