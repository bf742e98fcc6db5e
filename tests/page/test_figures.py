"""Figures: words about an image only where the image is."""

import pytest

from colophon.edition.model import Figure, ImageWords
from colophon.page.post import post_page
from colophon.page.view import ShownImage


def _figures(view, parse):
    return list(parse(post_page(view, 1)).iter("figure"))


def test_a_figure_has_size_alt_caption_and_a_credit_that_links(make_view, parse):
    figure = _figures(make_view(), parse)[0]
    image, credit = figure.find("img"), figure.find(".//span[@class='credit']")
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
    assert figure.find("img").get("alt") == "A guard, seen from above"
    assert "".join(figure.find(".//span[@class='credit']").itertext()) == "Source: Seo Ha-neul"
    assert figure.find(".//a") is None


@pytest.mark.parametrize(
    ("kind", "said"), [("photo", None), ("illustration", "illustration"), ("procedure", "shows a procedure")]
)
def test_an_image_that_is_no_plain_photo_says_so(make_view, parse, kind, said):
    figure = _figures(make_view(images={"a.jpg": ImageWords(kind=kind)}), parse)[0]
    assert figure.findtext(".//span[@class='kind']") == said


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (ShownImage("withdrawn"), "This image has been withdrawn."),
        (ShownImage("absent"), "This image is not available."),
        (None, "This image is not available."),
    ],
)
def test_an_image_not_shown_leaves_its_number_and_no_word_about_it(make_view, change_body, parse, image, said):
    images = {} if image is None else {"a.jpg": image}
    view = change_body(
        make_view(), Figure(1, "a.jpg", "Secret alt", "Secret caption"), **images, other=ShownImage("absent")
    )
    page = post_page(view, 1)
    figure = parse(page).find(".//figure")
    assert figure.find(".//img") is None
    assert figure.findtext(".//span[@class='number']") == "Figure 1"
    assert figure.findtext(".//span[@class='caption']") == said
    assert b"Secret" not in page
    assert b"Noeul Dental website" not in page
