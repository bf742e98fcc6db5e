"""What the samples do not show: hard words and long ones, a hold that stands today, a clinic with nothing left."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from PIL import Image

from colophon.language.served import served_languages
from tests.emulated.stack_driver import SAMPLES, StackDriver
from tests.emulated.uploads import Clinic, Post, edition, original, picture, withdrawal_file

NARROW = Clinic("narrow-gate")
EMPTY = Clinic("empty-shelf")
HARD, HELD, WITHDRAWN = NARROW.post("everything-at-once"), NARROW.post("held"), NARROW.post("withdrawn")
DELETED = EMPTY.post("deleted")
# Where the album was before, as its text says.
MOVED = NARROW.post("snapshots")
# As wide and high as phones, screens and old cameras make them.
ALBUM, SHAPES = NARROW.post("album"), ((2000, 1500), (1500, 2000), (700, 500), (2400, 900), (480, 480)) * 2

HARD_TITLE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, and shorter words"
_HARD_FILES = Path(__file__).parent / "hard"


def upload_all(driver: StackDriver) -> None:
    """The samples and what they do not show, in every language that pages can be in."""
    for file in sorted((SAMPLES / "inbox").rglob("*")):
        if file.is_file() and file.name != "site.yaml":
            driver.put(file.relative_to(SAMPLES / "inbox").as_posix(), file.read_bytes())
    for key, content in [("site.yaml", _site()), *_extra_uploads()]:
        driver.put(key, content)
    driver.settle()
    driver.delete(DELETED.key("en.md"))
    driver.settle()


def _site() -> str:
    site = yaml.load((SAMPLES / "inbox/site.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return yaml.safe_dump({**site, "languages": list(served_languages())}, allow_unicode=True)


def _extra_uploads() -> Iterator[tuple[str, str | bytes]]:
    yield NARROW.key, NARROW.record(english="The Narrow Gate Clinic of a Rather Long Street")
    yield EMPTY.key, EMPTY.record(english="Empty Shelf Clinic")
    for post in (HARD, HELD, WITHDRAWN, DELETED):
        yield from _editions(post)
    yield HARD.key("one.png"), (SAMPLES / "inbox/posts/mulmarugyeol/how-much-sunscreen/two-fingers.png").read_bytes()
    yield HARD.key("two.png"), picture()
    yield HELD.key("withdrawal.yaml"), _hold()
    yield (
        ALBUM.key("en.md"),
        edition(
            "An album",
            body="\n\n".join(f"![Shape {n}](shape-{n}.jpg)" for n in range(10)),
            more=f"moved_from: [{MOVED.clinic}/{MOVED.name}]\n",
        ),
    )
    for number, shape in enumerate(SHAPES):
        yield ALBUM.key(f"shape-{number}.jpg"), _gradient(shape)
    yield WITHDRAWN.key("withdrawal.yaml"), withdrawal_file("withdrawn", "permission-ended")


def _editions(post: Post) -> Iterator[tuple[str, str]]:
    if post is not HARD:
        yield post.key("en.md"), edition(f"A post that is {post.name}")
        return
    body, more = ((_HARD_FILES / name).read_text("utf-8") for name in ("body.md", "fields.yaml"))
    yield post.key("ko.md"), original(body=body, more=more)
    for lang in served_languages():
        if lang != "ko":
            yield post.key(f"{lang}.md"), edition(HARD_TITLE, body=body, more=more)


def _gradient(shape: tuple[int, int]) -> bytes:
    kept = io.BytesIO()
    Image.linear_gradient("L").resize(shape).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


def _hold() -> str:
    """It stands on the day of the test, whichever day that is."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    return f'kind: hold\nreason: error\nat: "{at.isoformat()}"\nuntil: "{(at + timedelta(days=20)).isoformat()}"\n'
