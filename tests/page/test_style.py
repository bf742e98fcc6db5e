"""The style sheet: named by its content, readable in both lights, hiding nothing."""

import re
from hashlib import sha256

import pytest
from babel import Locale
from babel.core import get_global

from colophon.language.served import served_languages
from colophon.page.frame import load_style_sheet, style_path

PAIRS = [
    ("ink", "paper"), ("soft", "paper"), ("link", "paper"), ("notice-ink", "notice-paper"),
    ("label-ink", "label-paper"), ("ink", "warning-paper"), ("ink", "quiet-paper"), ("link", "warning-paper"),
    ("link", "card"), ("soft", "card"), ("ink", "card"), ("soft", "quiet-paper"), ("paper", "ink"),
    ("warning-ink", "warning-paper"),
]  # fmt: skip


def _colours(scheme):
    sheet = load_style_sheet()[1].decode()
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    light = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[0]))
    dark = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", blocks[1]))
    return light if scheme == "light" else light | dark


def _luminance(colour):
    """WCAG 2.2, "relative luminance"."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_text_keeps_the_contrast_of_wcag_aa(scheme, ink, paper):
    colours = _colours(scheme)
    darker, lighter = sorted((_luminance(colours[ink]), _luminance(colours[paper])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_the_key_is_the_hash_of_the_content_and_pages_link_to_it():
    key, sheet = load_style_sheet()
    assert key == f"assets/style.{sha256(sheet).hexdigest()[:12]}.css"
    assert style_path() == f"/{key}"


@pytest.mark.parametrize("word", ["@import", "url(", "src(", "image-set(", "@font-face"])
def test_nothing_is_fetched(word):
    assert word not in load_style_sheet()[1].decode()


def _layers():
    """The order of the layers as declared, and the text of each."""
    sheet = re.sub(r"/\*.*?\*/", "", load_style_sheet()[1].decode(), flags=re.DOTALL)
    order = re.match(r"\s*@layer ([a-z, ]+);", sheet)
    assert order, "the order of the layers is the first that the sheet says"
    return order[1].split(", "), dict(re.findall(r"^@layer ([a-z]+) \{\n(.*?)^\}", sheet, re.DOTALL | re.MULTILINE))


def _rules(layer):
    return re.findall(r"([^{};]+)\{([^{}]*)\}", layer)


def test_the_notices_are_guarded_in_the_first_layer_where_important_wins_over_all_that_is_later():
    order, layers = _layers()
    assert order[0] == "notices"
    assert set(order) == set(layers)
    for selector, declarations in _rules(layers["notices"]):
        assert all(one.endswith("!important") for one in map(str.strip, declarations.split(";")) if one), selector
    assert "!important" not in layers["look"]


def _held(selector):
    """The declarations of the rules of the first layer that are for ``selector`` among others."""
    rules = _rules(_layers()[1]["notices"])
    return " ".join(
        declarations
        for selectors, declarations in rules
        if selector in re.split(r",\s+(?![^()]*\))", selectors.strip())
    )


@pytest.mark.parametrize(
    "held",
    ["display: block", "visibility: visible", "opacity: 1", "clip-path: none", "position: relative", "transform: none",
     "height: auto", "max-height: none", "overflow: visible", "text-indent: 0", "content-visibility: visible",
     "zoom: 1", "z-index: 2147483647", "column-count: auto", "color: var(--notice-ink)",
     "background: var(--notice-paper)",
     "-webkit-text-fill-color: currentcolor", "unicode-bidi: isolate", "letter-spacing: normal", "outline: none"],
)  # fmt: skip
@pytest.mark.parametrize("selector", [".notice", ".notice-box", ".source-warning"])
def test_nothing_later_can_take_a_notice_out_of_sight(selector, held):
    assert f"{held} !important" in _held(selector)


@pytest.mark.parametrize(
    "held",
    ["visibility: visible", "opacity: 1", "clip-path: none", "position: static", "transform: none", "height: auto",
     "overflow: visible", "z-index: auto", "mix-blend-mode: normal", "column-count: auto", "zoom: 1"],
)  # fmt: skip
def test_nor_what_holds_it(held):
    assert f"{held} !important" in _held(":has(.notice, .source-warning)")


def test_what_is_in_a_notice_has_nothing_of_a_site_s_own_sheet():
    assert "all: revert !important" in _held(":is(.notice, .notice-box, .source-warning) *")


def test_a_notice_has_a_size_between_what_can_be_read_and_what_fits():
    selectors = (".notice", ".source-warning", ".notice-box", ":is(.post-header, .entry) > .notice")
    size = re.compile(r"font-size: clamp\((\d+)px, .*?, (\d+)px\) !important")
    sizes = {selector: size.findall(_held(selector)) for selector in selectors}
    assert sizes == {
        ".notice": [("13", "40")],
        ".source-warning": [("13", "40")],
        # The second is that of narrow screens.
        ".notice-box": [("13", "40")] * 2,
        ":is(.post-header, .entry) > .notice": [("12", "40")],
    }


@pytest.mark.parametrize("rule", ["visibility", "opacity", "clip", "font-size: 0", "text-indent", "content-visibility"])
def test_no_rule_of_the_look_could_hide_a_notice(rule):
    # A search field that waits for its script holds no notice of the page, and a placeholder is in full ink.
    look = re.sub(r"\.search\[hidden\] \{[^}]*\}|(?<=::placeholder )\{[^}]*opacity: 1; \}", "", _layers()[1]["look"])
    assert rule not in look


def test_only_what_is_of_no_use_on_paper_is_left_out_and_only_there():
    look = _layers()[1]["look"]
    left_out = [selector.strip() for selector, rules in _rules(look) if "display: none" in rules]
    assert left_out == [".skip, .languages, .breadcrumb, .search, .feeds, .neighbours, .beside a, .to-original"]
    assert look.index("display: none") > look.index("@media print")


def _of_the_original(selector):
    """Whether ``selector`` is for the original beside the translation and what opens it, and for no notice."""
    ends = (").original, .beside > .hide", " .to-original", " > .show")
    return selector.endswith(ends) and "notice" not in selector and "warning" not in selector


def test_in_the_layer_of_the_notices_only_the_list_after_its_toggle_is_folded_and_only_on_narrow_screens():
    notices = _layers()[1]["notices"]
    left_out = [selector.strip() for selector, rules in _rules(notices) if "display: none" in rules]
    # The toggle itself is of no use where nothing is folded.
    left_out = [each for each in left_out if not _of_the_original(each)]
    assert left_out == [".notice-box details", ".notice-box details:not([open]) + dl"]
    narrow = re.findall(r"@media screen and \(max-width: 34rem\) \{(.*?\})\s*\}", notices, re.DOTALL)
    assert [left_out[1] in block for block in narrow].count(True) == notices.count(left_out[1]) == 1
    assert ".notice-box details { border-block-start" in narrow[0]
    assert "display: block !important" in _held(".notice-box details")


def test_every_language_of_the_site_that_writes_han_has_fonts_of_its_own():
    look = _layers()[1]["look"]
    for lang in served_languages():
        if _script(lang) in {"Hans", "Hant", "Jpan", "Kore"}:
            assert f"[lang]:lang({lang.partition('-')[0]})" in look


def _script(lang):
    """The script of a language, by CLDR's likely subtags: Kore is Hangul and Han."""
    locale = Locale.parse(lang, sep="-")
    return locale.script or get_global("likely_subtags")[str(locale)].split("_")[1]


def test_the_body_is_isolated_from_what_is_around_it():
    body = re.search(r"\.post-body \{(.*?)\}", load_style_sheet()[1].decode(), re.DOTALL)
    assert body
    assert "unicode-bidi: isolate" in body[1]
