"""Hostile bodies on whole pages, parsed by html5lib: a body stays in its element and has only allowed elements.

The allowed elements and the payloads are those of ``tests/edition/hostile.py``, which checks blocks.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import html5lib
from msgspec import Struct

from colophon.clinic.record import read_clinic
from colophon.edition.model import Edition
from colophon.edition.read import read_edition
from colophon.images.mark import ImageMark
from colophon.page.post import render_post
from colophon.problem import Refused
from colophon.site_settings import read_site
from colophon.upload.keys import PageRef, PostRef
from colophon.views import ImageView, PostView
from tests.edition.hostile import ELEMENTS, PAYLOADS, all_off_the_list
from tests.hostile.words import WORDS

_SITE = read_site(b'{"url": "https://reader.example", "name": {"en": "R"}, "languages": ["en", "ko"], '
                  b'"contact": "mailto:desk@reader.example"}')  # fmt: skip
_CLINIC = read_clinic(
    b'{"names": {"ko": "N"}, "channels": {"column": {"kind": "website", "url": "https://a.example", "name": "A"}}}'
)
_FRONT = """---
title: Night guards
excerpt: Grinding wears teeth down.
source: {channel: column, url: "https://a.example/7", posted: 2026-02-03, title: 이갈이}
translation: {at: "2026-02-04T10:00:00+09:00", system: Saebyeok 3}
---

"""
_PICTURE = ImageView("ready", "/images/noeul/first/a.00ff-40.jpg", 40, 30, (40,), ImageMark())
_AROUND = (
    "{}\n",
    "Text {} more.\n",
    "- {}\n",
    "> {}\n",
    "※ {}\n",
    "| {} | b |\n|-|-|\n| a | {} |\n",
    "a[^1]\n\n[^1]: {}\n",
)
# Elements that the page itself puts into the body: figures.
_OF_PAGE = frozenset({"figure", "figcaption", "picture", "img", "source"})
_INSIDE = re.compile(r'<div class="post-body"[^>]*>(.*)</div>\n</article>', re.DOTALL)
_PAGE = PageRef(PostRef("noeul", "first"), "en")


class CheckedBody(Struct, frozen=True):
    """A body, what is wrong with its page, and the HTML of the body on the page: empty if it was refused."""

    body: str
    html: str = ""
    faults: tuple[str, ...] = ()


def bodies(more: Iterable[str] = ()) -> Iterator[str]:
    """Each payload and each word in each place, and ``more`` as they are."""
    for text in (*PAYLOADS, *WORDS):
        yield from (around.replace("{}", text) for around in _AROUND)
    yield from more


def check_body(body: str) -> CheckedBody:
    """Read ``body`` as part of an upload, and check its page."""
    edition = _read(body)
    if edition is None:
        return CheckedBody(body)
    page = _render(edition)
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    faults = [*all_off_the_list(edition), *_find_faults(tree)]
    found = _INSIDE.search(page)
    return CheckedBody(body, found[1] if found else "", tuple(faults))


def _read(body: str) -> Edition | None:
    try:
        return read_edition("en", _FRONT.encode() + body.encode(errors="replace"))
    except Refused:
        return None


def _render(edition: Edition) -> str:
    images = {figure.name: _PICTURE for figure in edition.figures}
    return render_post(PostView(_PAGE, edition, _CLINIC, _SITE, images), 1).decode()


def _find_faults(tree: Any) -> Iterator[str]:
    insides = [each for each in tree.iter() if each.get("class") == "post-body"]
    if len(insides) != 1:
        yield f"{len(insides)} bodies on the page"
        return
    for element in insides[0].iter():
        tag = element.tag if isinstance(element.tag, str) else "comment"
        if tag not in ELEMENTS | _OF_PAGE:
            yield f"{tag} in the body"
        for name in element.attrib:
            if name.startswith("on") or name in ("style", "hidden", "srcdoc", "name"):
                yield f"{tag} {name} in the body"
    if list(_around(tree, insides[0])) != _plain_around():
        yield "the page around the body has changed"


def _around(element: Any, inside: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of the page, without those of the body, and without the head, which describes its pictures."""
    if element is inside or element.tag == "head":
        return
    yield str(element.tag), dict(element.attrib)
    for child in element:
        yield from _around(child, inside)


@cache
def _plain_around() -> list[tuple[str, dict[str, str]]]:
    edition = _read("Plain words.\n")
    assert edition
    tree = html5lib.parse(_render(edition), namespaceHTMLElements=False)
    return list(_around(tree, next(each for each in tree.iter() if each.get("class") == "post-body")))
