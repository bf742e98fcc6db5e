"""The ``colophon`` command. ``app`` knows the commands; each has a module of its own."""

import gc
import sys

# Commands allocate many objects and keep nearly all of them, so frequent collections find nothing. Collection stays on
# for commands that keep running (dev).
_BETWEEN_COLLECTIONS = 50_000
# As in ``exit_codes``, which may not be imported yet when Ctrl-C comes.
_INTERRUPTED = 130
INTERRUPTED_LINE = "Interrupted. Run the same command again to finish it."


def main() -> None:
    """The entry point. Ends the process with one of the codes in ``exit_codes``."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    try:
        _run()
    except KeyboardInterrupt:
        sys.stderr.write(f"colophon: {INTERRUPTED_LINE}\n")
        raise SystemExit(_INTERRUPTED) from None
    finally:
        # Skips the final collection when the interpreter shuts down.
        gc.freeze()


def _run() -> None:
    # Imported after the threshold is set, which makes imports faster, and not with each module of this package.
    from colophon_cli.app import app, exit_with
    from colophon_cli.terminal import prepare_streams

    prepare_streams()
    try:
        app()
    except Exception as error:
        # Outside of any command: help that can't be printed.
        exit_with(error)
