"""How an image was made: what the caption and JSON-LD say of it, in whose name, and that they say nothing unasked."""

import json

import pytest
from msgspec.structs import replace

from colophon.edition.model import ImageWords
from colophon.images.mark import SOURCE_TYPES, ImageMark
from colophon.language.served import served_languages
from colophon.language.words import words_for
from colophon.page.post import render_post
from tests.page.conftest import IMAGES

AI, CAMERA = "trainedAlgorithmicMedia", "digitalCapture"


def _page(make_view, parse, mark, made=None, lang="en"):
    view = make_view(lang, images={"a.jpg": ImageWords(made=made)})
    shown = {**IMAGES, "a.jpg": replace(IMAGES["a.jpg"], mark=mark)}
    return parse(render_post(replace(view, images=shown), 1))


def _captions(page):
    return [span.text for span in page.iter("figure").__next__().iterfind(".//span[@class='made']")]


def _sources(page):
    image, other = json.loads(page.find(".//script").text)["image"]
    assert "digitalSourceType" not in other
    return image.get("digitalSourceType")


def _member(name):
    return f"https://schema.org/{name}DigitalSource"


@pytest.mark.parametrize(
    ("mark", "made", "captions", "sources"),
    [
        (ImageMark(), None, [], None),
        (ImageMark(AI), None, ["The picture’s file says: made with AI."], _member("TrainedAlgorithmicMedia")),
        (ImageMark(AI), "ai", ["The picture’s file says: made with AI."], _member("TrainedAlgorithmicMedia")),
        (ImageMark(), "ai", ["Stated by this site: made with AI."], _member("TrainedAlgorithmicMedia")),
        (
            ImageMark(),
            "edited-with-ai",
            ["Stated by this site: edited with AI."],
            _member("CompositeWithTrainedAlgorithmicMedia"),
        ),
        (ImageMark(), "camera", ["Stated by this site: recorded by a camera."], _member("DigitalCapture")),
        (
            ImageMark(AI),
            "camera",
            ["The picture’s file says: made with AI.", "This site says otherwise: recorded by a camera."],
            [_member("TrainedAlgorithmicMedia"), _member("DigitalCapture")],
        ),
        (
            ImageMark("compositeSynthetic"),
            "edited-with-ai",
            ["The picture’s file says: put together, in part from pictures made with AI."],
            _member("CompositeSynthetic"),
        ),
        (
            ImageMark(has_credentials=True),
            None,
            ["The upload carried Content Credentials. They were not checked, and this copy does not have them."],
            None,
        ),
        (
            ImageMark(CAMERA, has_credentials=True),
            None,
            [
                "The picture’s file says: recorded by a camera.",
                "The upload carried Content Credentials. They were not checked, and this copy does not have them.",
            ],
            _member("DigitalCapture"),
        ),
    ],
)
def test_caption_and_json_ld_say_how_an_image_was_made_and_who_says_so(make_view, parse, mark, made, captions, sources):
    page = _page(make_view, parse, mark, made)
    assert _captions(page) == captions
    assert _sources(page) == sources


def test_an_image_of_which_nothing_is_known_has_no_word_about_it(make_view):
    """That a file has no mark says nothing, so the page is the same as before there were marks."""
    page = render_post(make_view(), 1).decode()
    words = words_for("en")
    for word in (*words.made_kinds.values(), "Content Credentials", 'class="made"'):
        assert word not in page
    for claim in ("authentic", "real photo", "genuine", "verified"):
        assert claim not in page.lower()


def test_an_image_that_is_not_shown_says_nothing_of_itself(make_view, parse):
    view = make_view(images={"a.jpg": ImageWords(made="ai")})
    hidden = replace(view, images={**IMAGES, "a.jpg": replace(IMAGES["a.jpg"], state="withdrawn", mark=ImageMark(AI))})
    assert _captions(parse(render_post(hidden, 1))) == []


@pytest.mark.parametrize("lang", served_languages())
def test_every_interface_language_says_it_in_its_own_words(make_view, parse, lang):
    if lang == "zh-Hans":
        words = words_for(lang)
        assert len({words.made_kinds[kind] for kind in SOURCE_TYPES.values()}) == len(set(SOURCE_TYPES.values()))
        return
    told = _captions(_page(make_view, parse, ImageMark(AI, has_credentials=True), "camera", lang))
    words = words_for(lang)
    assert told == [
        words.made_file.format(how=words.made_kinds["ai"]),
        words.made_stated_otherwise.format(how=words.made_kinds["camera"]),
        words.made_credentials,
    ]


@pytest.mark.parametrize("term", SOURCE_TYPES)
def test_every_term_is_a_member_of_schema_org_or_its_own_address(make_view, parse, term):
    # https://schema.org/IPTCDigitalSourceEnumeration, the members of version 29.
    members = {
        "AlgorithmicMedia", "AlgorithmicallyEnhanced", "Composite", "CompositeCapture", "CompositeSynthetic",
        "CompositeWithTrainedAlgorithmicMedia", "DataDrivenMedia", "DigitalArt", "DigitalCapture", "MinorHumanEdits",
        "MultiFrameComputationalCapture", "NegativeFilm", "PositiveFilm", "Print", "ScreenCapture",
        "TrainedAlgorithmicMedia", "VirtualRecording",
    }  # fmt: skip
    told = _sources(_page(make_view, parse, ImageMark(term)))
    if told.startswith("https://schema.org/"):
        assert told.removeprefix("https://schema.org/").removesuffix("DigitalSource") in members
    else:
        assert told == f"http://cv.iptc.org/newscodes/digitalsourcetype/{term}"
