"""The original beside its translation: each block once, in its place, and nothing of the translation changed by it."""

import gzip
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from msgspec.structs import replace

from colophon.clinic.record import Permission
from colophon.edition.body import read_body
from colophon.edition.model import Edition
from colophon.edition.read import read_edition
from colophon.fidelity.placed_blocks import place_blocks
from colophon.language.served import served_languages
from colophon.language.words import words_for
from colophon.page.post import render_post
from colophon.upload.keys import PageRef
from colophon.views import PostView
from tests.fidelity.test_numbers import PARTS
from tests.golden.making import INBOX
from tests.page.conftest import CLINIC, FRONT, IMAGES, POST, SITE, facts, parsed

ALLOWED = Permission(reference="Letter 4", granted="2025-01-15", scope="originals")
SHOWING = CLINIC.model_copy(update={"permission": ALLOWED})


def make_view(original: str, translation: str, lang: str = "en") -> PostView:
    """A translation with the body ``translation``, of a clinic that allows to show the original beside it."""
    there = Edition("ko", FRONT.model_copy(update={"translation": None}), read_body(original, 1).blocks, "")
    here = Edition(lang, FRONT, read_body(translation, 1).blocks, "")
    images = {figure.name: IMAGES["a.jpg"] for figure in here.figures}
    return PostView(PageRef(POST, lang), here, SHOWING, SITE, images, (facts("ko"),), "", there)


def alone(view: PostView) -> PostView:
    return replace(view, original_edition=None)


def body_of(page: bytes) -> Element:
    return next(each for each in parsed(page).iter("div") if each.get("class") == "post-body")


def show(view: PostView) -> Element:
    return body_of(render_post(view, 1))


def shape(element: Element) -> list[object]:
    """Tags, ids and texts, with those of the original in brackets."""
    found: list[object] = []
    for child in element:
        if child.get("class") == "original":
            found.append(["".join(child.itertext()).strip() if child.tag == "div" else cells(child), child.get("id")])
        elif child.get("class") != "to-original":
            found.append((child.tag, child.get("id"), (child.text or "").strip()))
            found += shape(child)
    return found


def cells(row: Element) -> str:
    return " | ".join("".join(cell.itertext()) for cell in row)


def strip_originals(element: Element) -> Element:
    """``element`` without the original and the links to it."""
    before: Element | None = None
    for child in list(element):
        if child.get("class") in ("original", "to-original"):
            tail = child.tail or ""
            if before is None:
                element.text = (element.text or "") + tail
            else:
                before.tail = (before.tail or "") + tail
            element.remove(child)
        else:
            before = strip_originals(child)
    return element


def words_of(element: Element) -> str:
    """The text of ``element`` without the marks of footnotes."""
    inner = "".join(("" if child.tag == "sup" else words_of(child)) + (child.tail or "") for child in element)
    return (element.text or "") + inner


def listing(element: Element) -> list[tuple[object, ...]]:
    return [
        (
            each.tag,
            sorted(each.attrib.items()),
            " ".join((each.text or "").split()),
            " ".join((each.tail or "").split()),
        )
        for each in element.iter()
    ]


NONE_HERE = words_for("en").none_in_translation
NONE_THERE = words_for("en").none_in_original


@pytest.mark.parametrize(
    ("original", "translation", "shown"),
    [
        ("하나", "One", [("p", "p1", "One"), ["하나", "p1-ko"]]),
        ("# 제목\n\n글", "# Head\n\nText", [
            ("h2", "p1", "Head"), ["제목", "p1-ko"], ("p", "p2", "Text"), ["글", "p2-ko"]]),
        ("- 가\n- 나", "- a\n- b", [
            ("ul", None, ""), ("li", "p1", "a"), ["가", "p1-ko"], ("li", "p2", "b"), ["나", "p2-ko"]]),
        ("- 가\n  - 나", "- a\n  - b", [
            ("ul", None, ""), ("li", "p1", "a"), ["가", "p1-ko"],
            ("ul", None, ""), ("li", "p2", "b"), ["나", "p2-ko"]]),
        ("※ 주의", "※ Care", [("div", None, ""), ("p", "p1", "※ Care"), ["※ 주의", "p1-ko"]]),
        ("```\n가\n```", "```\na\n```", [("pre", "p1", ""), ("code", None, "a"), ["가", "p1-ko"]]),
        # A table's row is a row below, not a paragraph in it.
        ("|가|나|\n|-|-|\n|1|2|", "|a|b|\n|-|-|\n|1|2|", [
            ("table", None, ""), ("thead", None, ""), ("tr", "p1", ""), ("th", None, "a"), ("th", None, "b"),
            ["가 | 나", "p1-ko"], ("tbody", None, ""), ("tr", "p2", ""), ("td", None, "1"), ("td", None, "2"),
            ["1 | 2", "p2-ko"]]),
        # Of other columns, in one cell.
        ("|가|나|\n|-|-|\n|1|2|", "|a|\n|-|\n|1|", [
            ("table", None, ""), ("thead", None, ""), ("tr", "p1", ""), ("th", None, "a"), ["가 · 나", "p1-ko"],
            ("tbody", None, ""), ("tr", "p2", ""), ("td", None, "1"), ["1 · 2", "p2-ko"]]),
        # What one of the two lacks stands in its place, after the list and not in it.
        ("- 가\n- 나\n\n글\n\n# 끝", "- a\n- b\n\n# End", [
            ("ul", None, ""), ("li", "p1", "a"), ["가", "p1-ko"], ("li", "p2", "b"), ["나", "p2-ko"],
            [NONE_HERE + "글", None], ("h2", "p3", "End"), ["끝", "p3-ko"]]),
        ("- 가 1\n- 나 2\n- 다 3", "- a 1\n- b 2", [
            ("ul", None, ""), ("li", "p1", "a 1"), ["가 1", "p1-ko"], ("li", "p2", "b 2"), ["나 2", "p2-ko"],
            [NONE_HERE + "다 3", None]]),
        ("# 앞\n\n- 가", "- a", [[NONE_HERE + "앞", None], ("ul", None, ""), ("li", "p1", "a"), ["가", "p1-ko"]]),
        ("|가|\n|-|\n|1|\n|2|", "|a|\n|-|\n|1|", [
            ("table", None, ""), ("thead", None, ""), ("tr", "p1", ""), ("th", None, "a"), ["가", "p1-ko"],
            ("tbody", None, ""), ("tr", "p2", ""), ("td", None, "1"), ["1", "p2-ko"], [NONE_HERE + "2", None]]),
        ("- 가", "- a\n\n# More", [
            ("ul", None, ""), ("li", "p1", "a"), ["가", "p1-ko"], ("h2", "p2", "More"), [NONE_THERE, None]]),
        ("|가|\n|-|", "|a|\n|-|\n|1|", [
            ("table", None, ""), ("thead", None, ""), ("tr", "p1", ""), ("th", None, "a"), ["가", "p1-ko"],
            ("tbody", None, ""), ("tr", "p2", ""), ("td", None, "1"), [NONE_THERE, None]]),
        # Two of the original that follow each other without a counterpart say so once.
        ("가\n\n# 하나\n\n# 둘", "a", [("p", "p1", "a"), ["가", "p1-ko"], [NONE_HERE + "하나둘", None]]),
    ],
)  # fmt: skip
def test_each_block_of_the_original_stands_below_its_counterpart(
    original: str, translation: str, shown: list[object]
) -> None:
    assert shape(show(make_view(original, translation))) == shown


@pytest.mark.parametrize(
    ("original", "translation", "words"),
    [
        ("- 가\n- 나\n\n글\n\n# 끝", "- a\n- b\n\n# End", f"{NONE_HERE}글"),
        ("|가|\n|-|\n\n글", "|a|\n|-|", f"{NONE_HERE}글"),
        ("> 가 1\n\n![](b.jpg)", "> a 1", f"{NONE_HERE}그림 1 "),
        ("※ 주의", "※ Care", "※ 주의"),
    ],
)
def test_nothing_is_put_into_a_list_a_table_or_a_warning_that_does_not_belong_there(
    original: str, translation: str, words: str
) -> None:
    outside = show(make_view(original, translation)).findall("div[@class='original']")
    assert words in ["".join(block.itertext()) for block in outside]


def test_a_figure_is_shown_once_and_its_caption_twice() -> None:
    view = make_view('![가](a.jpg "나")', '![a](a.jpg "b")')
    page = render_post(view, 1)
    assert page.count(b"<figure") == page.count(b"<img") == 1
    caption = body_of(page).find("div")
    assert caption is not None
    assert "".join(caption.itertext()) == "그림 1 나"
    assert show(make_view("![가](a.jpg)", "![a](a.jpg)")).find("div") is None


def test_a_figure_that_the_translation_lacks_is_named_with_the_way_to_it() -> None:
    block = show(make_view('글\n\n![가](a.jpg "나")', "Text")).findall("div")[-1]
    link = block.find(".//a")
    assert link is not None
    assert link.get("href") == "/ko/noeul-dental/night-guards/#p2"
    assert "".join(block.itertext()) == f"{NONE_HERE}그림 1 나"
    assert b"<img" not in render_post(make_view("글\n\n![가](a.jpg)", "Text"), 1)


def test_footnotes_of_the_original_lead_to_its_own() -> None:
    body = show(make_view("가[^1]\n\n[^1]: 나", "a[^1]\n\n[^1]: b"))
    links = [(link.get("href"), link.get("id")) for link in body.iter("a") if link.get("class") != "to-original"]
    assert links == [
        ("#fn-1", "fnref-1"), ("#fn-1-ko", "fnref-1-ko"), ("#fnref-1", None), ("#fnref-1-ko", None),
    ]  # fmt: skip
    assert "fn-1-ko" in {each.get("id") for each in body.iter()}


def test_paragraphs_that_one_of_the_original_holds_lead_to_it_each() -> None:
    long = "가나다라마바사아자차카타파하 " * 6
    original = f"짧은 글입니다.\n\n{long}. {long}.\n\n# 끝"
    half = "This is as long as one half of the other one would be in this language, more or less it is that " * 2
    body = show(make_view(original, f"A short text.\n\n{half}.\n\n{half}.\n\n# End"))
    held = next(each for each in body.iter() if each.get("id") == "p2-ko")
    assert [each.get("id") for each in held.iter("span")] == ["p3-ko"]
    links = [link.get("href") for link in body.iter("a") if link.get("class") == "to-original"]
    assert links == ["#p1-ko", "#p2-ko", "#p3-ko"]
    assert [each[1] for each in shape(body) if isinstance(each, list)] == ["p1-ko", "p2-ko", "p4-ko"]


@example(["[^2]: ", "one", "[^2]"], ["one"], "\n")
@example(["- text\n  ![a](c.jpg)\n  more"], ["one"], "\n")
@given(
    some.lists(some.sampled_from(PARTS), min_size=1, max_size=7),
    some.lists(some.sampled_from(PARTS), min_size=1, max_size=7),
    some.sampled_from(["\n", "\n\n"]),
)
def test_whatever_the_two_hold_the_page_is_whole(there: list[str], here: list[str], between: str) -> None:
    original, translation = between.join(there), between.join(here)
    if not (read_body(original, 1).is_valid and read_body(translation, 1).is_valid):
        return
    view = make_view(original, translation)
    # A page that is not well-formed fails here.
    body = show(view)
    ids = Counter(each.get("id") for each in body.iter() if each.get("id"))
    assert {name for name, count in ids.items() if count > 1} == set()
    assert all(
        each.get("href") in {f"#{name}" for name in ids} for each in body.iter("a") if each.get("href", "")[:1] == "#"
    )
    texts = "".join(words_of(each) for each in body.iter() if each.get("class") == "original")
    for block in place_blocks(view.original_edition.blocks if view.original_edition else ()):
        if not block.figure:
            assert "".join(block.text.split()) in "".join(texts.split()).replace("·", "")
    # Nothing but additions: without them it is the page of the translation alone.
    assert listing(strip_originals(body)) == listing(show(alone(view)))


BOTH = make_view("# 제목\n\n글\n\n- 가", "# Head\n\nText\n\n- a")


@pytest.mark.parametrize(
    ("permission", "switch"),
    [
        (None, True),
        (ALLOWED.model_copy(update={"scope": None}), True),
        (ALLOWED.model_copy(update={"scope": "translations"}), True),
        (ALLOWED, False),
    ],
)
def test_without_permission_or_with_the_switch_off_the_page_has_not_a_byte_of_it(
    permission: Permission | None, switch: bool
) -> None:
    clinic = CLINIC.model_copy(update={"permission": permission})
    site = SITE.model_copy(update={"beside": switch})
    page = render_post(replace(BOTH, clinic=clinic, site=site), 1)
    assert page == render_post(replace(BOTH, clinic=clinic, site=site, original_edition=None), 1)
    assert not any(word in page for word in (b' class="original"', b'-ko"', b'"compare"', "제목".encode()))
    assert page == render_post(alone(BOTH), 1)


def test_it_opens_by_a_link_between_the_notices_and_the_text() -> None:
    page = render_post(BOTH, 1)
    parts = [
        page.index(mark) for mark in (b'data-notice="medical"', b"</section>\n<p class", b'<div class="post-body"')
    ]
    assert parts == sorted(parts)
    opener = parsed(page).find(".//p[@id='compare']")
    assert opener is not None
    show_link, hide_link = opener.iter("a")
    assert (show_link.get("href"), hide_link.get("href")) == ("#compare", f"#{show_link.get('id')}")
    assert show_link.text == "Show the original beside the translation"


def test_the_outline_of_headings_is_that_of_the_translation() -> None:
    pages = [parsed(render_post(view, 1)) for view in (BOTH, alone(BOTH))]
    levels = [[each.tag for each in page.iter() if each.tag in ("h1", "h2", "h3", "h4")] for page in pages]
    assert levels[0] == levels[1]


def test_the_original_is_marked_as_such_for_readers_and_machines() -> None:
    (first, *others) = [each for each in show(BOTH).iter() if each.get("class") == "original"]
    assert {"lang": "ko", "role": "blockquote", "id": "p1-ko", "class": "original"}.items() <= first.attrib.items()
    assert all("hidden" in each.attrib and "data-nosnippet" in each.attrib for each in (first, *others))


def test_a_copy_of_the_text_holds_nothing_of_the_links_to_it() -> None:
    links = [each for each in show(BOTH).iter("a") if each.get("class") == "to-original"]
    assert [(link.get("href"), link.text, link.get("aria-label")) for link in links] == [
        ("#p2-ko", None, "Original"), ("#p3-ko", None, "Original"),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", [lang for lang in served_languages() if lang != "ko"])
def test_a_part_without_a_counterpart_says_so_in_the_language_of_the_page(lang: str) -> None:
    words = words_for(lang)
    body = show(make_view("글\n\n![](b.jpg)", "Text\n\n![](a.jpg)", lang))
    notes = [(each.text, each.get("lang")) for each in body.iter("p") if each.get("class") == "none"]
    assert notes == [(words.none_in_translation, lang), (words.none_in_original, lang)]


def test_only_a_translation_has_it() -> None:
    view = replace(BOTH, page=PageRef(POST, "ko"), edition=BOTH.original_edition, original_edition=None, siblings=())
    assert b"compare" not in render_post(view, 1)


SAMPLES = [path for path in sorted(INBOX.glob("posts/*/*/ko.md")) if path.with_name("en.md").exists()]


@pytest.mark.parametrize(
    "path", [path for path in SAMPLES if path.with_name("en.md").exists()], ids=lambda path: path.parent.name
)
def test_a_page_with_it_weighs_at_most_seven_tenths_more(path: Path) -> None:
    there, here = (read_edition(lang, path.with_name(f"{lang}.md").read_bytes()) for lang in ("ko", "en"))
    images = {figure.name: IMAGES["a.jpg"] for figure in here.figures}
    view = replace(BOTH, edition=here, original_edition=there, images=images)
    weights = [len(gzip.compress(render_post(each, 1), 6)) for each in (view, alone(view))]
    assert 1 < weights[0] / weights[1] <= 1.7
