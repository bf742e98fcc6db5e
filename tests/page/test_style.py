"""The style sheet: named by its content, readable in both lights, hiding nothing."""

import re
from hashlib import sha256

import pytest

from colophon.page.style import style_path, style_sheet

PAIRS = [
    ("ink", "paper"), ("soft", "paper"), ("link", "paper"), ("notice-ink", "notice-paper"),
    ("label-ink", "label-paper"), ("ink", "warning-paper"), ("ink", "quiet-paper"), ("link", "warning-paper"),
]  # fmt: skip


def _colours(scheme):
    sheet = style_sheet()[1].decode()
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
    key, sheet = style_sheet()
    assert key == f"assets/style.{sha256(sheet).hexdigest()[:12]}.css"
    assert style_path() == f"/{key}"


@pytest.mark.parametrize(
    "rule", ["display: none", "visibility", "opacity", "clip", "font-size: 0", "text-indent", "@import", "url("]
)
def test_no_rule_could_hide_a_notice_or_fetch_anything(rule):
    assert rule not in style_sheet()[1].decode()


def test_the_body_is_isolated_from_what_is_around_it():
    body = re.search(r"\.post-body \{(.*?)\}", style_sheet()[1].decode())
    assert body
    assert "unicode-bidi: isolate" in body[1]
