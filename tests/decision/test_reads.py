"""How a decision gets the versions that it needs, and what makes no difference to it."""

import ast
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from colophon.decision.page import decide_page
from colophon.decision.redirects import addresses_ever_claimed
from colophon.decision.snapshot import NeedsVersion, PostSnapshot
from colophon.upload.keys import ImageRef, PageRef
from colophon.upload.versions import Version
from colophon.verbs.reading import decide_with_reads
from tests.decision.builder import Uploads, folder
from tests.decision.files import BROKEN_TEXT, HOLD, POST, drawing, text
from tests.decision.in_memory import Drawings

SHARED = Path(__file__).parent.parent.parent / "shared"
PAGE = PageRef(POST, "en")
FIGURE = text("With a figure", figure="throat.png")
PLANNED = text("Planned", publish_at="2026-03-20T09:00:00+09:00")


@pytest.mark.parametrize(
    "uploads",
    [
        folder().put("en.md", FIGURE).put("en.md", text("Without one")),
        folder().put("en.md", PLANNED).put("en.md", text("Not planned")),
        folder().put("en.md", FIGURE).put("en.md", text("Without one")).put("en.md", BROKEN_TEXT),
        folder().put("en.md", FIGURE).delete("en.md"),
        folder().put("en.md", FIGURE).put("en.md", text("Withdrawn")).put("en.md.withdrawal.yaml", HOLD),
    ],
)
def test_a_version_that_was_read_without_need_makes_no_difference(uploads: Uploads) -> None:
    """A retry keeps what the attempt before it read."""
    decisions = uploads.decide()
    snapshot = decisions.look()
    decide_with_reads(partial(addresses_ever_claimed, PAGE), snapshot, decisions.source)
    assert len([key for key in decisions.source.reads if key == PAGE.key]) > 0
    assert snapshot.contents
    again = decide_with_reads(partial(decide_page, PAGE), snapshot, decisions.source)
    assert again == decisions.decide_page("en")


def test_a_version_that_was_read_and_is_needed_again_ends_the_decision() -> None:
    decisions = folder().put("en.md", text("First")).decide()

    def decide(snapshot: PostSnapshot) -> None:
        raise NeedsVersion(newest_version(snapshot, PAGE.key))

    decisions.source.reads.clear()
    with pytest.raises(NeedsVersion):
        decide_with_reads(decide, decisions.look(), decisions.source)
    assert decisions.source.reads == [PAGE.key]


def test_an_outline_can_be_read_with_a_copier_only() -> None:
    image = ImageRef(POST, "throat.png")
    decisions = folder().put("throat.png", drawing(1)).decide()

    def decide(snapshot: PostSnapshot) -> object:
        return snapshot.outline(newest_version(snapshot, image.key))

    with pytest.raises(NeedsVersion):
        decide_with_reads(decide, decisions.look(), decisions.source)
    outline = decide_with_reads(decide, decisions.look(), decisions.source, Drawings())
    assert outline == Drawings().read_outline(drawing(1))


def test_what_may_need_a_version_is_run_by_decide_with_reads_only() -> None:
    """Elsewhere a NeedsVersion would leak, and a message would be retried for ever."""
    functions = functions_that_need_versions()
    assert {"decide_page", "decide_image", "decide_withdrawal", "decide_clinic", "decide_site"} <= functions
    assert "is_page_up_to_date" not in functions
    others = (path for path in SHARED.glob("colophon*/**/*.py") if path.parent.name != "decision")
    uses = [(path, tree := ast.parse(path.read_text()), run_with_reads(tree)) for path in others]
    assert sum(len(run) for _, _, run in uses) >= len(functions & {name for name in functions if "decide" in name})
    leaks = [
        f"{path.relative_to(SHARED)}:{node.lineno} {node.id}"
        for path, tree, run in uses
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in functions and node not in run
    ]
    assert leaks == []


def functions_that_need_versions() -> set[str]:
    """The functions of ``decision`` that ask a snapshot for a content or an outline, or that call one which does."""
    calls: dict[str, set[str]] = {}
    for path in (SHARED / "colophon/decision").glob("*.py"):
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef):
                calls[function.name] = set(called_names(function))
    found: set[str] = {name for name, called in calls.items() if called & {".content", ".outline"}}
    while further := {name for name, called in calls.items() if called & found} - found:
        found |= further
    return found


def called_names(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield f".{node.func.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def run_with_reads(tree: ast.Module) -> set[ast.AST]:
    """Everything within the first argument of each call of ``decide_with_reads``."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    decisions = (call.args[0] for call in calls if ast.unparse(call.func) == "decide_with_reads")
    return {node for decision in decisions for node in ast.walk(decision) if isinstance(node, ast.Name)}


def newest_version(snapshot: PostSnapshot, key: str) -> Version:
    version = snapshot.folder.history_of(key).newest
    assert version is not None
    return version
