"""Figures: words about an image only where the image is."""

import pytest

from colophon.edition.model import Figure, ImageWords
from colophon.page.post import render_post
from colophon.views import ImageView


def _figures(view, parse):
    return list(parse(render_post(view, 1)).iter("figure"))


def test_a_figure_has_size_alt_caption_and_a_credit_that_links(make_view, parse):
    figure = _figures(make_view(), parse)[0]
    image, credit = figure.find("picture/img"), figure.find(".//span[@class='credit']")
    assert (image.get("width"), image.get("height")) == ("1200", "800")
    assert image.get("src") == "/images/noeul-dental/night-guards/a.00ff-1200.jpg"
    assert image.get("alt") == "A clear guard on a table"
    assert figure.findtext(".//span[@class='caption']") == "A guard for the upper teeth"
    assert credit.text == "Source: "
    assert credit.find("a").text == "Noeul Dental website"
    assert credit.find("a").get("href") == "https://noeul.example/about"
    assert {"nofollow", "noopener", "noreferrer"} <= set(credit.find("a").get("rel").split())


def test_the_front_matter_words_for_an_image_go_before_those_of_the_body(make_view, parse):
    words = {"a.jpg": ImageWords(alt="A guard, seen from above", credit="Seo Ha-neul")}
    figure = _figures(make_view(images=words), parse)[0]
    assert figure.find("picture/img").get("alt") == "A guard, seen from above"
    assert "".join(figure.find(".//span[@class='credit']").itertext()) == "Source: Seo Ha-neul"
    assert figure.find(".//a") is None


def test_each_width_is_offered_as_webp_and_the_widest_to_every_reader(make_view, parse):
    source, image = _figures(make_view(), parse)[0].find("picture")
    base = "/images/noeul-dental/night-guards/a.00ff"
    offered = [f"{base}-480.webp 480w", f"{base}-960.webp 960w", f"{base}-1200.webp 1200w"]
    assert (source.get("type"), source.get("srcset").split(", ")) == ("image/webp", offered)
    assert source.get("sizes")
    assert image.get("src") == f"{base}-1200.jpg"


def test_only_the_first_figure_is_fetched_before_a_reader_comes_near(make_view, parse):
    images = [figure.find("picture/img") for figure in _figures(make_view(), parse)]
    assert [image.get("loading") for image in images] == [None, "lazy"]


@pytest.mark.parametrize(
    "alt", ["Night guards", "night guards image 1", "Night guards (2)", "Night guards 사진 3", "Night guards - photo"]
)
def test_the_title_again_is_no_alternative_text(make_view, parse, alt):
    figure = _figures(make_view(images={"a.jpg": ImageWords(alt=alt)}), parse)[0]
    assert figure.find("picture/img").get("alt") == ""


def test_words_that_only_begin_like_the_title_are_kept(make_view, parse):
    figure = _figures(make_view(images={"a.jpg": ImageWords(alt="Night guards in a box")}), parse)[0]
    assert figure.find("picture/img").get("alt") == "Night guards in a box"


@pytest.mark.parametrize(
    ("kind", "said"), [("photo", None), ("illustration", "illustration"), ("procedure", "shows a procedure")]
)
def test_an_image_that_is_no_plain_photo_says_so(make_view, parse, kind, said):
    figure = _figures(make_view(images={"a.jpg": ImageWords(kind=kind)}), parse)[0]
    assert figure.findtext(".//span[@class='kind']") == said


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (ImageView("withdrawn"), "This image has been withdrawn."),
        (ImageView("absent"), "This image is not available."),
        (None, "This image is not available."),
    ],
)
def test_an_image_not_shown_leaves_its_number_and_no_word_about_it(make_view, change_body, parse, image, said):
    images = {} if image is None else {"a.jpg": image}
    view = change_body(
        make_view(), Figure(1, "a.jpg", "Secret alt", "Secret caption"), **images, other=ImageView("absent")
    )
    page = render_post(view, 1)
    figure = parse(page).find(".//figure")
    assert figure.find(".//img") is None
    assert figure.findtext(".//span[@class='number']") == "Figure 1"
    assert figure.findtext(".//span[@class='caption']") == said
    assert b"Secret" not in page
    assert b"Noeul Dental website" not in page
