"""Problems of uploads, and the three exceptions that say who has to act: the uploader, the queue or the operator."""

from typing import Any, Literal, TypeAlias

from msgspec import Struct

Severity: TypeAlias = Literal["error", "waiting", "warning"]


class Problem(Struct, frozen=True, omit_defaults=True):
    """One problem of one upload.

    ``what`` says what is wrong, ``fix`` how to correct it; both are whole sentences. ``field`` is a dotted path
    (``source.posted``, ``images.a.jpg.alt``) or empty. ``line`` counts from 1 in the uploaded file, or is None.
    An ``error`` refuses the upload, ``waiting`` names another upload that it needs, a ``warning`` refuses nothing.

    The last fields are for programs, of a difference between a translation and its original: ``kind`` is
    ``fidelity.`` and the kind of discrepancy, ``grade`` its grade, ``block`` the number of the translation's block and
    ``original_line`` a line of the original's file.
    """

    what: str
    fix: str
    field: str = ""
    line: int | None = None
    severity: Severity = "error"
    kind: str = ""
    grade: str = ""
    block: int | None = None
    original_line: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The form in reports and ``--json`` output. Only a difference has ``kind`` and what follows it."""
        more = {"kind": self.kind, "grade": self.grade, "block": self.block, "original_line": self.original_line}
        return {
            "severity": self.severity,
            "line": self.line,
            "field": self.field,
            "what": self.what,
            "fix": self.fix,
            **(more if self.kind else {}),
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
