"""From the bytes of an upload to an edition, or to everything that is wrong with it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

from msgspec import Struct
from pydantic_core import PydanticCustomError

from colophon.abreast import Steps, alone
from colophon.edition.blocks import derived_excerpt
from colophon.edition.body import Body, reading_body
from colophon.edition.figures import name_flaw, repeats
from colophon.edition.model import Edition, Figure, FrontMatter
from colophon.problem import Problem, Refused
from colophon.upload.fields import Fields, shown
from colophon.upload.limits import EDITION_BYTES, FRONT_MATTER_BYTES
from colophon.upload.strict import fields_of_text
from colophon.upload.text import decoded, too_long
from colophon.upload.validated import in_order, validated
from colophon.upload.values import day, moment

_FENCE = "---"
_OPEN_FIX = "Begin the file with a line of three hyphens, then the fields, then another line of three hyphens."


class Halves(Struct, frozen=True):
    """``front`` begins in line 2 of the file, ``body`` in line ``body_line``."""

    front: str
    body: str
    body_line: int


def split(text: str) -> Halves:
    """The halves of ``text``, whose line ends are newlines. Raises Refused where they can't be told apart."""
    if text.partition("\n")[0].rstrip() != _FENCE:
        what = "The file has no front matter: its first line is not ---."
        raise Refused((Problem(what, _OPEN_FIX, line=1),))
    before = text.find(f"\n{_FENCE}")
    while before >= 0:
        end = text.find("\n", before + 1)
        after = end if end >= 0 else len(text)
        if text[before + 1 : after].rstrip() == _FENCE:
            front = text[text.index("\n") + 1 : before]
            return _halves(front, text[after + 1 :], text.count("\n", 0, before) + 3)
        before = text.find(f"\n{_FENCE}", before + 1)
    what = "The front matter is never closed: there is no second line of three hyphens."
    raise Refused((Problem(what, "Put a line of three hyphens after the last field.", line=1),))


def _halves(front: str, body: str, body_line: int) -> Halves:
    size = len(front.encode())
    if size > FRONT_MATTER_BYTES:
        raise Refused((too_long("The front matter", size, FRONT_MATTER_BYTES),))
    return Halves(front, body, body_line)


# The zone in which a day begins first; a day has begun nowhere before it has begun there.
_FIRST_ZONE = timezone(timedelta(hours=14))
_LOOKALIKES = re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z]")
_NAMING_FIELDS = (("title",), ("source", "title"), ("translation", "system"), ("translation", "review", "by"))


def crosschecked(fields: Fields, body: Body) -> Iterator[Problem]:
    """Every problem between ``fields``, which may be wrong in themselves, and ``body``; warnings among them."""
    yield from _translated_before_posted(fields)
    yield from _image_fields(fields, body)
    yield from _without_alt(fields, body)
    for path in _NAMING_FIELDS:
        name = fields.text(*path) or ""
        if not name.isascii() and _LOOKALIKES.search(name):
            what = "A word mixes Latin letters with Greek or Cyrillic ones that look like them."
            yield _warning(fields.problem(path, what, "Check the spelling."))


def _translated_before_posted(fields: Fields) -> Iterator[Problem]:
    posted, at = fields.text("source", "posted"), fields.text("translation", "at")
    if posted is None or at is None:
        return
    try:
        first, translated = day(posted), moment(at)
    except PydanticCustomError:
        return
    assert isinstance(first, date)
    assert isinstance(translated, datetime)
    if translated < datetime.combine(first, time(), _FIRST_ZONE):
        what = f"translation.at ({shown(at)}) is before the original was posted ({shown(posted)}), in every time zone."
        yield fields.problem(("translation", "at"), what, "Correct translation.at or source.posted.")


def _image_fields(fields: Fields, body: Body) -> Iterator[Problem]:
    images = fields.get("images")
    used = {block.name for block in body.blocks if isinstance(block, Figure)}
    for name, words in images.items() if isinstance(images, dict) else ():
        if flaw := name_flaw(name):
            yield fields.problem(("images", name), *flaw)
        elif name not in used and body.whole:
            what = f"“{shown(name)}” is described in images, but the text does not show it."
            fix = f"Put ![...]({shown(name)}) into the text, or remove its description."
            yield _warning(fields.problem(("images", name), what, fix))
        credited = isinstance(words, dict) and ("credit" in words or ("images", name, "credit") in fields.refused)
        if isinstance(words, dict) and "credit_url" in words and not credited:
            what = f"“{shown(name)}” has a credit_url, but no credit that could link to it."
            yield fields.problem(("images", name, "credit_url"), what, "Add credit: who made the image.")


def _without_alt(fields: Fields, body: Body) -> Iterator[Problem]:
    title = fields.text("title") or ""
    for block in body.blocks:
        if not isinstance(block, Figure):
            continue
        written, name = fields.text("images", block.name, "alt") or block.alt, shown(block.name)
        fix = f"Write ![what it shows]({name}), or images.{name}.alt."
        if written and repeats(written, title):
            what = f"The alternative text of the image “{name}” is the title again, so the page leaves it out."
        elif written or fields.get("images", block.name, "alt") is not None:
            continue
        else:
            what = f"The image “{name}” has no alternative text, so it says nothing to who can't see it."
        yield Problem(what, fix, f"images.{name}.alt", body.figure_line(block.number), "warning")


def _warning(problem: Problem) -> Problem:
    return Problem(problem.what, problem.fix, problem.field, problem.line, "warning")


def read_edition(lang: str, content: bytes) -> Edition:
    """The edition in ``lang`` (a BCP 47 tag) that ``content`` holds.

    Raises Refused with every problem of front matter, body, and what must fit between them; its warnings go along.
    Whether ``lang`` may have a translation record depends on the site's settings and is not judged here.
    """
    return alone(reading(lang, content))


def reading(lang: str, content: bytes) -> Steps[Edition]:
    """What ``read_edition`` does, step by step."""
    halves = split(decoded(content, EDITION_BYTES))
    yield
    fields = fields_of_text(halves.front, 2)
    yield
    body = yield from reading_body(halves.body, halves.body_line)
    further = (*body.problems, *crosschecked(fields, body))
    yield
    front = validated(FrontMatter, fields, further)
    yield
    excerpt = front.excerpt or derived_excerpt(body.blocks)
    return Edition(lang, front, body.blocks, excerpt, in_order(further))
