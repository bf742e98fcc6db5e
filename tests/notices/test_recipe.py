"""A notice is a text in every language, a line of the policy and a place in the template: each is missed by name."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from typing import get_args

import pytest

from colophon.notices.policy import POLICY_VERSION
from colophon.notices.texts import load_notice_file
from colophon.views import TombstoneKind
from colophon.withdrawal import WithdrawalReason
from tests.notices.issued import ids_in_template, recorded_policy

LISTINGS = {
    "listing", "listing-archive", "listing-note", "listing-note-archive", "medical-note", "about-translations",
    "about-archive",
}  # fmt: skip
BY_KIND = {f"tombstone-{kind}" for kind in get_args(TombstoneKind)} | {
    f"reason-{reason}" for reason in get_args(WithdrawalReason)
}


def _ids_in_policy() -> Iterator[str]:
    """Every notice that the policy names, but for tombstones' kinds and reasons, whose ids it puts together."""
    for node in ast.walk(ast.parse((files("colophon.notices") / "policy.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "make_notice":
            yield from (each.value for each in ast.walk(node.args[0]) if _is_text(each))
        elif isinstance(node, ast.IfExp) and _is_text(node.body) and _is_text(node.orelse):
            yield from (node.body.value, node.orelse.value)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_text_is_owed_by_the_policy() -> None:
    texts = set(load_notice_file("en").wordings) - BY_KIND
    assert texts <= set(_ids_in_policy()), "Say in notices/policy.py which pages owe these notices."


@pytest.mark.parametrize("notice_id", sorted(set(_ids_in_policy())))
def test_the_policy_names_only_notices_that_have_a_text(notice_id: str) -> None:
    texts = load_notice_file("en").wordings
    assert notice_id in texts or any(text.startswith(notice_id) for text in texts.keys() & BY_KIND)


def test_every_notice_of_a_post_has_one_place_in_its_template() -> None:
    texts = {text for text in load_notice_file("en").wordings if not text.startswith("tombstone-")}
    owed, placed = texts - BY_KIND - LISTINGS, ids_in_template()
    assert owed - set(placed) == set(), "Give these notices a place in templates/post.html."
    assert set(placed) - owed == set(), "These notices of templates/post.html have no text."
    assert len(placed) == len(owed)


def test_other_notices_on_a_page_are_another_policy() -> None:
    recorded = recorded_policy()
    assert recorded, "The policy is new: `make golden` adds it to tests/notices/policies.json."
    assert sorted(ids_in_template()) == recorded, f"Raise POLICY_VERSION in notices/policy.py; it is {POLICY_VERSION}."
