"""Identities of a few cases, as every version computes them: ``python -m tests.decision.identities`` writes them.

Those of siblings hold the code that made them, so it is a fixed one here.
"""

import json
from pathlib import Path

from colophon.decision import history, identity
from colophon.decision.identity import inputs_of
from colophon_emulator.lock import patch
from tests.decision.builder import Uploads, folder
from tests.decision.decisions import decide_all
from tests.decision.files import CLINIC_WITHDRAWAL, POST, drawing, original, text, withdrawal

KEPT = Path(__file__).parent / "identities.json"
_LIVE = folder().put("throat.png", drawing(1)).put("en.md", text("Of fixed identity", figure="throat.png"))
_CASES = {
    "live": _LIVE,
    "two languages": _LIVE.put("ko.md", original("처음")),
    "refused": _LIVE.put("en.md", b"no edition"),
    "withdrawn": _LIVE.put("withdrawal.yaml", withdrawal("gone")),
    "withdrawn with its clinic": _LIVE.put(CLINIC_WITHDRAWAL, withdrawal("gone")),
    "deleted": _LIVE.delete("en.md"),
}


def identities() -> dict[str, dict[str, str]]:
    """By case, the identities that two code versions compare: of inputs, and of what is made of them."""
    decide_all.cache_clear()
    try:
        with patch(identity, "code_version", lambda: "fixed"), patch(history, "code_version", lambda: "fixed"):
            return {name: dict(_identities(case)) for name, case in _CASES.items()}
    finally:
        # No other test may find what the fixed code has decided.
        decide_all.cache_clear()


def _identities(case: Uploads) -> list[tuple[str, str]]:
    decisions = case.decide()
    row, clinic = decisions.post(POST), decisions.clinic(POST.clinic)
    found = [("site", decisions.site.fp), ("site's inputs", decisions.site.inputs_id)]
    found += [("clinic", clinic.fp), ("clinic's inputs", clinic.inputs_id)]
    for lang, page in sorted(row.pages.items()):
        found += [(f"{lang}'s inputs", page.inputs_id), (lang, inputs_of(page.token.fp))]
    for name, image in sorted(row.images.items()):
        found += [(f"{name}'s inputs", image.inputs_id), (name, image.fp)]
    found += [(f"{name}'s inputs", each.inputs_id) for name, each in sorted(row.withdrawals.items())]
    return found


if __name__ == "__main__":
    KEPT.write_text(json.dumps(identities(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
