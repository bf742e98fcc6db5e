"""The error that every use case may raise besides those of ``colophon.problem``."""


class Misused(Exception):
    """The command was given something it can't work with. The message says what, and what to give instead."""
