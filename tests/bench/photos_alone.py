"""The image library by itself, called as its manual says: ``python -m tests.bench.photos_alone INBOX OUT``.

Two processes; the same widths, forms and qualities as the site's, written to files; nothing is checked or guarded.
"""

import sys
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from colophon.images.copy import WIDTHS

PROCESSES = 2
_TALL = 10_000


def convert(out: Path, photo: Path) -> None:
    """Write every size of ``photo``, the narrower ones made from the widest."""
    import pyvips

    pyvips.concurrency_set(1)
    widest = pyvips.Image.thumbnail(str(photo), WIDTHS[-1], height=_TALL, size="down", export_profile="srgb")
    widest = widest.copy_memory()
    for width in WIDTHS:
        narrow = widest.thumbnail_image(width, height=_TALL) if width < widest.width else widest
        narrow.webpsave(str(out / f"{photo.stem}-{width}.webp"), Q=78, effort=4, keep="none")
    widest.jpegsave(str(out / f"{photo.stem}.jpg"), Q=82, interlace=True, optimize_coding=True, keep="none")


def main() -> None:
    inbox, out = map(Path, sys.argv[1:])
    out.mkdir(parents=True)
    with get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(partial(convert, out), sorted(inbox.glob("posts/*/*/*.jpg")), chunksize=4)


if __name__ == "__main__":
    main()
