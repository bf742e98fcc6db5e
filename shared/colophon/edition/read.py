"""Read an uploaded text: its edition, or everything that is wrong with it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

from pydantic_core import PydanticCustomError

from colophon.edition.blocks import derive_excerpt
from colophon.edition.body import Body, read_body
from colophon.edition.figures import image_name_error, repeats_title
from colophon.edition.lint import lint_edition
from colophon.edition.model import REVIEW_SCOPES, Edition, Figure, FrontMatter
from colophon.edition.pin import compute_pin, is_pin
from colophon.edition.split import split_file
from colophon.problem import Problem
from colophon.upload.fields import Fields, display_value
from colophon.upload.limits import MAX_EDITION_BYTES
from colophon.upload.strict import parse_fields
from colophon.upload.text import decode
from colophon.upload.validated import sort_problems, validate
from colophon.upload.values import parse_day, parse_instant

# A day begins first in UTC+14.
_EARLIEST_ZONE = timezone(timedelta(hours=14))
_LOOKALIKES = re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z]")
_NAMING_FIELDS = (("title",), ("source", "title"), ("translation", "system"), ("translation", "review", "by"))


def cross_check(fields: Fields, body: Body) -> Iterator[Problem]:
    """Every problem between ``fields``, which may have problems of their own, and ``body``; warnings included."""
    yield from _check_translation_date(fields)
    yield from _check_review(fields, body)
    yield from _check_image_fields(fields, body)
    yield from _check_alt_texts(fields, body)
    for path in _NAMING_FIELDS:
        name = fields.get_text(*path) or ""
        if not name.isascii() and _LOOKALIKES.search(name):
            what = "A word mixes Latin letters with Greek or Cyrillic ones that look like them."
            yield _as_warning(fields.problem_at(path, what, "Check the spelling."))


def _check_translation_date(fields: Fields) -> Iterator[Problem]:
    posted, at = fields.get_text("source", "posted"), fields.get_text("translation", "at")
    # The usual case, without reading both: the day in ``at``'s own zone is not before the other.
    if posted is None or at is None or (posted[:1].isdigit() and at[:10] >= posted):
        return
    try:
        posted_day, translated_at = parse_day(posted), parse_instant(at)
    except PydanticCustomError:
        return
    assert isinstance(posted_day, date)
    assert isinstance(translated_at, datetime)
    if translated_at < datetime.combine(posted_day, time(), _EARLIEST_ZONE):
        what = (
            f"translation.at ({display_value(at)}) is before the original was posted ({display_value(posted)}), "
            "in every time zone."
        )
        yield fields.problem_at(("translation", "at"), what, "Correct translation.at or source.posted.")


def _check_review(fields: Fields, body: Body) -> Iterator[Problem]:
    path = ("translation", "review")
    scope, of = fields.get_text(*path, "scope"), fields.get(*path, "of")
    if scope and scope.strip() not in REVIEW_SCOPES:
        what = f"“{display_value(scope)}” is printed as it is, in every language."
        fix = f"Write a list of these, which each page says in its own language: {', '.join(REVIEW_SCOPES)}."
        yield _as_warning(fields.problem_at((*path, "scope"), what, fix))
    # What the record lacks besides is an error.
    if not (scope or fields.get(*path, "scope")) or not fields.get_text(*path, "at"):
        return
    pin = compute_pin(*_uploaded_text(fields, body))
    if of is None and (*path, "of") not in fields.refused_paths:
        what = "The review does not say which text was reviewed, so the page doesn't say that this one was."
        fix = f"If this text was reviewed, add of: {pin} to translation.review. colophon pin does that."
        yield _as_warning(fields.problem_at((*path, "of"), what, fix))
    elif isinstance(of, str) and is_pin(of) and of.strip() != pin:
        what = f"The review is of the text {of.strip()}, and this is {pin}: the page says that it has changed."
        fix = f"Once this text has been reviewed, correct by and at, and write of: {pin}."
        yield _as_warning(fields.problem_at((*path, "of"), what, fix))


def _uploaded_text(fields: Fields, body: Body) -> tuple[str, str]:
    return fields.get_text("title") or "", body.text


def _check_image_fields(fields: Fields, body: Body) -> Iterator[Problem]:
    images = fields.get("images")
    used = {block.name for block in body.blocks if isinstance(block, Figure)}
    for name, words in images.items() if isinstance(images, dict) else ():
        if error := image_name_error(name):
            yield fields.problem_at(("images", name), *error)
        elif name not in used and body.is_valid:
            what = f"“{display_value(name)}” is described in images, but the text does not show it."
            fix = f"Put ![...]({display_value(name)}) into the text, or remove its description."
            yield _as_warning(fields.problem_at(("images", name), what, fix))
        has_credit = isinstance(words, dict) and (
            "credit" in words or ("images", name, "credit") in fields.refused_paths
        )
        if isinstance(words, dict) and "credit_url" in words and not has_credit:
            what = f"“{display_value(name)}” has a credit_url, but no credit that could link to it."
            yield fields.problem_at(("images", name, "credit_url"), what, "Add credit: who made the image.")


def _check_alt_texts(fields: Fields, body: Body) -> Iterator[Problem]:
    title = fields.get_text("title") or ""
    for block in body.blocks:
        if not isinstance(block, Figure):
            continue
        alt, name = fields.get_text("images", block.name, "alt") or block.alt, display_value(block.name)
        fix = f"Write ![what it shows]({name}), or images.{name}.alt."
        if alt and repeats_title(alt, title):
            what = f"The alternative text of the image “{name}” only repeats the title, so the page leaves it out."
        elif alt or fields.get("images", block.name, "alt") is not None:
            continue
        else:
            what = f"The image “{name}” has no alternative text, so it says nothing to readers who can't see it."
        yield Problem(what, fix, f"images.{name}.alt", body.line_of_figure(block.number), "warning")


def _as_warning(problem: Problem) -> Problem:
    return Problem(problem.what, problem.fix, problem.field, problem.line, "warning")


def read_edition(lang: str, content: bytes) -> Edition:
    """The edition in ``lang`` (a BCP 47 tag) that ``content`` holds.

    Raises Refused with every problem of the front matter, of the body and between them; warnings are included. Whether
    ``lang`` may have a translation record depends on the site's settings and is not checked here.
    """
    file = split_file(decode(content, MAX_EDITION_BYTES))
    fields = parse_fields(file.front_matter, 2)
    return build_edition(lang, fields, read_body(file.body, file.body_line))


def build_edition(lang: str, fields: Fields, body: Body) -> Edition:
    """The edition of a file with the front matter ``fields`` and ``body``. Raises Refused as ``read_edition`` does."""
    more_problems = (*body.problems, *cross_check(fields, body), *lint_edition(lang, fields, body))
    front_matter = validate(FrontMatter, fields, more_problems)
    excerpt = front_matter.excerpt or derive_excerpt(body.blocks)
    warnings = sort_problems((*fields.problems, *more_problems))
    uploaded, lines = _uploaded_text(fields, body), dict(body.image_lines)
    return Edition(lang, front_matter, body.blocks, excerpt, warnings, lines, uploaded, body.source)
