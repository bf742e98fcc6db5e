"""From the bytes of an upload to an edition, or to everything that is wrong with it."""

from colophon.abreast import Steps, alone
from colophon.edition.body import reading_body
from colophon.edition.crosscheck import crosschecked
from colophon.edition.model import Edition, FrontMatter
from colophon.edition.plain import derived_excerpt
from colophon.edition.split import split
from colophon.upload.limits import EDITION_BYTES
from colophon.upload.strict import fields_of_text
from colophon.upload.text import decoded
from colophon.upload.validated import in_order, validated


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
