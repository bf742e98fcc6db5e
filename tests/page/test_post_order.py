"""What stands where on a post's page."""

from msgspec.structs import replace

from colophon.page.post import render_post
from colophon.views import ImageView

SECTIONS = [
    "label", "h1", "byline", "source-title", "excerpt", "notice-box", "corrections", "post-body", "read-on"
]  # fmt: skip
NOTICES = [
    "label", "what-this-is", "unreviewed", "may-contain-errors", "original-prevails", "fewer-warnings",
    "archived-original", "original-post", "medical",
]  # fmt: skip


def _landmarks(tree):
    for element in tree.iter():
        name = element.get("data-notice") if element.get("data-notice") == "label" else element.get("class")
        if element.tag == "h1" or name in SECTIONS:
            yield "h1" if element.tag == "h1" else name


def _with_excerpt(view, words: str):
    """``view`` with an excerpt in its front matter."""
    front = view.edition.front_matter.model_copy(update={"excerpt": words})
    return replace(view, edition=replace(view.edition, front_matter=front, excerpt=words))


def test_everything_stands_in_the_order_that_readers_are_promised(make_view, parse):
    tree = parse(render_post(_with_excerpt(make_view(), "Why to wear one."), 1))
    assert list(_landmarks(tree)) == SECTIONS
    assert tree.findtext(".//p[@class='excerpt']") == "Why to wear one."


def test_an_excerpt_that_was_derived_from_the_text_does_not_stand_above_it_again(make_view, parse):
    view = make_view()
    assert view.edition.front_matter.excerpt is None
    tree = parse(render_post(view, 1))
    assert view.edition.excerpt
    assert list(_landmarks(tree)) == [name for name in SECTIONS if name != "excerpt"]
    assert tree.find(".//meta[@name='description']").get("content") == view.edition.excerpt


def test_every_notice_stands_before_the_body_and_outside_it(make_view, parse):
    tree = parse(render_post(make_view(warnings=3), 1))
    seen = [(e.get("data-notice"), e.get("class")) for e in tree.iter() if e.get("data-notice") or e.get("class")]
    body = seen.index((None, "post-body"))
    assert [notice for notice, _ in seen[:body] if notice] == NOTICES
    assert not [notice for notice, _ in seen[body:] if notice]


def test_there_is_one_h1_and_it_is_the_title(make_view, parse):
    headings = parse(render_post(make_view(), 1)).findall(".//h1")
    assert [heading.text for heading in headings] == ["Night guards"]


def test_the_notice_box_names_clinic_dates_with_zone_and_system(make_view, parse):
    box = parse(render_post(make_view(), 1)).find(".//section[@class='notice-box']/dl")
    facts = {row.findtext("dt"): "".join(row.find("dd").itertext()) for row in box}
    assert facts == {
        "Clinic": "Noeul Dental · 노을치과의원",
        "Original published": "February 3, 2025",
        "Translated": "April 22, 2026 at 2:39 PM UTC+09:00",
        "Translated with": "Saebyeok 3",
    }
    stamps = [time.get("datetime") for time in box.iter("time")]
    assert stamps == ["2025-02-03", "2026-04-22T14:39:00+09:00"]


def test_a_toggle_that_holds_nothing_stands_right_before_the_list_that_narrow_screens_fold(make_view, parse):
    box = parse(render_post(make_view(warnings=3), 1)).find(".//section[@class='notice-box']")
    (toggle,) = box.iter("details")
    children = list(box)
    assert [element.tag for element in children[children.index(toggle) :]] == ["details", "dl"]
    assert [(element.tag, element.text) for element in toggle] == [("summary", "Clinic, dates and system")]
    assert toggle.attrib == {}
    assert not [element for element in children[-1].iter() if element.get("data-notice")]


def test_nothing_but_that_list_is_folded_and_source_warnings_never_are(make_view, parse):
    tree = parse(render_post(make_view(warnings=3), 1))
    assert len(list(tree.iter("details"))) == 1
    assert tree.find(".//div[@class='post-body']//div[@class='source-warning']") is not None


def test_a_source_warning_is_a_block_of_its_own_where_it_stood(make_view, parse):
    blocks = list(parse(render_post(make_view(), 1)).find(".//div[@class='post-body']"))
    assert [block.get("class") or block.tag for block in blocks] == ["p", "figure", "source-warning", "figure", "p"]
    assert "".join(blocks[2].itertext()).strip() == "※ Jaw pain may occur."


def test_reading_on_leads_to_the_own_entry_archive_profile_and_the_other_languages(make_view, parse):
    links = parse(render_post(make_view(), 1)).findall(".//nav[@class='read-on']//a")
    assert [(link.get("href"), link.get("lang"), link.get("hreflang")) for link in links] == [
        ("/en/noeul-dental/2025/02/#night-guards", None, None),
        ("/en/noeul-dental/", None, None),
        ("/en/noeul-dental/profile/", None, None),
        ("/ja/noeul-dental/night-guards/", "ja", "ja"),
        ("/ko/noeul-dental/night-guards/", "ko", "ko"),
    ]
    assert [link.text for link in links[3:]] == ["日本語", "한국어"]


def test_a_page_without_corrections_excerpt_or_siblings_has_no_empty_places_for_them(make_view, parse):
    bare = make_view(siblings=(), corrections=())
    tree = parse(render_post(replace(bare, edition=replace(bare.edition, excerpt="")), 1))
    found = list(_landmarks(tree))
    assert "corrections" not in found
    assert "excerpt" not in found
    assert tree.find(".//a[@hreflang]") is None


def test_the_same_view_makes_the_same_bytes_and_only_rev_tells_two_apart(make_view):
    first, again, later = (render_post(make_view(), rev) for rev in (7, 7, 8))
    assert first == again
    assert later == first.replace(b'name="colophon-rev" content="7"', b'name="colophon-rev" content="8"')


def test_images_in_another_state_never_change_the_numbers(make_view, parse):
    shown = make_view()
    gone = replace(shown, images={**shown.images, "a.jpg": ImageView("withdrawn")})
    numbers = [
        [figure.findtext(".//span[@class='number']") for figure in parse(render_post(each, 1)).iter("figure")]
        for each in (shown, gone)
    ]
    assert numbers == [["Figure 1", "Figure 2"]] * 2
