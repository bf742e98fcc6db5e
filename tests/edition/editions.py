"""Editions to begin from: whole ones, which a test then spoils in one place."""

from colophon.edition.model import Edition
from colophon.edition.read import read_edition
from colophon.problem import Problem, Refused

FRONT = """\
title: What fractional lasers do
source:
  channel: blog
  url: https://blog.naver.com/bomnal/221
  posted: 2024-05-01
  title: 프락셀 레이저 이야기
translation:
  at: 2024-05-02T10:00:00+09:00
  system: Lingua 4
"""
BODY = "The laser warms a thin layer of the skin.\n"
# The file's line of the first line of a body after FRONT.
BODY_LINE = 12


def edition_file(body: str = BODY, front: str = FRONT, more: str = "") -> bytes:
    """The bytes of an edition; ``more`` are further lines of front matter."""
    return f"---\n{front}{more}---\n{body}".encode()


def read(body: str = BODY, front: str = FRONT, more: str = "") -> Edition:
    """The English edition made of these parts."""
    return read_edition("en", edition_file(body, front, more))


def problems_of(content: bytes) -> tuple[Problem, ...]:
    """What is wrong with ``content``, or what it is warned of."""
    try:
        return read_edition("en", content).warnings
    except Refused as refused:
        return refused.problems


def told(content: bytes) -> list[tuple[int | None, str, str]]:
    """Line, field and severity of each problem of ``content``."""
    return [(problem.line, problem.field, problem.severity) for problem in problems_of(content)]
