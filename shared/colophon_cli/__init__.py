"""The ``colophon`` command. Importing it loads nothing; each command loads what it needs when it runs."""

import gc

# A command makes very many values and keeps nearly all: looked through as often as Python does by itself, nothing is
# found. It still is, so that a command that goes on running (dev) gives memory back.
_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """The entry point: what the command line says, done; ends the process with an exit code of ``failures``."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    from colophon_cli.app import app
    from colophon_cli.terminal import prepare_streams

    prepare_streams()
    try:
        app()
    finally:
        # Python would look through all of it once more before it lets go of it.
        gc.freeze()
