"""The ``colophon`` command. Importing it loads nothing; each command loads what it needs when it runs."""


def main() -> None:
    """The entry point: what the command line says, done; ends the process with an exit code of ``failures``."""
    from colophon.cli.app import app
    from colophon.cli.terminal import prepare_streams

    prepare_streams()
    app()
