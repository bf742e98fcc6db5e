"""The error that use cases raise besides those of ``colophon.problem``."""


class Misused(Exception):
    """The caller passed something unusable. The message says what, and what to pass instead."""
