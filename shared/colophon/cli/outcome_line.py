"""An outcome as a line of outcomes.json: the same whoever writes it."""

import json
from collections.abc import Iterable

from colophon.decision.outcome import Outcome


def as_line(outcome: Outcome) -> str:
    """``outcome`` as JSON on one line."""
    return json.dumps(outcome.as_json(), ensure_ascii=False)


def told(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Those of ``outcomes`` whose key holds an upload now, in the order of their keys."""
    return sorted((o for o in outcomes if o.version and o.state != "absent"), key=lambda outcome: outcome.key)
