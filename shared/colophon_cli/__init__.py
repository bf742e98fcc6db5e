"""The ``colophon`` command."""
