"""Pictures of every kind of page, for people to look at.

    python -m tests.browser.screenshots OUT

OUT/<kind>-<width>-<scheme>.png, the whole page each.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from tests.browser import installed_tools
from tests.browser.page_kinds import PAGE_KINDS
from tests.browser.page_visit import PHONE, WIDE, Scheme, open_browser
from tests.browser.served_site import serve_site


def main(out: Path) -> int:
    if missing := installed_tools.describe_missing():
        print(f"No pictures: {missing}.")
        return 2
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as kept, serve_site(Path(kept) / "site.pickle") as site, open_browser(site) as browser:
        for kind in PAGE_KINDS:
            for width in (PHONE, WIDE):
                for scheme in get_args(Scheme):
                    with browser.visit(kind.path, width, scheme=scheme) as visit:
                        visit.load_all_images()
                        visit.page.screenshot(path=out / f"{kind}-{width}-{scheme}.png", full_page=True)
    print(f"{len(PAGE_KINDS)} kinds of pages, on a phone and in a wide window, light and dark: {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) == 2 else __doc__)
