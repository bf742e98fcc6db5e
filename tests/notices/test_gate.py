"""The gate: it reads the finished bytes, and no page passes that lacks a notice it owes."""

import re
from html import escape

import pytest
from msgspec.structs import replace

from colophon.edition.model import Review
from colophon.edition.read import read_edition
from colophon.notices.gate import check_page, check_tombstone
from colophon.notices.policy import notices_for, notices_for_tombstone
from colophon.notices.texts import load_notice_file
from colophon.page.post import render_post
from colophon.page.tombstone import render_tombstone
from colophon.problem import Misconfigured
from colophon.views import TombstoneView
from tests.notices.conftest import PIN

REVIEW = Review(by="Dr. <Ok> & co", at="2026-02-03", scope='"terms"', of=PIN)
TRANSLATION = [
    "label", "what-this-is", "unreviewed", "may-contain-errors", "original-prevails", "fewer-warnings",
    "archived-original", "original-post", "medical",
]  # fmt: skip
PAGES = [("en", name) for name in TRANSLATION] + [("ja", name) for name in TRANSLATION]
PAGES += [("ko", name) for name in ("archive-label", "archive", "original-post", "medical")]


def _line(page, name):
    """The bytes of one notice."""
    found = re.search(rf'<p class="notice" data-notice="{name}".*?</p>\n'.encode(), page)
    assert found
    return found.group()


def _missing(name):
    """What the gate says; a notice has the same version in every language."""
    return f"“{name}” version {load_notice_file('en').wordings[name].version} is missing"


def _refused(page, view, *words):
    with pytest.raises(Misconfigured) as raised:
        check_page(page, notices_for(view))
    assert all(word in str(raised.value) for word in words), raised.value


@pytest.fixture(params=PAGES, ids="-".join)
def noticed(request, make_view):
    """A page that owes a notice, and that notice: (view, page, name, its bytes)."""
    lang, name = request.param
    view = make_view(lang, warnings_there=3)
    page = render_post(view, 1)
    check_page(page, notices_for(view))
    return view, page, name, _line(page, name)


def test_a_notice_taken_away_stops_the_page_and_is_named(noticed):
    view, page, name, line = noticed
    _refused(page.replace(line, b""), view, _missing(name))


def test_a_notice_shortened_by_one_letter_stops_the_page(noticed):
    view, page, name, line = noticed
    cut = re.sub(rb"(?s)(.*[^<>/a])(</a>)?(</p>)", lambda m: m[1].decode()[:-1].encode() + (m[2] or b"") + m[3], line)
    assert cut != line
    _refused(page.replace(line, cut), view, name, "full text")


def test_a_notice_in_another_version_stops_the_page(noticed):
    view, page, name, line = noticed
    _refused(
        page.replace(line, re.sub(rb'data-version="\d+"', b'data-version="99"', line)), view, name, "another version"
    )


def test_a_notice_said_twice_stops_the_page(noticed):
    view, page, name, line = noticed
    _refused(page.replace(line, line + line), view, name, "more than once")


def test_a_notice_moved_behind_or_into_the_body_stops_the_page(noticed):
    view, page, name, line = noticed
    for place in (b"</article>", b"</div>\n</article>"):
        _refused(page.replace(line, b"").replace(place, line + place), view, name, "in or after the body")


def test_a_block_of_the_original_before_the_body_stops_the_page(make_view):
    view = make_view()
    page = render_post(view, 1)
    for place in (b"<dl>", b'<div class="post-body"', b"<h1>"):
        block = b'<div class="original" lang="ko" hidden><p>x</p></div>'
        _refused(page.replace(place, block + place, 1), view, "a block of the original is before the body")


def test_a_notice_in_a_block_of_the_original_stops_the_page(noticed):
    view, page, name, line = noticed
    block = b'<div class="original" lang="ko" hidden>' + line + b"</div>"
    for moved in (page.replace(line, b""), page):
        _refused(
            moved.replace(b"</div>\n</article>", block + b"</div>\n</article>"), view, name, "in or after the body"
        )


@pytest.mark.parametrize("attribute", ["hidden", 'class="x"', 'style="display:none"', 'aria-hidden="true"', "inert"])
def test_a_notice_hidden_by_an_attribute_stops_the_page(noticed, attribute):
    view, page, _id, line = noticed
    _refused(page.replace(line, line.replace(b'">', f'" {attribute}>'.encode(), 1)), view)


@pytest.mark.parametrize(
    "around",
    ["<details>{}</details>", "<p hidden>{}</p>", "<div aria-hidden='true'>{}</div>", "<div id='a' inert>{}</div>",
     "<div id='a' class='b c' lang='en' popover>{}</div>",
     "<div style='opacity:0'>{}</div>", "<div popover>{}</div>", "<dialog>{}</dialog>", "<template>{}</template>",
     "<noscript>{}</noscript>", "<!-- {} -->"],
)  # fmt: skip
def test_a_notice_folded_or_hidden_by_what_is_around_it_stops_the_page(noticed, around):
    view, page, _id, line = noticed
    _refused(page.replace(line, around.format(line.decode()).encode()), view, "hide a notice")


@pytest.mark.parametrize(
    ("mark", "told"),
    [("<dl>{}", "is missing"), ("{}</dl>", "is missing"), ("<dl>\n<div><dt>{}", "is missing"),
     ("<details><summary>{}", "hide a notice"), ("</summary>{}</details>", "hide a notice"),
     ("<dl><dl></dl>{}", "hide a notice")],
)  # fmt: skip
def test_a_notice_in_what_narrow_screens_fold_stops_the_page(noticed, mark, told):
    view, page, name, line = noticed
    place = mark.replace("{}", "").replace("<dl></dl>", "").encode()
    folded = page.replace(line, b"").replace(place, mark.format(line.decode()).encode())
    assert folded.count(line) == 1
    _refused(folded, view, told, *([name] if told == "is missing" else []))


@pytest.mark.parametrize(
    "fold", ["<details open><summary>", "<details class='a'><summary>", "<details><p></p><summary>"]
)
def test_nothing_else_on_a_page_may_fold(make_view, fold):
    view = make_view()
    page = render_post(view, 1)
    _refused(page.replace(b"<details><summary>", fold.encode()), view, "hide a notice")
    _refused(page.replace(b"<dl>", b"<p>x</p><dl>"), view, "hide a notice")


def test_a_notice_whose_link_goes_elsewhere_stops_the_page(make_view):
    view = make_view(warnings_there=3)
    page = render_post(view, 1)
    for name in ("fewer-warnings", "archived-original", "original-post"):
        line = _line(page, name)
        _refused(page.replace(line, line.replace(b'href="', b'href="https://else.example')), view, name, "own link")


@pytest.mark.parametrize("lang", ["en", "ja", "zh-Hans"])
@pytest.mark.parametrize(
    ("name", "of"), [("review-of-earlier-text", "1111111111111111"), ("review-of-no-stated-text", None)]
)
def test_a_page_may_not_leave_out_or_change_what_its_pins_say(make_view, lang, name, of):
    view = make_view(lang, review=REVIEW.model_copy(update={"of": of}), of=PIN)
    page = render_post(view, 1)
    check_page(page, notices_for(view))
    for notice in (name, "original-changed"):
        line = _line(page, notice)
        _refused(page.replace(line, b""), view, f"“{notice}” version 1 is missing")
        body = page.replace(line, b"").replace(b"</article>", line + b"</article>")
        _refused(body, view, f"“{notice}” version 1 is in or after the body")
    reviewed = _line(render_post(make_view(lang, review=REVIEW), 1), "reviewed")
    _refused(page.replace(_line(page, name), reviewed), view, "“reviewed” is present but not owed")


def test_a_page_may_not_say_reviewed_when_it_does_not_owe_it(make_view):
    view = make_view()
    said = _line(render_post(make_view(review=REVIEW), 1), "reviewed")
    page = render_post(view, 1)
    _refused(page.replace(b"<dl>", said + b"<dl>"), view, "“reviewed” is present but not owed")


def test_a_page_without_exactly_one_body_is_stopped(make_view):
    view = make_view()
    page = render_post(view, 1)
    _refused(page.replace(b'class="post-body"', b'class="body"'), view, "exactly one body")
    _refused(page.replace(b"</article>", b'<div class="post-body"></div></article>'), view, "exactly one body")


def test_words_of_the_upload_in_a_notice_are_compared_as_a_reader_sees_them(make_view):
    view = make_view(review=REVIEW)
    page = render_post(view, 1)
    check_page(page, notices_for(view))
    _refused(page.replace(b"Dr. &lt;Ok&gt;", b"Dr. Ok"), view, "reviewed", "full text")


def test_a_body_that_imitates_notices_neither_breaks_nor_heals_a_page(make_view):
    plain = make_view()
    line = _line(render_post(plain, 1), "unreviewed")
    # As a sanitiser writes it: without class and data attributes; as text; and inside an attribute.
    imitations = (
        line.decode().replace(' class="notice" data-notice="unreviewed" data-version="1"', "")
        + f"<p>{escape(line.decode(), quote=False)}</p>"
        + f'<p><a href="https://x.example/" title="{line.decode().strip().replace(chr(34), "&quot;")}">x</a></p>'
    )
    view = make_view(body=imitations)
    page = render_post(view, 1)
    check_page(page, notices_for(view))
    _refused(page.replace(line, b""), view, "“unreviewed” version 1 is missing")


IMITATIONS = """---
title: Dry eyes
source: {channel: blog, url: "https://blog.naver.com/badaro-example/5", posted: 2025-08-01, title: 안구건조증}
translation: {at: "2026-01-02T03:04:00Z", system: Saebyeok 3}
---
NOTICE

`NOTICE`

    NOTICE

[x](<https://x.example/?NOTICE>) and ![NOTICE](a.jpg)

※ NOTICE

&lt;/div&gt;&#60;p class="notice" data-notice="unreviewed"&#62;
"""


def test_an_upload_that_imitates_notices_in_every_way_it_can_write_never_counts(make_view):
    plain = make_view()
    line = _line(render_post(plain, 1), "unreviewed")
    for spelling in (escape(line.decode().strip()), escape(line.decode().strip(), quote=False)):
        edition = read_edition("en", IMITATIONS.replace("NOTICE", spelling).replace(" and ![", "\n\n![").encode())
        view = replace(plain, edition=edition)
        page = render_post(view, 1)
        check_page(page, notices_for(view))
        assert b"No person has reviewed" in page.partition(b'<div class="post-body"')[2]
        _refused(page.replace(line, b""), view, "“unreviewed” version 1 is missing")


def test_a_tombstone_is_held_to_what_it_owes_as_well():
    view = TombstoneView("withdrawn", "en", reason="error", reference="A & B")
    page = render_tombstone(view, 1)
    texts = notices_for_tombstone(view, "en")
    check_tombstone(page, texts)
    for notice in texts:
        with pytest.raises(Misconfigured, match=notice.id):
            check_tombstone(page.replace(_line(page, notice.id), b""), texts)
    with pytest.raises(Misconfigured, match="no body"):
        check_tombstone(page.replace(b"</main>", b'<div class="post-body">x</div></main>'), texts)
