"""The errors that use cases raise besides those of ``colophon.problem``."""


class Misused(Exception):
    """The caller passed something unusable. The message says what, and what to pass instead."""


class Unreachable(Exception):
    """The bucket or the site gave no answer that says anything about the object. The message says why."""
