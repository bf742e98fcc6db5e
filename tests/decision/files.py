"""The files of an invented clinic, Dalbit, as it and its translators would upload them."""

from collections.abc import Sequence

from colophon.upload.keys import PostRef

CLINIC = "dalbit"
CLINIC_FILE = f"clinics/{CLINIC}/clinic.yaml"
GLOSSARY_FILE = f"clinics/{CLINIC}/glossary.yaml"
CLINIC_WITHDRAWAL = f"clinics/{CLINIC}/withdrawal.yaml"
POST = PostRef(CLINIC, "coughs")
HOLD_ENDS = "2026-03-20T09:00:00+09:00"

# Wrong in themselves, whatever else is in the inbox.
BROKEN_TEXT = b"---\ntitle: A text with a field that does not exist\ncolour: blue\n---\n\nWords.\n"
BROKEN_IMAGE = b"not a drawing"
BROKEN_YAML = b"kind: [withdrawn\n"
# A look of the site's own; one that would fetch something is refused.
STYLE = b"h1 { color: #123456 }\n"
BROKEN_STYLE = b"h1 { background: url(https://elsewhere.example/a.png) }\n"


def text(
    title: str,
    *,
    figure: str = "",
    made: str = "",
    posted: str = "2026-03-02",
    translated: str = "2026-03-03T10:00:00+09:00",
    publish_at: str = "",
    channel: str = "blog",
    url: str = "https://blog.naver.com/dalbit_ear/1001",
    tags: Sequence[str] = (),
    moved_from: Sequence[str] = (),
    source_warnings: int = 0,
    body: str = "Rest the voice and drink something warm.",
    of: str = "",
    review: str = "",
) -> bytes:
    """A translation; with an empty ``translated`` an original. ``figure`` is an image that it shows, ``made`` how it
    was made, ``of`` a pin."""
    lines = [f"title: {title}", "source:", f"  channel: {channel}", f"  url: {url}", f"  posted: {posted}"]
    lines += ["  title: 봄철 기침"]
    lines += ["translation:", f"  at: {translated}", "  system: Sample MT 3"] if translated else []
    lines += [f'  of: "{of}"'] if of else []
    lines += [f"  review: {review}"] if review else []
    lines += [f"images: {{{figure}: {{made: {made}}}}}"] if made else []
    lines += [f"publish_at: {publish_at}"] if publish_at else []
    lines += [f"tags: [{', '.join(tags)}]"] if tags else []
    lines += [f"moved_from: [{', '.join(moved_from)}]"] if moved_from else []
    blocks = [body, *([f"![A drawing]({figure})"] if figure else [])]
    blocks += [f"※ Ask the clinic before use ({number})." for number in range(source_warnings)]
    return ("---\n" + "\n".join(lines) + "\n---\n\n" + "\n\n".join(blocks) + "\n").encode()


def original(
    title: str,
    *,
    posted: str = "2026-03-02",
    figure: str = "",
    source_warnings: int = 0,
    tags: Sequence[str] = (),
    publish_at: str = "",
    body: str = "따뜻한 물.",
) -> bytes:
    """The archived Korean text."""
    return text(
        title,
        posted=posted,
        translated="",
        figure=figure,
        source_warnings=source_warnings,
        publish_at=publish_at,
        body=body,
        tags=tags,
    )


def drawing(number: int, source_type: str = "", *, credentials: bool = False) -> bytes:
    """An image, another one for each ``number``, and what its file says of how it was made.

    ``in_memory.Drawings`` reads it.
    """
    said = f", {source_type}" if source_type or credentials else ""
    return f"drawing {number}{said}{', with credentials' if credentials else ''}".encode()


def record(
    *,
    name: str = "Dalbit Ear Clinic",
    status: str = "active",
    permission: bool = True,
    scope: str = "",
    accepts: Sequence[str] = (),
) -> bytes:
    """The clinic's record; it has one blog. Posts of the clinics ``accepts`` may claim its addresses."""
    moves = f"accepts_moves_from: [{', '.join(accepts)}]\n" if accepts else ""
    more = f", scope: {scope}" if scope else ""
    granted = f"permission: {{reference: Letter 4 (sample), granted: 2025-01-15{more}}}\n" if permission else ""
    return (
        f"names: {{ko: 달빛이비인후과의원, en: {name}}}\nstatus: {status}\n{granted}{moves}"
        "channels:\n  blog: {kind: naver-blog, url: 'https://blog.naver.com/dalbit_ear', name: 달빛 귀 이야기}\n"
    ).encode()


def glossary(word: str) -> bytes:
    """A glossary with one term."""
    return f"terms:\n  - {{ko: 따뜻한 물, en: {word}}}\n".encode()


def settings(*, name: str = "Posts in Translation", languages: str = "en, ja, ko", beside: bool = True) -> bytes:
    """The site's own file; originals are Korean."""
    switch = "" if beside else "beside: false\n"
    return (
        f"url: https://posts.example\nname: {{en: {name}, ko: 옮긴 글}}\nlanguages: [{languages}]\n"
        f"time_zone: Asia/Seoul\ncontact: mailto:editor@posts.example\n{switch}"
    ).encode()


def withdrawal(
    kind: str = "withdrawn", *, reason: str = "clinic-request", at: str = "2026-03-09T09:00:00+09:00", until: str = ""
) -> bytes:
    """A withdrawal that can be read."""
    end = f"until: {until}\n" if until else ""
    return f"kind: {kind}\nreason: {reason}\nat: {at}\n{end}".encode()


HOLD = withdrawal("hold", until=HOLD_ENDS)
