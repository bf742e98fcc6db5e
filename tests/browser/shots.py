"""Pictures of every kind of page, for people to look at.

    python -m tests.browser.shots OUT

OUT/<kind>-<width>-<scheme>.png, the whole page each.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from tests.browser import tools
from tests.browser.kinds import KINDS
from tests.browser.looking import NARROW, WIDE, Scheme, eyes_on
from tests.browser.served import served_site


def main(out: Path) -> int:
    if lacking := tools.lacking():
        print(f"No pictures: {lacking}.")
        return 2
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as kept, served_site(Path(kept) / "site.pickle") as site, eyes_on(site) as eyes:
        for kind in KINDS:
            for width in (NARROW, WIDE):
                for scheme in get_args(Scheme):
                    with eyes.on(kind.path, width, scheme=scheme) as look:
                        look.scroll_through()
                        look.page.screenshot(path=out / f"{kind}-{width}-{scheme}.png", full_page=True)
    print(f"{len(KINDS)} kinds of pages, narrow and wide, light and dark: {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) == 2 else __doc__)
