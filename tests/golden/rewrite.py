"""Rewrite the golden site: ``make golden``. Read what changed before you commit it: it is what readers will see."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.golden.making import GOLDEN, files_of, is_image, make
from tests.golden.pictures import faults


def main() -> None:
    before = files_of(GOLDEN) if GOLDEN.exists() else {}
    make(GOLDEN)
    after = files_of(GOLDEN)
    for name in filter(is_image, before.keys() & after.keys()):
        if not faults(after[name], before[name]):
            (GOLDEN / name).write_bytes(before[name])
    changed = sum(before.get(name) != content for name, content in files_of(GOLDEN).items())
    print(f"tests/golden/site: {changed} of {len(after)} files are new or changed, {len(before.keys() - after)} gone.")


if __name__ == "__main__":
    main()
