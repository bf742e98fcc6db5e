"""What the schedules upload. Everything that a page may show of an upload carries its number, which only ever grows."""

import io
from collections.abc import Sequence
from functools import cache
from string import ascii_lowercase

from PIL import Image

from colophon.edition.read import read_edition

CLINIC = "haneulso"
POST = f"posts/{CLINIC}/a-quiet-room/"
PAGES = {lang: f"{lang}/{CLINIC}/a-quiet-room/index.html" for lang in ("en", "ko", "ja")}


def edition(
    lang: str,
    number: int,
    figure: str = "",
    publish_at: str = "",
    *,
    posted: str = "2026-03-02",
    post: str = "",
    moved_from: Sequence[str] = (),
    tags: Sequence[str] = (),
    of: int = 0,
) -> bytes:
    """Edition ``number`` in ``lang``; Korean ones are originals. ``post`` marks another post's texts; it
    had the addresses of its clinic's posts ``moved_from`` before. It was translated from the original number ``of``."""
    lines = [
        f"title: Text {lang}{post and '-'}{post} {number}",
        "source:",
        "  channel: blog",
        "  url: https://blog.naver.com/haneulso_sample/7",
        f"  posted: {posted}",
        "  title: 조용한 방",
    ]
    if lang != "ko":
        lines += ["translation:", '  at: "2026-04-01T09:00:00+09:00"', "  system: sample-mt 1"]
    if of:
        lines.append(f'  of: "{read_edition("ko", edition("ko", of, post=post)).pin}"')
    if publish_at:
        lines.append(f'publish_at: "{publish_at}"')
    if moved_from:
        lines.append(f"moved_from: [{', '.join(f'{CLINIC}/{name}' for name in moved_from)}]")
    if tags:
        lines.append(f"tags: [{', '.join(tags)}]")
    # In a letter: a number would differ from that of the original, which translations show beside them.
    body = f"A paragraph of text {lang}, {ascii_lowercase[number % 26]}.\n" + (
        f"\n![A drawing]({figure})\n" if figure else ""
    )
    return ("---\n" + "\n".join(lines) + f"\n---\n\n{body}").encode()


def refused(number: int) -> bytes:
    """An edition that is wrong in itself."""
    return f"---\ntitle: Text en {number}\ncolour: none\n---\n".encode()


def site(number: int, languages: str = "en, ko") -> bytes:
    return (
        f"url: https://reader.example\nname:\n  en: Shelf {number}\n  ko: Shelf {number}\n"
        f"languages: [{languages}]\ncontact: mailto:desk@reader.example\n"
    ).encode()


def clinic(number: int, status: str = "active", accepts: str = "") -> bytes:
    """The clinic's record; posts of the clinic ``accepts`` may claim its addresses."""
    moves = f"accepts_moves_from: [{accepts}]\n" if accepts else ""
    return (
        f"names:\n  ko: Clinic {number}\n  en: Clinic {number}\nstatus: {status}\n"
        "permission:\n  reference: Sample\n  granted: 2025-01-01\n  scope: originals\n"
        f"{moves}channels:\n"
        "  blog:\n    kind: naver-blog\n    url: https://blog.naver.com/haneulso_sample\n    name: 하늘소\n"
    ).encode()


def withdrawal(kind: str = "gone", number: int = 1, until: str = "") -> bytes:
    end = f'until: "{until}"\n' if until else ""
    return (
        f'kind: {kind}\nreason: clinic-request\nat: "2026-05-0{number}T09:00:00+09:00"\n{end}note: number {number}\n'
    ).encode()


@cache
def drawing(number: int) -> bytes:
    """A picture that is ``10 + number`` pixels wide: its width tells which one a page shows."""
    content = io.BytesIO()
    Image.new("RGB", (10 + number, 8), (number % 250, 90, 160)).save(content, "PNG")
    return content.getvalue()
