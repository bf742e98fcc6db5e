"""What became of an upload, in the words of its report."""

from typing import Literal, TypeAlias

from msgspec import Struct

from colophon.problem import Problem

State: TypeAlias = Literal["live", "superseded", "waiting", "scheduled", "refused", "withdrawn", "absent"]


class Outcome(Struct, frozen=True, omit_defaults=True):
    """The state of one key's newest version.

    ``url`` is where readers see what the key makes (an image's is a path on the site), or empty: a refused or waiting
    correction keeps the address of the earlier version that still shows. ``absent`` is a key whose object was deleted.
    """

    key: str
    state: State
    url: str = ""
    problems: tuple[Problem, ...] = ()
    version: str = ""

    def as_json(self) -> dict[str, object]:
        """The form of ``outcomes.json``: the same whether a folder or the cloud was asked."""
        problems = [problem.as_json() for problem in self.problems]
        return {"key": self.key, "state": self.state, "url": self.url, "problems": problems}
