"""JSON-LD: the same that readers are told, for machines."""

import json
from datetime import date

import pytest

from colophon.edition.model import Correction, Review
from colophon.page.post import render_post
from tests.page.conftest import PIN


def _said(view, parse):
    return json.loads(parse(render_post(view, 1)).find(".//script").text)


def test_a_translation_names_the_work_it_translates_its_translator_and_how_it_was_made(make_view, parse):
    said = _said(make_view(), parse)
    assert said["@type"] == "BlogPosting"
    assert said["inLanguage"] == "en"
    assert said["isBasedOn"] == "https://blog.naver.com/noeul-example/77"
    assert said["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert said["translator"]["@type"] == "Organization"
    work = said["translationOfWork"]
    assert work["inLanguage"] == "ko"
    assert work["headline"] == "이갈이와 마우스가드"
    assert work["url"] == "https://blog.naver.com/noeul-example/77"
    assert work["datePublished"] == "2025-02-03"
    assert work["archivedAt"] == "https://reader.example/ko/noeul-dental/night-guards/"
    assert work["author"]["name"] == "Noeul Dental"
    assert work["author"]["alternateName"] == ["노을치과의원"]


def test_the_clinic_is_the_author_but_never_the_publisher_of_a_translation(make_view, parse):
    said = _said(make_view(), parse)
    assert said["author"]["name"] == "Noeul Dental"
    assert said["publisher"]["name"] == said["translator"]["name"] == "Clinic Reader"


def test_dates_corrections_and_images_are_those_of_the_page(make_view, parse):
    said = _said(make_view(), parse)
    assert said["datePublished"] == "2026-04-22T14:39:00+09:00"
    assert said["dateModified"] == "2026-05-01"
    assert said["correction"] == [
        {"@type": "CorrectionComment", "datePublished": "2026-05-01", "text": "A number was put right."}
    ]
    assert [image["url"] for image in said["image"]] == [
        "https://reader.example/images/noeul-dental/night-guards/a.00ff-1200.jpg",
        "https://reader.example/images/noeul-dental/night-guards/b.11ee-900.png",
    ]


@pytest.mark.parametrize("day", ["2026-04-22", "2026-04-01"])
def test_what_was_corrected_on_the_first_day_was_not_changed_before_it_was_there(make_view, parse, day):
    first_day = (Correction(at=date.fromisoformat(day), note="A number was put right."),)
    page = parse(render_post(make_view(corrections=first_day), 1))
    said = json.loads(page.find(".//script").text)
    assert said["dateModified"] == said["datePublished"] == "2026-04-22T14:39:00+09:00"
    assert page.find(".//meta[@property='article:modified_time']").get("content") == said["dateModified"]


def test_a_review_changes_the_source_type_and_the_day_of_change(make_view, parse):
    translation = make_view().edition.front_matter.translation
    for of in (PIN, None, "1111111111111111"):
        review = Review(by="Dr. Han", at="2026-06-30", scope="terms", of=of)
        said = _said(make_view(translation=translation.model_copy(update={"review": review})), parse)
        kind = "CompositeWithTrained" if of == PIN else "Trained"
        assert said["digitalSourceType"] == f"https://schema.org/{kind}AlgorithmicMediaDigitalSource"
        assert said["dateModified"] == "2026-06-30"


def test_an_original_names_its_translations_and_nothing_of_machines(make_view, parse):
    said = _said(make_view("ko", siblings=("en", "ja")), parse)
    assert [work["url"] for work in said["workTranslation"]] == [
        "https://reader.example/en/noeul-dental/night-guards/",
        "https://reader.example/ja/noeul-dental/night-guards/",
    ]
    assert said["datePublished"] == "2025-02-03"
    assert not {"translationOfWork", "translator", "digitalSourceType"} & said.keys()


@pytest.mark.parametrize("title", ["</script><script>alert(1)</script>", "<!--", "a & b ' \" \u2028"])
def test_no_title_ends_the_data_block(make_view, parse, title):
    assert _said(make_view(title=title), parse)["headline"] == title


def test_terms_stand_in_the_order_of_their_names_at_any_depth(make_view, parse):
    for view in (make_view(), make_view("ko", siblings=("en", "ja"))):
        json.loads(parse(render_post(view, 1)).find(".//script").text, object_pairs_hook=_in_order)


def _in_order(pairs):
    names = [name for name, _ in pairs]
    assert names == sorted(names)
    return dict(pairs)
