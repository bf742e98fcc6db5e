"""Every reader of uploads, each with the documents that it is tried on and what it promises of them."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis.strategies import SearchStrategy
from msgspec import Struct

from colophon.clinic.glossary import read_glossary
from colophon.clinic.record import read_clinic
from colophon.edition.markdown import render_markdown, render_plain, sanitize, sanitize_by_parser
from colophon.edition.model import Figure
from colophon.edition.read import read_edition
from colophon.images.avif import read_avif_layout
from colophon.images.gif import read_gif_layout
from colophon.images.icon import read_icon
from colophon.images.jpeg import read_jpeg_layout
from colophon.images.outline import read_layout, read_outline
from colophon.images.png import read_png_layout
from colophon.images.webp import read_webp_layout
from colophon.problem import Problem, Refused
from colophon.site_settings import read_site
from colophon.site_style.read import read_site_style
from colophon.upload.keys import parse_key
from colophon.upload.messages import UnreadableMessageError, parse_messages
from colophon.upload.strict import read_fields
from colophon.withdrawal import read_withdrawal
from tests.fuzz import documents

MAX_SECONDS = 2.0
# What reads an image once its kind is known.
FORMATS = (read_avif_layout, read_gif_layout, read_jpeg_layout, read_png_layout, read_webp_layout)


class Reader(Struct, frozen=True):
    """``read`` answers a document of ``documents`` in ``MAX_SECONDS`` of processor time, and raises Refused only."""

    documents: SearchStrategy[Any]
    read: Callable[[Any], object]
    # The product's functions that it tries.
    tries: tuple[Callable[..., object], ...] = ()


def _read_edition(content: bytes) -> object:
    edition = read_edition("en", content)
    _check_problems(edition.warnings)
    "".join(block.html for block in edition.blocks if not isinstance(block, Figure)).encode()
    f"{edition.front_matter.title}{edition.excerpt}".encode()
    return edition


def _sanitize_rendered(text: str) -> object:
    """The quick way through the sanitizer makes the same of a rendered text as the parser."""
    for html in (render_plain(text), render_markdown(text)):
        assert sanitize(html) == sanitize_by_parser(html)
    return text


def _read_image(content: bytes) -> object:
    """Both readings say the same: with an outline there is a layout, and with a refusal no outline."""
    outline = read_outline(content)
    try:
        layout = read_layout(content)
    except Refused:
        assert outline is None
        raise
    assert outline is not None
    return layout


def _read_messages(text: str) -> object:
    with suppress(UnreadableMessageError):
        return parse_messages(text)
    return None


READERS: dict[str, Reader] = {
    "edition": Reader(documents.editions, _read_edition, (read_edition,)),
    "markdown": Reader(documents.markdown, _sanitize_rendered),
    "clinic.yaml": Reader(documents.clinics, read_clinic, (read_clinic, read_fields)),
    "glossary.yaml": Reader(documents.glossaries, read_glossary, (read_glossary,)),
    "site.yaml": Reader(documents.sites, read_site, (read_site,)),
    "withdrawal": Reader(documents.withdrawals, read_withdrawal, (read_withdrawal,)),
    "site.css": Reader(documents.styles, read_site_style, (read_site_style,)),
    "image": Reader(documents.images, _read_image, (read_layout, read_outline, *FORMATS)),
    "site.icon": Reader(documents.images, read_icon, (read_icon,)),
    "key": Reader(documents.keys, parse_key),
    "message": Reader(documents.messages, _read_messages),
}


def read_one(reader: Reader, document: object) -> None:
    """Read ``document``. Raises whatever the reader may not raise, and AssertionError if it broke another promise."""
    began = time.process_time()
    try:
        reader.read(document)
    except Refused as refused:
        _check_refusal(refused)
    taken = time.process_time() - began
    assert taken < MAX_SECONDS, f"{taken:.1f} s of processor"


def _check_refusal(refused: Refused) -> None:
    assert any(problem.severity == "error" for problem in refused.problems), "refused without a problem"
    _check_problems(refused.problems)


def _check_problems(problems: tuple[Problem, ...]) -> None:
    """Each problem says what is wrong and how to fix it, in text that a report can hold."""
    for problem in problems:
        assert problem.what, problem
        assert problem.fix, problem
        json.dumps(problem.as_json(), ensure_ascii=False).encode()
