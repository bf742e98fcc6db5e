"""Problems of uploads, and the three exceptions that say who has to act: the uploader, the queue or the operator."""

from typing import Literal, TypeAlias

from msgspec import Struct

Severity: TypeAlias = Literal["error", "waiting", "warning"]


class Problem(Struct, frozen=True, omit_defaults=True):
    """One problem of one upload.

    ``what`` says what is wrong, ``fix`` how to correct it; both are whole sentences. ``field`` is a dotted path
    (``source.posted``, ``images.a.jpg.alt``) or empty. ``line`` counts from 1 in the uploaded file, or is None.
    An ``error`` refuses the upload, ``waiting`` names another upload that it needs, a ``warning`` refuses nothing.
    """

    what: str
    fix: str
    field: str = ""
    line: int | None = None
    severity: Severity = "error"

    def as_json(self) -> dict[str, str | int | None]:
        """The form in reports, rows and ``--json`` output."""
        return {
            "severity": self.severity,
            "line": self.line,
            "field": self.field,
            "what": self.what,
            "fix": self.fix,
        }


class Refused(Exception):
    """The upload is invalid; the uploader has to correct it. Carries every problem, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.what for problem in problems))
        self.problems = problems


class Unavailable(Exception):
    """A service did not answer as expected. The queue retries the message."""


class Misconfigured(Exception):
    """A setting, a template or a permission is wrong. The operator has to correct it; uploaders never see it."""
