"""The site that the samples make at one moment, which is what lies in ``site/``."""

from datetime import UTC, datetime
from pathlib import Path

from colophon_ops.build.build import build

INBOX = Path(__file__).parents[1] / "samples/inbox"
GOLDEN = Path(__file__).parent / "site"
# After every date in the samples: the site depends on no day but this one.
AT = datetime(2026, 6, 1, tzinfo=UTC)


def make(out: Path) -> None:
    """Write the samples' site to the folder ``out``, and the outcomes beside it."""
    build(INBOX, out, now=AT, jobs=1, cached=False)


def files_of(site: Path) -> dict[str, bytes]:
    """Every file of a site by its path from the root."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def outcomes_of(site: Path) -> bytes:
    """The outcomes beside a site."""
    return site.with_name(f"{site.name}.outcomes.json").read_bytes()


def is_image(name: str) -> bool:
    return name.endswith((".png", ".jpg", ".webp"))
