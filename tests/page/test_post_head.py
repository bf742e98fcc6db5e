"""What a page says to browsers, search engines and link previews."""

from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from colophon.edition.model import Review
from colophon.notices.policy import POLICY_VERSION
from colophon.page.entry import build_entry
from colophon.page.frame import style_path
from colophon.page.post import render_post
from colophon.page.scripts import post_script_path
from tests.page.conftest import PIN


def _metas(tree):
    return {meta.get("name") or meta.get("property"): meta.get("content") for meta in tree.iter("meta")}


def _reviewed(view, of=PIN):
    review = Review(by="Dr. Han", at=view.edition.front_matter.source.posted, scope="terms", of=of)
    return view.edition.front_matter.translation.model_copy(update={"review": review})


def test_the_page_says_its_revision_policy_and_description(make_view, parse):
    metas = _metas(parse(render_post(make_view(), 12)))
    assert metas["colophon-rev"] == "12"
    assert metas["colophon-policy"] == str(POLICY_VERSION)
    assert metas["description"] == "Grinding wears teeth down."
    assert metas["viewport"] == "width=device-width, initial-scale=1"


def test_titles_carry_the_label_wherever_they_travel(make_view, parse):
    tree = parse(render_post(make_view(), 1))
    assert tree.findtext(".//title") == "Night guards · AI-translated post · Clinic Reader"
    assert _metas(tree)["og:title"] == "Night guards · AI-translated post"


def test_ai_disclosure_is_autonomous_until_a_person_has_reviewed_it(make_view, parse):
    shown = make_view()
    assert _metas(parse(render_post(shown, 1)))["ai-disclosure"] == "ai-autonomous"
    reviewed = make_view(translation=_reviewed(shown))
    assert _metas(parse(render_post(reviewed, 1)))["ai-disclosure"] == "ai-assisted"
    assert build_entry(reviewed).reviewed
    for of in (None, "1111111111111111"):
        other = make_view(translation=_reviewed(shown, of))
        assert not build_entry(other).reviewed
        assert _metas(parse(render_post(other, 1)))["ai-disclosure"] == "ai-autonomous"
    assert "ai-disclosure" not in _metas(parse(render_post(make_view("ko"), 1)))


def test_a_page_is_canonical_to_itself(make_view, parse):
    for lang in ("en", "ja", "ko"):
        link = parse(render_post(make_view(lang, siblings=("en", "ja", "ko")), 1)).find(".//link[@rel='canonical']")
        assert link.get("href") == f"https://reader.example/{lang}/noeul-dental/night-guards/"


def _alternates(view, parse):
    links = parse(render_post(view, 1)).findall(".//link[@hreflang]")
    return {link.get("hreflang"): link.get("href") for link in links}


def test_every_edition_names_all_editions_alike_and_itself(make_view, parse):
    everywhere = [_alternates(make_view(lang, siblings=("en", "ja", "ko")), parse) for lang in ("en", "ja", "ko")]
    assert everywhere[0] == everywhere[1] == everywhere[2]
    assert set(everywhere[0]) == {"en", "ja", "ko", "x-default"}
    assert everywhere[0]["x-default"] == everywhere[0]["en"]


def test_a_post_in_one_language_has_no_alternates(make_view, parse):
    assert _alternates(make_view(siblings=()), parse) == {}


def test_a_page_leads_to_its_clinics_feeds(make_view, parse):
    links = parse(render_post(make_view(), 1)).findall(".//link[@rel='alternate'][@type]")
    assert [(link.get("type"), link.get("title"), link.get("href")) for link in links] == [
        ("application/atom+xml", "Noeul Dental (Atom)", "/en/noeul-dental/feed.xml"),
        ("application/feed+json", "Noeul Dental (JSON Feed)", "/en/noeul-dental/feed.json"),
    ]


def test_the_preview_picture_is_the_first_that_is_there(make_view, parse):
    shown = make_view()
    only_second = replace(shown, images={"b.jpg": shown.images["b.jpg"]})
    metas = _metas(parse(render_post(only_second, 1)))
    assert metas["og:image"] == "https://reader.example/images/noeul-dental/night-guards/b.11ee-900.png"
    assert "og:image" not in _metas(parse(render_post(replace(shown, images={}), 1)))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_one_script_runs_nothing_is_styled_in_line_and_nothing_is_fetched_from_elsewhere(make_view, parse, lang):
    tree = parse(render_post(make_view(lang), 1))
    scripts = list(tree.iter("script"))
    assert [script.get("type") or script.get("src") for script in scripts] == [
        "application/ld+json", "application/ld+json", post_script_path(),
    ]  # fmt: skip
    assert [script.text or "" for script in scripts if script.get("src")] == [""]
    assert not list(tree.iter("style"))
    for element in tree.iter():
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    fetched = [element.get("src") for element in tree.iter() if element.get("src")]
    fetched += [link.get("href") for link in tree.iter("link") if link.get("rel") == "stylesheet"]
    assert style_path() in fetched
    assert all(urlsplit(address).netloc == "" for address in fetched)
