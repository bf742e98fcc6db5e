"""Whatever an upload says in its fields, the page's shape is that of plain words."""

import re

import pytest
from msgspec.structs import replace

from colophon.clinic.record import ClinicRecord
from colophon.edition.model import Correction, Figure, ImageWords, Review, Source
from colophon.notices.gate import check_page
from colophon.notices.policy import notices_for
from colophon.page.post import render_post

HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</title></head><body hidden>",
    "</p></section><!-- ",
    "{{ 7*7 }}{% for x in y %}${7*7}",
    '<p class="notice" data-notice="reviewed" data-version="1">Reviewed by a doctor.</p>',
    "&lt;b&gt; &amp;amp; &#0; &notanentity;",
    "\u05e9\u05dc\u05d5\u05dd <bdo dir=rtl>",
    "]]> --> */ \\u003c/script\\u003e",
]


def _everywhere(view, words):
    """``view`` with ``words`` in every field that an upload can fill with free text."""
    front = view.edition.front_matter
    review = Review.model_construct(by=words, at=front.source.posted, scope=words)
    translation = front.translation.model_copy(update={"system": words, "review": review})
    filled = front.model_copy(
        update={
            "title": words,
            "source": Source.model_construct(**{**dict(front.source), "title": words}),
            "translation": translation,
            "images": {
                "a.jpg": ImageWords.model_construct(
                    alt=words, credit=words, credit_url="https://x.example/", kind="photo"
                )
            },
            "tags": (words,),
            "corrections": (Correction.model_construct(at=front.source.posted, note=words),),
        }
    )
    clinic = ClinicRecord.model_construct(**{**dict(view.clinic), "names": {"en": words, "ko": words + "."}})
    site = view.site.model_copy(update={"name": {"en": words}})
    edition = replace(view.edition, front_matter=filled, excerpt=words, blocks=(Figure(1, "a.jpg", words, words),))
    return replace(view, edition=edition, clinic=clinic, site=site)


def _shape(tree):
    """Tags and attribute names, and the values of all attributes but those that hold an upload's words.

    Of a link to the search, only where it searches: the words follow, escaped as in a URL.
    """
    spoken = {"content", "alt", "title"}
    return [
        (e.tag, {k: "" if k in spoken else re.sub(r"#q=[\w.~%-]*\Z", "#q=", v) for k, v in e.attrib.items()})
        for e in tree.iter()
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_every_field_leave_the_tree_as_it_is(make_view, parse, words):
    plain, hostile = (_everywhere(make_view(), said) for said in ("plain", words))
    assert _shape(parse(render_post(hostile, 1))) == _shape(parse(render_post(plain, 1)))


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_as_they_are_and_pass_the_gate(make_view, parse, words):
    hostile = _everywhere(make_view(), words)
    page = render_post(hostile, 1)
    check_page(page, notices_for(hostile))
    assert parse(page).findtext(".//h1") == words.replace("\x00", "")


@pytest.mark.parametrize("contact", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "http://a.example"])
def test_a_contact_of_another_scheme_is_never_a_link(make_view, contact):
    view = make_view()
    page = render_post(replace(view, site=view.site.model_copy(update={"contact": contact})), 1)
    assert contact.encode() not in page
