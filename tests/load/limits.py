"""A part of the limits of the product, so that few uploads go beyond them; and the command with them.

``python -m tests.load.limits PART WORD...`` is ``colophon WORD...``.
"""

import sys

from colophon.decision import room
from colophon.stores import item_size
from colophon.upload import limits, versions
from colophon_cli import main as run_command


def divide_limits(part: int) -> None:
    """Have a folder and a key's versions take that part of what they take, in this process."""
    for module in (room, item_size):
        module.MAX_KEYS = limits.MAX_KEYS // part  # type: ignore[attr-defined]
    versions.MAX_CONTENTS = limits.MAX_CONTENTS // part  # type: ignore[attr-defined]


def main() -> None:
    """Run the command."""
    part, *words = sys.argv[1:]
    divide_limits(int(part))
    sys.argv = ["colophon", *words]
    run_command()


if __name__ == "__main__":
    main()
