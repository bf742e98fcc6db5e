"""What is wrong, for the person who can mend it, and whose move it is when work cannot go on."""

from typing import Literal, TypeAlias

from msgspec import Struct

Severity: TypeAlias = Literal["error", "waiting", "warning"]


class Problem(Struct, frozen=True, omit_defaults=True):
    """One thing to mend in one upload.

    ``what`` says what was seen, ``fix`` what to do about it; both are whole sentences. ``field`` is a dotted path
    (``source.posted``, ``images.a.jpg.alt``) or empty, ``line`` counts from 1 in the uploaded file or is None.
    ``error`` refuses the upload, ``waiting`` names another upload it depends on, ``warning`` stops nothing.
    """

    what: str
    fix: str
    field: str = ""
    line: int | None = None
    severity: Severity = "error"

    def as_json(self) -> dict[str, str | int | None]:
        """The form that reports, rows and ``--json`` carry."""
        return {
            "severity": self.severity,
            "line": self.line,
            "field": self.field,
            "what": self.what,
            "fix": self.fix,
        }


class Refused(Exception):
    """The uploader's move: the upload is wrong in itself. Carries every problem found, never only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.what for problem in problems))
        self.problems = problems


class Unavailable(Exception):
    """Nobody's move: something outside did not answer as it should. The queue tries again."""


class Misconfigured(Exception):
    """Ours: a setting, a template or a permission is wrong. Raised, never recorded as the uploader's fault."""
